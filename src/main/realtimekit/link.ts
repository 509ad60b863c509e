/** @file Main process. A short-lived signed address: a bearer secret that no print, log or JSON shows. */
import { createHash } from 'node:crypto';
import { inspect } from 'node:util';

import { parseVendorTime } from './vendor-time.ts';

/**
 * A presigned link (contract 12.1). Its facts are public, the address itself comes out of
 * `reveal()` alone, which only the transfer of a file may call. Never store it, never show it.
 */
export class Link {
  readonly #address: string;
  /** Host and, where it is not the usual one, port. */
  readonly host: string;
  /** SHA-256 of scheme, host and path without query: tells whether two links mean the same object. */
  readonly pathHash: string;
  /** Epoch ms: the earlier of what the address and the recording say; `null` when neither says. */
  readonly expiresAt: number | null;
  /** True when headers beyond `host` are signed: such a link cannot be used as it is. */
  readonly extraSignedHeaders: boolean;

  /**
   * @param address absolute http(s) address, kept letter for letter: re-encoding breaks the signature
   * @param recordingExpiresAt epoch ms of the recording's `download_url_expiry`
   * @throws TypeError when `address` is not absolute; the message does not repeat it
   */
  constructor(address: string, recordingExpiresAt: number | null = null) {
    const parsed = URL.canParse(address) ? new URL(address) : null;
    if (parsed === null) throw new TypeError('not an absolute address');
    const query = lowerCased(parsed.searchParams);
    const ends = [signedExpiry(query), recordingExpiresAt].filter((at) => at !== null);
    this.#address = address;
    this.host = parsed.host;
    this.pathHash = createHash('sha256')
      .update(`${parsed.protocol}//${parsed.host}${parsed.pathname}`)
      .digest('hex');
    this.expiresAt = ends.length === 0 ? null : Math.min(...ends);
    this.extraSignedHeaders = hasExtraSignedHeaders(query);
  }

  /** The address itself, for the one request that fetches the file. */
  reveal(): string {
    return this.#address;
  }

  /** Whether the vendor handed out the very same address again, so that asking anew is of no use (contract 8.4). */
  isSameAs(other: Link): boolean {
    return this.#address === other.#address;
  }

  toString(): string {
    return `[link to ${this.host}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

function lowerCased(params: URLSearchParams): ReadonlyMap<string, string> {
  return new Map([...params].map(([name, value]) => [name.toLowerCase(), value]));
}

/** Date of signing + validity, in the spellings of SigV4 and Google V4; else the epoch seconds of older signatures. */
function signedExpiry(query: ReadonlyMap<string, string>): number | null {
  for (const dialect of ['x-amz', 'x-goog']) {
    const signedAt = parseVendorTime(query.get(`${dialect}-date`));
    const seconds = wholeNumber(query.get(`${dialect}-expires`));
    if (signedAt !== null && seconds !== null) return signedAt + seconds * 1000;
  }
  const epochSeconds = wholeNumber(query.get('expires'));
  return epochSeconds === null ? null : epochSeconds * 1000;
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : null;
}

function hasExtraSignedHeaders(query: ReadonlyMap<string, string>): boolean {
  const names = query.get('x-amz-signedheaders') ?? query.get('x-goog-signedheaders');
  if (names === undefined) return false;
  return names
    .toLowerCase()
    .split(';')
    .some((name) => name !== '' && name !== 'host');
}
