/** @file Tests. The control room as a person meets it: calls, the dialog that records, the one that stops. */
import { expect, type Locator, type Page } from 'playwright/test';

export interface LivePage {
  open(): Promise<void>;
  /** All calls that are drawn, in the order of the screen. */
  readonly calls: Locator;
  call(title: string): Locator;
  /** What records in a call, as its line says it. */
  recordings(title: string): Locator;
  /** Shows the people of a call. */
  unfold(title: string): Promise<void>;
  person(call: Locator, name: string): Locator;
  readonly refresh: Locator;
  readonly dialog: RecordDialog;
  /** Asks before a recording is stopped. */
  readonly stopDialog: Locator;
}

export interface RecordDialog {
  readonly box: Locator;
  open(title: string): Promise<void>;
  readonly everyone: Locator;
  readonly chosen: Locator;
  /** The box of a person; `nth` tells those of one name apart. */
  person(name: string, nth?: number): Locator;
  readonly find: Locator;
  readonly prefix: Locator;
  readonly preview: Locator;
  readonly told: Locator;
  readonly note: Locator;
  readonly checks: Locator;
  readonly start: Locator;
}

export function livePage(page: Page): LivePage {
  const main = page.getByRole('main');
  const calls = main.getByRole('article');
  const call = (title: string) => calls.filter({ hasText: title });
  const box = page.getByRole('dialog', { name: /^Record “/ });
  return {
    calls,
    call,
    recordings: (title) => call(title).getByRole('list', { name: /^Recordings of / }),
    open: () =>
      page
        .getByRole('navigation', { name: 'Places' })
        .getByRole('button', { name: /^Live/ })
        .click(),
    unfold: (title) => call(title).getByRole('button', { expanded: false, name: title }).click(),
    person: (within, name) =>
      within
        .getByRole('list', { name: 'People in the call' })
        .getByRole('listitem')
        .filter({ hasText: name }),
    refresh: page.getByRole('button', { name: 'Read the calls again' }),
    stopDialog: page.getByRole('alertdialog', { name: /^Stop recording/ }),
    dialog: {
      box,
      async open(title) {
        await call(title)
          .getByRole('button', { name: /^Record / })
          .click();
        await expect(box).toBeVisible();
      },
      everyone: box.getByRole('radio', { name: /^Everyone/ }),
      chosen: box.getByRole('radio', { name: /^Chosen people/ }),
      person: (name, nth = 0) => box.getByRole('checkbox', { name }).nth(nth),
      find: box.getByRole('searchbox'),
      prefix: box.getByLabel('Prefix of the file names'),
      preview: box.getByRole('group', { name: /read back as/ }),
      told: box.getByRole('checkbox', { name: /were told/ }),
      note: box.getByLabel('How they were told'),
      checks: box.getByRole('list', { name: 'Before it starts' }),
      start: box.getByRole('button', { name: 'Start recording' }),
    },
  };
}
