/** @file Any process. Compares, orders and shows texts that strangers wrote; pure, no imports. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for 8-4-4-4-12 hexadecimal digits in either case. */
export function isUuid(text: string): boolean {
  return text.length === 36 && UUID.test(text);
}

/** NFC; cheap for texts below U+0300, which are always NFC. */
export function toNfc(text: string): string {
  return /[\u0300-\uffff]/.test(text) ? text.normalize('NFC') : text;
}

/** Two ids are the same person or peer exactly when their keys are equal: UUIDs in any case, all else as NFC. */
export function idKey(id: string): string {
  return isUuid(id) ? id.toLowerCase() : toNfc(id);
}

/** UUIDs compare case-insensitively, every other id case-sensitively; NFC and NFD forms are equal. */
export function sameId(a: string, b: string): boolean {
  return a === b || idKey(a) === idKey(b);
}

/** For searching only: NFC and lower case without a locale; never for telling ids apart. */
export function foldForSearch(text: string): string {
  return toNfc(toNfc(text).toLowerCase());
}

const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;

/**
 * Natural order, the same on every machine: `p2` before `p10`, case counts only between texts that
 * are otherwise equal. A total order: 0 only for identical texts.
 */
export function compareNatural(a: string, b: string): number {
  return compareFolded(foldForSearch(a), foldForSearch(b)) || (a < b ? -1 : a > b ? 1 : 0);
}

/** Longest key for ordering; what is equal up to there is ordered by something else. */
const longestKey = 200;

/**
 * A text whose plain order by code is `compareNatural`'s, case and leading zeros aside: each number
 * is written with its length before it. Empty for a text of blanks alone.
 */
export function naturalKey(text: string): string {
  return foldForSearch(text)
    .replace(/[\p{Cc}\p{Surrogate}]/gu, ' ')
    .trim()
    .slice(0, longestKey)
    .replace(/\d+/g, (run) => {
      const digits = run.replace(/^0+(?=\d)/, '');
      // One digit says how many follow; nine, that four more say it.
      const length =
        digits.length < 9 ? String(digits.length) : `9${String(digits.length).padStart(4, '0')}`;
      return length + digits;
    });
}

function compareFolded(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(j);
    if (isDigit(unitA) && isDigit(unitB)) {
      const runA = digitRun(a, i);
      const runB = digitRun(b, j);
      // Compared as texts: a run may be longer than any number holds.
      if (runA.digits.length !== runB.digits.length) return runA.digits.length - runB.digits.length;
      if (runA.digits !== runB.digits) return runA.digits < runB.digits ? -1 : 1;
      i = runA.end;
      j = runB.end;
    } else if (unitA !== unitB) {
      return unitA - unitB;
    } else {
      i++;
      j++;
    }
  }
  return a.length - i - (b.length - j);
}

function digitRun(text: string, start: number): { digits: string; end: number } {
  let end = start;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  let first = start;
  while (first < end - 1 && text.charCodeAt(first) === 48) first++;
  return { digits: text.slice(first, end), end };
}

/** What kinds of troublesome characters a text holds. */
export interface CharacterTraits {
  readonly control: boolean;
  readonly bidi: boolean;
  readonly zeroWidth: boolean;
  readonly loneSurrogate: boolean;
  /** Latin letters beside Cyrillic or Greek ones between two underscores: a look-alike is likely. */
  readonly mixedScripts: boolean;
  /** Holds a character that NFC may change. */
  readonly aboveLatin: boolean;
}

const isBidi = (u: number): boolean =>
  u === 0x200e ||
  u === 0x200f ||
  u === 0x061c ||
  (u >= 0x202a && u <= 0x202e) ||
  (u >= 0x2066 && u <= 0x2069);
const isZeroWidth = (u: number): boolean =>
  u === 0x00ad ||
  u === 0x180e ||
  (u >= 0x200b && u <= 0x200d) ||
  (u >= 0x2060 && u <= 0x2064) ||
  u === 0xfeff;
const isControl = (u: number): boolean =>
  u < 0x20 || (u >= 0x7f && u <= 0x9f) || u === 0x2028 || u === 0x2029;
