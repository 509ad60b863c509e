/** @file Tests. A link that no print shows. */
import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import { Link } from '../../../src/main/realtimekit/link.ts';

const signature = 'canary5c1e0f7a94d24be3a6087f1c2b9d3e44';
const address =
  'https://bucket.account.r2.cloudflarestorage.com/a/b%20c.webm?X-Amz-Algorithm=AWS4-HMAC-SHA256' +
  '&X-Amz-Date=20261118T094902Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=host' +
  `&X-Amz-Signature=${signature}`;
const signedUntil = Date.UTC(2026, 10, 25, 9, 49, 2);

describe('a link', () => {
  test('shows its host and nothing else, however it is printed', () => {
    const link = new Link(address);
    const holder = { link, list: [link], map: new Map([['a', link]]) };
    const prints = [
      String(link),
      [link].join(),
      JSON.stringify(holder),
      inspect(holder, { depth: 10, showHidden: true }),
      inspect(new Error('no', { cause: holder }), { depth: 10 }),
      JSON.stringify(structuredClone(Object.assign({}, link))),
      JSON.stringify(Object.entries(link)),
    ];
    for (const print of prints) expect(print).not.toContain(signature);
    expect(String(link)).toBe('[link to bucket.account.r2.cloudflarestorage.com]');
    expect(JSON.stringify({ link })).toBe(`{"link":"${String(link)}"}`);
  });

  test('reveals the address letter for letter', () => {
    const odd = 'https://h.example/a%2Fb/ü?x=%7e&X-Amz-Signature=A+b';
    expect(new Link(odd).reveal()).toBe(odd);
  });

  test('ends when its signature or its recording says, whichever is earlier', () => {
    expect(new Link(address).expiresAt).toBe(signedUntil);
    expect(new Link(address, signedUntil - 1).expiresAt).toBe(signedUntil - 1);
    expect(new Link(address, signedUntil + 1).expiresAt).toBe(signedUntil);
    expect(new Link('https://h.example/x').expiresAt).toBeNull();
    expect(new Link('https://h.example/x', 5).expiresAt).toBe(5);
  });

  test('reads Google’s spelling, any case, and the epoch seconds of older signatures', () => {
    const google =
      'https://storage.googleapis.com/b/o?X-Goog-Date=20261118T094902Z&x-goog-expires=60';
    expect(new Link(google).expiresAt).toBe(Date.UTC(2026, 10, 18, 9, 50, 2));
    expect(new Link('https://h.example/x?Expires=1794992535&Signature=q').expiresAt).toBe(
      1_794_992_535_000,
    );
    expect(
      new Link('https://h.example/x?X-Amz-Date=nonsense&X-Amz-Expires=60').expiresAt,
    ).toBeNull();
  });

  test('tells when more headers than the host are signed', () => {
    expect(new Link(address).extraSignedHeaders).toBe(false);
    const extra = address.replace('SignedHeaders=host', 'SignedHeaders=host%3Bx-amz-acl');
    expect(new Link(extra).extraSignedHeaders).toBe(true);
  });

  test('is known again by its path under a fresh signature, and as the very same address', () => {
    const fresh = new Link(address.replace(signature, 'other'));
    const same = new Link(address);
    const other = new Link(address.replace('/a/', '/z/'));
    expect(fresh.pathHash).toBe(same.pathHash);
    expect(other.pathHash).not.toBe(same.pathHash);
    expect(same.isSameAs(new Link(address))).toBe(true);
    expect(same.isSameAs(fresh)).toBe(false);
  });

  test('refuses what is no address without repeating it', () => {
    expect(() => new Link(`//${signature}`)).toThrow(/^not an absolute address$/);
  });
});
