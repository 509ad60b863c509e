/** @file Tests. One keychain entry for each workspace, never one for two. */
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { accountOf } from '../../../src/main/credentials/account.ts';

const key = {
  accountId: '0123456789abcdef0123456789abcdef',
  appId: '7d0b6c1e-52f3-4f0a-9a57-2c8f4b1e6d90',
  label: 'Studio',
  apiRoot: 'https://api.cloudflare.com/client/v4',
};

test('the entry of a workspace has one name for ever', () => {
  expect(accountOf(key)).toBe(
    'Studio/0123456789abcdef0123456789abcdef/7d0b6c1e-52f3-4f0a-9a57-2c8f4b1e6d90/' +
      'https%3A%2F%2Fapi.cloudflare.com%2Fclient%2Fv4',
  );
});

test('blanks around and slashes behind make no other workspace', () => {
  const same = { ...key, label: ' Studio ', apiRoot: `${key.apiRoot}// ` };
  expect(accountOf(same)).toBe(accountOf(key));
  expect(accountOf({ ...key, label: 'Cafe\u0301' })).toBe(
    accountOf({ ...key, label: 'Caf\u00e9' }),
  );
});

test.each(['accountId', 'appId', 'label', 'apiRoot'] as const)('another %s does', (field) => {
  expect(accountOf({ ...key, [field]: `${key[field]}x` })).not.toBe(accountOf(key));
});

test('any two different keys have different names, short enough for every keychain', () => {
  const part = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.stringMatching(/^[/%#a]{0,6}$/),
    fc.string({ minLength: 300, maxLength: 600 }),
  );
  const keys = fc.record({ accountId: part, appId: part, label: part, apiRoot: part });
  fc.assert(
    fc.property(keys, keys, (a, b) => {
      const plain = (one: typeof a) =>
        [one.label, one.accountId, one.appId, one.apiRoot.trim().replace(/\/+$/, '')].map((text) =>
          text.trim().normalize('NFC'),
        );
      const isSame = JSON.stringify(plain(a)) === JSON.stringify(plain(b));
      expect(accountOf(a) === accountOf(b)).toBe(isSame);
      expect(accountOf(a).length).toBeLessThanOrEqual(400);
    }),
    { numRuns: 300 },
  );
});

test('a broken character in a label does not throw', () => {
  expect(() => accountOf({ ...key, label: 'a\ud800' })).not.toThrow();
});
