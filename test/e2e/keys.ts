/** @file Tests. Getting about by keys alone, as a person does who sees the focus. */
import type { Locator, Page } from 'playwright/test';

/** Tabs until something has the focus, as a person looks for it; the focus must be seen on the way. */
export async function reach(page: Page, wanted: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await wanted.evaluateAll((all) => all.some((each) => each === document.activeElement))) {
      return;
    }
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const at = document.activeElement;
      if (!(at instanceof HTMLElement) || at === document.body) return true;
      const { outlineStyle, boxShadow } = getComputedStyle(at);
      // Fields and rows change their own colours; a divider paints the line it moves.
      const line = getComputedStyle(at, '::after').backgroundColor;
      const paints = at.matches('[role="separator"]') && line !== 'rgba(0, 0, 0, 0)';
      const ringed = outlineStyle !== 'none' || boxShadow !== 'none';
      return ringed || paints || at.matches('input, [role="row"]');
    });
    if (!seen) {
      const where = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
      throw new Error(`The focus cannot be seen on ${String(where)}`);
    }
  }
  throw new Error(`Tab never reached ${String(wanted)}`);
}
