/** @file Main process. Which API bases are acceptable, and how addresses under them are built. */
import { Failure } from '#contract';

export interface ApiRoot {
  /** Without trailing slash, query or fragment. */
  readonly href: string;
  /** The API itself is on this computer: then, and only then, links may be plain http too. */
  readonly isLoopback: boolean;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

/**
 * Reads the base of the API.
 * @throws Failure `input.invalid` unless it is https, or http on loopback
 */
export function parseApiRoot(text: string): ApiRoot {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (url === null) throw refused('is not an address');
  const isLoopback = isLoopbackHost(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) {
    throw refused('must begin with https:// (http:// only on this computer)');
  }
  if (url.username !== '' || url.password !== '') throw refused('must not hold a name or password');
  if (url.search !== '' || url.hash !== '') throw refused('must end with its path');
  return { href: `${url.origin}${url.pathname}`.replace(/\/+$/, ''), isLoopback };
}

/** Whether a link may be fetched: https, or plain http where the API itself is on this computer. */
export function isAllowedLink(address: string, apiIsLoopback: boolean): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && apiIsLoopback);
}

/** Joins a base, path parts (each percent-encoded: ids are opaque, contract U1) and a query. */
export function addressOf(base: string, parts: readonly string[], query: Query = {}): string {
  const path = parts.map((part) => `/${encodePart(part)}`).join('');
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) params.append(name, String(value));
  }
  const search = params.toString();
  return `${base}${path}${search === '' ? '' : `?${search}`}`;
}

/** An id of dots alone would climb out of its place in the path, encoded or not: no id is one. */
function encodePart(part: string): string {
  if (part === '' || /^\.{1,2}$/.test(part)) {
    throw new Failure('input.invalid', 'An id is empty or made of dots.');
  }
  return encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}

function refused(why: string): Failure {
  return new Failure('input.invalid', `The API base ${why}.`, { details: { field: 'apiRoot' } });
}
