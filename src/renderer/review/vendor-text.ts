/** @file Renderer. Says in sentences what the service's answer about a recording is like. Pure. */
import type { VendorWords } from '#contract';

type Difference = VendorWords['differences'][number];

const shapes: Record<string, string> = {
  none: 'no list yet',
  address: 'one address, as composite recordings have',
  layers: 'a list of layers, as documented',
  links: 'layers inside “links”: seen in practice, not documented',
  layer: 'a single layer without a list around it',
  'not-understood': 'a form this version does not know',
};

const wrapped = 'json-';

/** The form of the list of files (contract 8.2); an unknown name is said as it is. */
export function shapeText(shape: string): string {
  if (!shape.startsWith(wrapped)) return shapes[shape] ?? shape;
  const inner = shape.slice(wrapped.length);
  return `${shapes[inner] ?? inner}; written as JSON inside a text`;
}

/** What is odd about one member of the answer. */
export function differenceText({ kind, found }: Difference): string {
  const value = found === '' ? '' : ` Found: ${found}.`;
  switch (kind) {
    case 'unknown-member':
      return `Not documented.${value}`;
    case 'missing-member':
      return `Documented, but not in the answer.${value}`;
    case 'other-type':
      return `Of another type than documented.${value}`;
    case 'unknown-word':
      return `A word the documentation does not list.${value}`;
  }
}

export interface Excerpt {
  text: string;
  /** Lines left out at the end. */
  rest: number;
}

/** The first lines of a long text. */
export function firstLines(text: string, most: number): Excerpt {
  let end = -1;
  for (let line = 0; line < most; line += 1) {
    end = text.indexOf('\n', end + 1);
    if (end < 0) return { text, rest: 0 };
  }
  return { text: text.slice(0, end), rest: text.slice(end + 1).split('\n').length };
}
