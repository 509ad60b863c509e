/** @file Tests. Every host is remembered with first and last time; many requests are written together. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openContacts } from '../../../src/main/settings/index.ts';
import { clockByHand } from '../../support/clock-by-hand.ts';

let profile = '';
beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'trackvault-contacts-'));
});
afterEach(async () => {
  await rm(profile, { recursive: true });
});

const onTrouble = (thrown: unknown) => {
  throw thrown;
};

describe('contacts', () => {
  it('are counted by host and purpose, the latest first', async () => {
    const clock = clockByHand();
    const contacts = await openContacts(profile, clock, onTrouble);
    const firstAt = clock.now();
    contacts.note('api.example', 'api');
    clock.advance(10);
    contacts.note('files.example', 'files');
    clock.advance(10);
    contacts.note('api.example', 'api');
    contacts.note('api.example', 'files');
    expect(contacts.list()).toMatchObject([
      { host: 'api.example', what: 'api', firstAt, lastAt: firstAt + 20, requests: 2 },
      { host: 'api.example', what: 'files', requests: 1 },
      { host: 'files.example', what: 'files', requests: 1 },
    ]);
  });

  it('are written once for many requests, and are there after a restart', async () => {
    const clock = clockByHand();
    const contacts = await openContacts(profile, clock, onTrouble);
    for (let each = 0; each < 500; each += 1) contacts.note('api.example', 'api');
    expect(clock.waits()).toEqual([5_000]);
    expect(await readdir(profile)).toEqual([]);
    clock.wakeAll();
    await expect.poll(() => readFile(join(profile, 'contacts.json'), 'utf8')).toContain('500');
    contacts.note('api.example', 'api');
    await contacts.flush();
    expect(clock.waits()).toEqual([]);
    const again = await openContacts(profile, clock, onTrouble);
    expect(again.list()).toMatchObject([{ host: 'api.example', requests: 501 }]);
  });

  it('are two hundred at most: those of longest ago are forgotten', async () => {
    const clock = clockByHand();
    const contacts = await openContacts(profile, clock, onTrouble);
    for (let each = 0; each < 210; each += 1) {
      clock.advance(1);
      contacts.note(`host-${String(each)}`, 'files');
    }
    const hosts = contacts.list().map(({ host }) => host);
    expect(hosts).toHaveLength(200);
    expect([hosts[0], hosts.at(-1)]).toEqual(['host-209', 'host-10']);
    await contacts.flush();
  });

  it('begin anew when their file cannot be read', async () => {
    await writeFile(join(profile, 'contacts.json'), 'not json');
    const contacts = await openContacts(profile, clockByHand(), onTrouble);
    expect(contacts.list()).toEqual([]);
  });
});
