/** @file Tests of asking for newer links, and of learning from them whether there are any (contract 8.4). */
import { beforeEach, describe, expect, test } from 'vitest';
import { RecordingId } from '#contract';
import { createFreshLink, type FreshLinks } from '../../../src/main/downloads/index.ts';
import { Link, type VendorRecording } from '../../../src/main/realtimekit/index.ts';
import { clockByHand, type HandClock } from '../../support/clock-by-hand.ts';

const recordingId = RecordingId.parse('fffd7c39');
const file = { recordingId, layerName: 'default', fileName: 'a.webm' };
const minuteMs = 60_000;

let clock: HandClock;
let fresh: FreshLinks;
let listed: Link | null;
let reads: number;
let skewMs: number | null;
let linksExpireAt: number | null;

/** Signed so many seconds after the beginning, good for seven days. */
function signedAt(seconds: number): Link {
  const date = new Date(Date.UTC(2026, 10, 18) + seconds * 1_000);
  const stamp = date.toISOString().replace(/[-:]|\.\d+/g, '');
  return new Link(`https://files.example.org/a.webm?X-Amz-Date=${stamp}&X-Amz-Expires=604800`);
}

beforeEach(() => {
  clock = clockByHand();
  clock.advance(Date.UTC(2026, 10, 18) - clock.now());
  listed = signedAt(0);
  reads = 0;
  skewMs = null;
  linksExpireAt = null;
  fresh = createFreshLink({
    clock,
    skewMs: () => skewMs,
    realtimekit: {
      getRecording: () => {
        reads += 1;
        const files = listed === null ? [] : [{ ...file, link: listed }];
        // Nothing else of a recording is looked at.
        return Promise.resolve({ files, linksExpireAt } as unknown as VendorRecording);
      },
    },
  });
});

describe('whether links are renewed', () => {
  test('is not known before anything was seen, nor from one look', () => {
    expect(fresh.renewal()).toBe('unknown');
    fresh.saw(file, signedAt(0));
    expect(fresh.renewal()).toBe('unknown');
  });

  test('is seen from two lists, without any refusal', () => {
    fresh.saw(file, signedAt(0));
    clock.advance(15_000);
    fresh.saw(file, signedAt(15));
    expect(fresh.renewal()).toBe('renews');
  });

  test('the same link again says that they are not, but only after a while', () => {
    fresh.saw(file, signedAt(0));
    clock.advance(minuteMs - 1);
    fresh.saw(file, signedAt(0));
    expect(fresh.renewal()).toBe('unknown');
    clock.advance(1);
    fresh.saw(file, signedAt(0));
    expect(fresh.renewal()).toBe('fixed');
  });

  test('one newer link outweighs any number of old ones', () => {
    fresh.saw(file, signedAt(0));
    clock.advance(minuteMs);
    fresh.saw(file, signedAt(0));
    fresh.saw(file, signedAt(60));
    clock.advance(minuteMs);
    fresh.saw(file, signedAt(60));
    expect(fresh.renewal()).toBe('renews');
  });

  test('is not told by the link of another file or to another object', () => {
    fresh.saw(file, signedAt(0));
    clock.advance(minuteMs);
    fresh.saw({ ...file, fileName: 'b.webm' }, signedAt(60));
    fresh.saw(file, new Link('https://files.example.org/other.webm?X-Amz-Signature=1'));
    expect(fresh.renewal()).toBe('unknown');
  });

  test('a refused link that comes again decides, whatever was seen before', async () => {
    fresh.saw(file, signedAt(-60));
    fresh.saw(file, signedAt(0));
    expect(fresh.renewal()).toBe('renews');
    expect(await fresh(file, signedAt(0))).toSatisfy((link: Link) => link.isSameAs(signedAt(0)));
    expect(fresh.renewal()).toBe('fixed');
    listed = signedAt(120);
    clock.advance(2 * minuteMs);
    await fresh(file, signedAt(0));
    expect(fresh.renewal()).toBe('renews');
  });

  test('is learned without holding on to more than a few links', () => {
    const of = (index: number) => ({ ...file, recordingId: RecordingId.parse(`fff${index}`) });
    for (let index = 0; index < 100; index += 1) fresh.saw(of(index), signedAt(0));
    clock.advance(minuteMs);
    fresh.saw(of(0), signedAt(60));
    expect(fresh.renewal()).toBe('unknown');
    fresh.saw(of(99), signedAt(60));
    expect(fresh.renewal()).toBe('renews');
  });
});

describe('asking for a newer link', () => {
  test('reads a recording once a minute for all its files', async () => {
    const refused = signedAt(-60);
    await Promise.all([fresh(file, refused), fresh(file, refused)]);
    const before = reads;
    await fresh(file, refused);
    expect(reads).toBe(before);
    clock.advance(minuteMs);
    await fresh(file, refused);
    expect(reads).toBe(before + 1);
  });

  test('takes a link that has ended by the service’s clock for no link', async () => {
    await fresh(file, signedAt(-60));
    expect(reads).toBe(1);
    skewMs = 8 * 24 * 3_600_000;
    await fresh(file, signedAt(-60));
    expect(reads).toBe(2);
  });

  test('a file that is listed no more is gone only after the end by the service’s clock', async () => {
    listed = null;
    linksExpireAt = clock.now() + minuteMs;
    await expect(fresh(file, null)).rejects.toMatchObject({ code: 'file.not-ready' });
    skewMs = minuteMs;
    await expect(fresh(file, null)).rejects.toMatchObject({ code: 'file.gone' });
    skewMs = -minuteMs;
    clock.advance(minuteMs);
    await expect(fresh(file, null)).rejects.toMatchObject({ code: 'file.not-ready' });
  });
});
