/** @file Tests. Nothing secret in what is shown or kept. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { safeJson, safeText } from '../../../src/main/realtimekit/safe-text.ts';

const link =
  'https://user:pw@bucket.r2.example:8443/a/b.webm?X-Amz-Credential=k&X-Amz-Signature=canary';

describe('text for people and logs', () => {
  test('loses addresses, tokens and control characters', () => {
    const text = safeText(`bad\u0000 \u202e${link}, cfut_abcDEF123 Bearer my.tok-en s3cr3t`, [
      's3cr3t',
    ]);
    expect(text).toBe('bad [address] [secret] [secret] [secret]');
  });

  test('is one line of at most 300 characters', () => {
    expect(safeText('a\n\n  b')).toBe('a b');
    const long = safeText('😀 '.repeat(5_000));
    expect([...long].length).toBeLessThanOrEqual(300);
    expect(long.isWellFormed()).toBe(true);
  });
});

describe('vendor JSON that is kept', () => {
  test('shows of every address its host alone, wherever the address stands', () => {
    const escaped = JSON.stringify({ url: link }).replaceAll('/', '\\/').replaceAll('&', '\\u0026');
    const raw = safeJson({
      plain: link,
      sentence: `see ${link} please`,
      [link]: 1,
      list: [{ deep: link }],
      text: JSON.stringify([{ url: link }]),
      twice: JSON.stringify(JSON.stringify({ url: link })),
      escaped,
      broken: `{"half": "${escaped}`,
      encoded: encodeURIComponent(link),
      spaced: link.replace('/a/', '/a b/'),
      quoted: link.replace('/a/', "/a'|b/"),
      headless: 'a/b.webm?X-Amz-Signature=canary',
    });
    const text = JSON.stringify(raw);
    expect(text).not.toMatch(/canary|pw@|Credential/);
    expect(raw).toMatchObject({
      plain: 'bucket.r2.example:8443',
      sentence: 'see bucket.r2.example:8443 please',
      'bucket.r2.example:8443': 1,
      list: [{ deep: 'bucket.r2.example:8443' }],
      text: '[{"url":"bucket.r2.example:8443"}]',
    });
  });

  test('drops fields known to be secret, but no file whose name looks like one', () => {
    const raw = safeJson({
      access_token: 'a',
      token: 'b',
      client_secret: 'c',
      storage_config: { auth_method: 'KEY', private_key: 'd', access_key: 'e', bucket: 'f' },
      download_urls: { token: { download_url: link, token: 'g' }, 'secret.webm': link },
    });
    expect(raw).toEqual({
      storage_config: { auth_method: 'KEY', bucket: 'f' },
      download_urls: {
        token: { download_url: 'bucket.r2.example:8443' },
        'secret.webm': 'bucket.r2.example:8443',
      },
    });
  });

  test('keeps `__proto__` as an ordinary member', () => {
    const raw = safeJson(JSON.parse('{"download_urls":{"__proto__":{"download_url":"x"}}}'));
    expect(JSON.stringify(raw)).toBe('{"download_urls":{"__proto__":{"download_url":"x"}}}');
  });

  test('does not fall over nesting without end', () => {
    const depth = 5_000;
    const value: unknown = JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    expect(JSON.stringify(safeJson(value))).toContain('[too deep]');
    expect(() => safeJson('['.repeat(depth) + ']'.repeat(depth))).not.toThrow();
  });

  test.each(['a', 'x-amz-', 'https:', 'secret', '%3a%2f', '[', '\\\\/'])(
    'takes half a megabyte of %j in its stride',
    (part) => {
      const long = part.repeat(500_000 / part.length);
      const startedAt = performance.now();
      safeJson({ [long]: long });
      safeText(long);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    },
  );

  test('leaves everything else as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/:\/\/|:\\|%3a|secret|token|signature|key|auth|passw|credential/i.test(text));
        expect(JSON.stringify(safeJson(value))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});
