/** @file Main process. Makes the vendor's words and JSON safe to show, log and keep: no address, no secret. */
import type { VendorJson } from './vendor.ts';

// Bounded where they could run on: the text is hostile and may be megabytes long.
// Also as JSON writes it (`https:\/\/`) and percent-encoded, as in a query that carries another address.
const address =
  /[a-z][a-z0-9+.-]{0,30}(?::|%3a)(?:\\?\/|%2f){2}[^\s"'<>|^`\\]*(?:\\[/u][^\s"'<>|^`\\]*)*/giu;
// What is left of a signed address that was not written as one: its query without its beginning.
const signedQuery =
  /(?:x-(?:amz|goog)-[a-z-]{1,40}|signature|googleaccessid)(?:=|%3d)[^\s"'<>]*/giu;
const tokenLike = /\bcf(?:ut|at|k)_[\w-]+|\bbearer\s+[\w.~+/=-]+|\b[0-9a-f]{40,}\b/giu;
// Control characters, and those that turn the direction of text around.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]+/gu;
const longestText = 300;

/**
 * One line of at most 300 characters for people and logs, without addresses, tokens and control
 * characters. `secrets` are texts known to be secret, wherever they stand.
 */
export function safeText(text: string, secrets: readonly string[] = []): string {
  // Far beyond what is kept.
  let safe = text.slice(0, 10_000);
  for (const secret of secrets) if (secret !== '') safe = safe.replaceAll(secret, '[secret]');
  safe = safe
    .replace(address, '[address]')
    .replace(signedQuery, '[address]')
    .replace(tokenLike, '[secret]')
    .replace(unprintable, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...safe];
  return characters.length <= longestText
    ? safe
    : `${characters.slice(0, longestText - 1).join('')}…`;
}

/**
 * A file name without the query of a signed address, which is a secret: names become identities
 * and are kept letter for letter everywhere else.
 */
export function withoutSignature(fileName: string): string {
  const at = fileName.search(signedQuery);
  if (at === -1) return fileName;
  const query = fileName.lastIndexOf('?', at);
  return fileName.slice(0, query === -1 ? at : query);
}

const secretField =
  /^(?:(?:access|refresh|auth|join|participant)?_?token|password|passphrase|authorization|auth_?key|(?:api|private|account|sas|ssh)_?key|access_?key(?:_?id)?|credentials?|.*secret.*)$/i;
const deepest = 64;

/**
 * A copy of vendor JSON that may be kept: every absolute address, in values, keys and JSON inside
 * text, is replaced by its host; fields known to be secret are dropped; all else stays as it was,
 * unknown fields included.
 */
export function safeJson(value: unknown): VendorJson {
  return copy(value, 0, false);
}

function copy(value: unknown, depth: number, keysAreFileNames: boolean): VendorJson {
  if (typeof value === 'string') return withoutAddresses(value, depth);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (depth >= deepest) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1, false));
  const kept = new Map<string, VendorJson>();
  for (const [key, member] of Object.entries(value)) {
    // A file may be called `secret.webm`: the map of files holds no fields.
    if (!keysAreFileNames && secretField.test(key)) continue;
    const safeKey = withoutAddresses(key, deepest);
    kept.set(
      kept.has(safeKey) ? `${safeKey} (${kept.size})` : safeKey,
      copy(member, depth + 1, key === 'download_urls'),
    );
  }
  // `fromEntries` makes `__proto__` an ordinary member.
  return Object.fromEntries(kept);
}

function withoutAddresses(text: string, depth: number): string {
  const inner = depth < deepest ? jsonInside(text) : null;
  if (inner !== null) {
    const safe = JSON.stringify(copy(inner.value, depth + 1, false));
    // Left letter for letter when nothing in it had to go.
    return safe === inner.canonical ? text : safe;
  }
  const isOneAddress = /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(text) && URL.canParse(text);
  return isOneAddress
    ? hostOf(text)
    : text.replace(address, hostOf).replace(signedQuery, '[signature]');
}

function jsonInside(text: string): { value: unknown; canonical: string } | null {
  if (!/^\s*[[{"]/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return { value, canonical: JSON.stringify(value) };
  } catch {
    return null;
  }
}

function hostOf(found: string): string {
  const plain = found.replaceAll('\\', '').replaceAll(/%3a/gi, ':').replaceAll(/%2f/gi, '/');
  const host = URL.canParse(plain) ? new URL(plain).host : '';
  return host === '' ? '[address]' : host;
}
