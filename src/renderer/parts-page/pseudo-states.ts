/** @file Parts page. Makes hover and focus stand still: what the style sheets say of them also holds inside `.shown-hover` and `.shown-focus`. */

const states = [
  { pseudo: ':hover', within: '.shown-hover' },
  { pseudo: ':focus-visible', within: '.shown-focus' },
] as const;

/** `.button:hover` → `.shown-hover .button`; null when the selector says nothing of that state. */
function shownSelector(selector: string, { pseudo, within }: (typeof states)[number]) {
  const parts = selector
    .split(/,(?![^(]*\))/u)
    .filter((part) => part.includes(pseudo))
    .map((part) => {
      const plain = part.replaceAll(`:has(${pseudo})`, '').replaceAll(pseudo, '').trim();
      return `${within} ${plain === '' ? ':where(button, input, [tabindex="0"])' : plain}`;
    });
  return parts.length === 0 ? null : parts.join(', ');
}

/** Copies the rules of the loaded style sheets; call it when they are there. */
export function showPseudoStates(): void {
  for (const sheet of document.styleSheets) {
    for (const rule of [...sheet.cssRules]) {
      if (!(rule instanceof CSSStyleRule)) continue;
      for (const state of states) {
        const selector = shownSelector(rule.selectorText, state);
        if (selector !== null) {
          sheet.insertRule(`${selector} { ${rule.style.cssText} }`, sheet.cssRules.length);
        }
      }
    }
  }
}
