/** @file Tests. The settings as a person meets them: a section on the left, what it holds on the right. */
import type { Locator, Page } from 'playwright/test';
import { appPage } from './app-page.ts';

export type SectionName =
  'Workspaces' | 'Libraries' | 'Appearance' | 'Fetching' | 'Privacy' | 'About';

export interface SettingsPage {
  open(section: SectionName): Promise<void>;
  /** One workspace of the list. */
  workspace(label: string): Locator;
  /** One known library of the list, by the name of its folder. */
  library(folder: string): Locator;
  /** The question that stands over everything else. */
  readonly dialog: Locator;
  forget(label: string): Promise<void>;
}

export function settingsPage(page: Page): SettingsPage {
  const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'));
  const item = (name: string) => page.getByRole('listitem', { name, exact: true });
  const open = async (section: SectionName) => {
    await appPage(page).goTo('Settings');
    const sections = page.getByRole('navigation', { name: 'Sections of the settings' });
    await sections.getByRole('button', { name: section }).click();
  };
  return {
    open,
    workspace: item,
    library: item,
    dialog,
    async forget(label) {
      await open('Workspaces');
      await item(label)
        .getByRole('button', { name: /^Forget/ })
        .click();
      await dialog.getByRole('button', { name: 'Forget', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    },
  };
}