const isHighSurrogate = (u: number): boolean => u >= 0xd800 && u <= 0xdbff;
const isLowSurrogate = (u: number): boolean => u >= 0xdc00 && u <= 0xdfff;

const PLAIN: CharacterTraits = {
  control: false,
  bidi: false,
  zeroWidth: false,
  loneSurrogate: false,
  mixedScripts: false,
  aboveLatin: false,
};

/** One pass over the text, whatever its length. */
export function traitsOf(text: string): CharacterTraits {
  if (!/[^ -~]/.test(text)) return PLAIN;
  let control = false;
  let bidi = false;
  let zeroWidth = false;
  let loneSurrogate = false;
  let mixedScripts = false;
  let latin = false;
  let otherScript = false;
  let aboveLatin = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x20 && unit < 0x7f) {
      if (unit === 0x5f) latin = otherScript = false;
      else if ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a) {
        latin = true;
        if (otherScript) mixedScripts = true;
      }
      continue;
    }
    if (unit >= 0x300) aboveLatin = true;
    // The wide middle of the alphabet first: nothing in it is troublesome.
    if (unit >= 0x300 && unit < 0x600) {
      if (unit >= 0x370 && unit <= 0x52f) {
        otherScript = true;
        if (latin) mixedScripts = true;
      }
    } else if (unit > 0x2069 && unit < 0xd800) continue;
    else if (isHighSurrogate(unit)) {
      if (isLowSurrogate(text.charCodeAt(i + 1))) i++;
      else loneSurrogate = true;
    } else if (isLowSurrogate(unit)) loneSurrogate = true;
    else if (isControl(unit)) control = true;
    else if (isBidi(unit)) bidi = true;
    else if (isZeroWidth(unit)) zeroWidth = true;
  }
  return { control, bidi, zeroWidth, loneSurrogate, mixedScripts, aboveLatin };
}

/** The text for people: every control, direction, zero-width or broken character becomes a visible mark. */
export function visibleMarks(text: string): string {
  let shown = '';
  let copied = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    let mark: string | undefined;
    if (unit < 0x20) mark = String.fromCharCode(0x2400 + unit);
    else if (unit < 0x7f) continue;
    else if (unit === 0x7f) mark = '\u2421';
    else if (isHighSurrogate(unit)) {
      if (!isLowSurrogate(text.charCodeAt(i + 1))) mark = codeMark(unit);
      else {
        const point = text.codePointAt(i) ?? unit;
        // Tag characters are invisible and can carry a hidden text.
        if (point >= 0xe0000 && point <= 0xe007f) {
          shown += text.slice(copied, i) + codeMark(point);
          copied = i + 2;
        }
        i++;
      }
    } else if (isLowSurrogate(unit) || isControl(unit) || isBidi(unit) || isZeroWidth(unit))
      mark = codeMark(unit);
    if (mark !== undefined) {
      shown += text.slice(copied, i) + mark;
      copied = i + 1;
    }
  }
  return copied === 0 ? text : shown + text.slice(copied);
}

function codeMark(point: number): string {
  return `⟨U+${point.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** Letters of other scripts, and digits, above the Latin letters they look like. */
const STRANGE = 'аеорсухіјѕһԁԛԝАВЕКМНОРСТХІЈЅαονρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ01';
const PLAIN_LETTERS = 'aeopcyxijshdqwABEKMHOPCTXIJSaovpABEZHIKMNOPTYXOl';

/** True for two different ids that a reader could take for one another. A hint only: they stay different. */
export function looksAlike(a: string, b: string): boolean {
  return !sameId(a, b) && skeleton(a) === skeleton(b);
}

function skeleton(text: string): string {
  let plain = '';
  for (const letter of text.normalize('NFKC')) {
    const unit = letter.charCodeAt(0);
    if (isBidi(unit) || isZeroWidth(unit)) continue;
    const at = STRANGE.indexOf(letter);
    plain += at === -1 ? letter : PLAIN_LETTERS.charAt(at);
  }
  return plain;
}
