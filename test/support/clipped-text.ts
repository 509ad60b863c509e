/** @file Tests. What a page cuts off: text without an ellipsis, controls beyond the edge, a window that scrolls sideways. */
import type { Page } from 'playwright/test';
import { z } from 'zod';

/** Runs in the page, past its policy. */
const findings = `(() => {
  const found = [];
  const named = (element) =>
    element.tagName.toLowerCase() + '.' + [...element.classList].join('.') + ' “' +
    (element.textContent ?? '').trim().slice(0, 60) + '”';
  const isShown = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(element).visibility === 'visible';
  };
  const scrolls = (element) => {
    for (let at = element.parentElement; at !== null; at = at.parentElement) {
      const { overflowX } = getComputedStyle(at);
      if ((overflowX === 'auto' || overflowX === 'scroll') && at.scrollWidth > at.clientWidth) return true;
    }
    return false;
  };
  if (document.documentElement.scrollWidth > innerWidth + 1) found.push('the window scrolls sideways');
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('svg, .unseen, [aria-hidden="true"]') !== null || !isShown(element)) continue;
    const style = getComputedStyle(element);
    const ownText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    const hides = style.overflowX === 'hidden' || style.overflowX === 'clip';
    const elides = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none';
    if (ownText && hides && !elides && element.scrollWidth > element.clientWidth + 1) {
      found.push('cut off: ' + named(element));
    }
    if (element.matches('button, a, input, [role="tab"], [role="switch"]')) {
      const { left, right } = element.getBoundingClientRect();
      if ((right > innerWidth + 1 || left < -1) && !scrolls(element)) found.push('beyond the edge: ' + named(element));
    }
  }
  return found;
})()`;

/** One line for each thing that cannot be read or reached; empty when all can. */
export async function clippedText(page: Page): Promise<string[]> {
  return z.array(z.string()).parse(await page.evaluate(findings));
}
