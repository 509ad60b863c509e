/** @file Tests. Colours: contrast of text and graphics in both themes, and who gets which. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assignColours, speakerColours } from '../../../src/renderer/parts/speaker-colour.ts';
import { apart, contrast, visions } from './colour-vision.ts';

const css = readFileSync(new URL('../../../src/renderer/tokens.css', import.meta.url), 'utf8');

function tokens(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf('}', start));
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
}

const light = tokens(':root');
const themes = [
  ['light', light],
  ['dark', new Map([...light, ...tokens(":root[data-theme='dark']")])],
] as const;

describe.each(themes)('the %s theme', (_name, theme) => {
  const of = (token: string): string => {
    const value = theme.get(token);
    if (value === undefined) throw new Error(`no colour --${token}`);
    return value;
  };
  const grounds = ['ground', 'surface', 'raised', 'sunken', 'hover', 'selected'];

  it.each(['text', 'text-quiet', 'text-faint'])('--%s can be read on every ground', (text) => {
    for (const ground of grounds)
      expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it('warnings, failures and success can be read on their washes and on the ground', () => {
    for (const tone of ['good', 'warn', 'bad', 'accent']) {
      for (const ground of [`${tone}-wash`, 'ground', 'surface', 'hover']) {
        expect(contrast(of(tone), of(ground))).toBeGreaterThanOrEqual(4.5);
      }
      expect(contrast(of('text'), of(`${tone}-wash`))).toBeGreaterThanOrEqual(4.5);
    }
    for (const ground of ['accent', 'accent-strong']) {
      expect(contrast(of('on-accent'), of(ground))).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(of('on-bad'), of('bad'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('text'), of('marked'))).toBeGreaterThanOrEqual(4.5);
  });

  it('initials can be read on every speaker’s colour, and each stands out from the ground', () => {
    for (let index = 0; index < speakerColours; index += 1) {
      const colour = of(`speaker-${String(index)}`);
      expect(contrast(of('on-speaker'), colour)).toBeGreaterThanOrEqual(4.5);
      for (const ground of grounds) expect(contrast(colour, of(ground))).toBeGreaterThanOrEqual(3);
    }
  });

  // Four times what is just noticed: apart at a glance, in a thin waveform too.
  it.each(visions)('any two speakers look apart with %s', (vision) => {
    const colours = Array.from({ length: speakerColours }, (_, at) => of(`speaker-${at}`));
    const pairs = colours.flatMap((one, at) =>
      colours.slice(at + 1).map((other) => ({ one, other, far: apart(one, other, vision) })),
    );
    expect(pairs).toHaveLength(45);
    expect(pairs.filter(({ far }) => far < 0.08)).toEqual([]);
  });

  it('parts of a file name can be read', () => {
    for (const part of ['prefix', 'user', 'peer', 'stream', 'media', 'stamp']) {
      expect(contrast(of(`part-${part}`), of('surface'))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('what is drawn without words has the contrast of graphics', () => {
    for (const drawn of ['edge', 'playhead', 'hole-ink', 'wave-provisional', 'focus']) {
      expect(contrast(of(drawn), of('surface'))).toBeGreaterThanOrEqual(
        drawn === 'wave-provisional' ? 2.5 : 3,
      );
    }
  });
});

describe('speakers', () => {
  it('keep their colour between recordings when nobody else claims it', () => {
    expect(assignColours(['Mara', 'Jonas'])[0]).toBe(assignColours(['Mara'])[0]);
  });

  it('share no colour before all ten are used', () => {
    const given = assignColours(
      Array.from({ length: 25 }, (_, index) => `person ${String(index)}`),
    );
    expect(new Set(given.slice(0, 10)).size).toBe(10);
    expect(new Set(given.slice(10, 20)).size).toBe(10);
  });

  it('of one name are told apart', () => {
    const [one, other] = assignColours(['Anna', 'Anna']);
    expect(one).not.toBe(other);
  });
});
