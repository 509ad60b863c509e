/** @file Tests. The connection screen as a person meets it: by its labels. */
import type { Locator, Page } from 'playwright/test';
import type { Sandbox } from '../sandbox/index.ts';
import { settingsPage } from './settings-page.ts';

export type Service = Pick<Sandbox, 'accountId' | 'appId' | 'apiRoot' | 'token'>;

export interface ConnectPage {
  open(): Promise<void>;
  /** Types account, API base and token, the address before what is sent there; the app is chosen later. */
  fillIn(service: Pick<Service, 'accountId' | 'apiRoot' | 'token'>): Promise<void>;
  typeToken(token: string): Promise<void>;
  /** Asks at once, without waiting for the rest after typing. */
  check(): Promise<void>;
  chooseApp(appId: string): Promise<void>;
  connect(): Promise<void>;
  forget(label: string): Promise<void>;
  /** What a check said, beside the fields it is about. */
  readonly answer: Locator;
  readonly token: Locator;
  /** The list of apps; nothing can be chosen from it before a check. */
  readonly app: Locator;
  /** There once a workspace is connected. */
  readonly fetch: Locator;
}

export function connectPage(page: Page): ConnectPage {
  const app = page.getByRole('combobox', { name: 'App', exact: true });
  const token = page.getByRole('textbox', { name: 'API token' });
  const apiBase = page.getByLabel('API base');
  return {
    answer: page.locator('form').getByRole('note'),
    app,
    token,
    fetch: page.getByRole('button', { name: 'Fetch recordings' }),
    async open() {
      await settingsPage(page).open('Workspaces');
      await page.getByRole('button', { name: /^Connect (RealtimeKit|another)…$/ }).click();
    },
    async fillIn({ accountId, apiRoot, token: text }) {
      await page.getByLabel('Account ID').fill(accountId);
      if (!(await apiBase.isVisible())) await page.getByText('Another API address').click();
      await apiBase.fill(apiRoot);
      await token.fill(text);
    },
    typeToken: (text) => token.fill(text),
    check: () => page.getByRole('button', { name: 'Check now' }).click(),
    async chooseApp(appId) {
      await app.click();
      await page.getByRole('option').filter({ hasText: appId }).click();
    },
    connect: () => page.getByRole('button', { name: 'Connect', exact: true }).click(),
    forget: (label) => settingsPage(page).forget(label),
  };
}

/** The whole way from an open window to a stored token. */
export async function connect(page: Page, service: Service): Promise<void> {
  const form = connectPage(page);
  await form.open();
  await form.fillIn(service);
  await form.check();
  await form.chooseApp(service.appId);
  await form.connect();
  await form.fetch.waitFor();
}
