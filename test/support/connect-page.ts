/** @file Tests. The connection screen as a person meets it: by its labels. */
import type { Locator, Page } from 'playwright/test';
import type { Sandbox } from '../sandbox/index.ts';

export type Service = Pick<Sandbox, 'accountId' | 'appId' | 'apiRoot' | 'token'>;

export interface ConnectPage {
  open(): Promise<void>;
  /** Types account, token and API base; the app is chosen later. */
  fillIn(service: Pick<Service, 'accountId' | 'apiRoot' | 'token'>): Promise<void>;
  typeToken(token: string): Promise<void>;
  check(): Promise<void>;
  chooseApp(appId: string): Promise<void>;
  connect(): Promise<void>;
  forget(label: string): Promise<void>;
  /** What the last check or connecting said. */
  readonly answer: Locator;
  readonly token: Locator;
  /** The list of apps, there after a check. */
  readonly app: Locator;
  readonly fetch: Locator;
}

export function connectPage(page: Page): ConnectPage {
  const app = page.getByRole('combobox', { name: 'App ID' });
  const token = page.getByRole('textbox', { name: 'API token' });
  const apiBase = page.getByLabel('API base');
  return {
    answer: page.locator('form').getByRole('alert').or(page.locator('form').getByRole('status')),
    app,
    token,
    fetch: page.getByRole('button', { name: 'Fetch recordings' }),
    open: () => page.getByRole('button', { name: 'Connection', exact: true }).click(),
    async fillIn({ accountId, apiRoot, token: text }) {
      await page.getByLabel('Account ID').fill(accountId);
      await token.fill(text);
      if (!(await apiBase.isVisible())) await page.getByText('Advanced').click();
      await apiBase.fill(apiRoot);
    },
    typeToken: (text) => token.fill(text),
    async check() {
      const first = page.getByRole('button', { name: 'Check token' });
      const again = page.getByRole('button', { name: 'Check only' });
      await first.or(again).click();
    },
    async chooseApp(appId) {
      await app.selectOption(appId);
    },
    connect: () => page.getByRole('button', { name: 'Connect', exact: true }).click(),
    forget: (label) => page.getByRole('button', { name: `Forget ${label}` }).click(),
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
