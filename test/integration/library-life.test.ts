/** @file Tests of the life of a recording in the library: observed, kept, sealed, reopened, lost, verified. */
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { CustomParticipantId, UserId } from '#contract';
import type { Observation } from '../../src/main/library/index.ts';
import {
  delivery,
  invokedAt,
  keepAll,
  observation,
  recordingId,
  tempLibrary,
  usualName,
  type TempLibrary,
} from '../support/temp-library.ts';

let temp: TempLibrary;
beforeEach(async () => {
  temp = await tempLibrary();
});
afterEach(async () => {
  await temp.close();
});

const minute = 60_000;
const Line = z.object({ kind: z.string(), body: z.record(z.string(), z.unknown()) });

async function ledger(): Promise<z.infer<typeof Line>[]> {
  const text = await readFile(join(temp.dir, 'ledger.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => Line.parse(JSON.parse(line)));
}
const kinds = async (): Promise<string[]> => (await ledger()).map(({ kind }) => kind);

/** Stopped only just now, so that the files may still grow. */
function fresh(changes: Partial<Observation> = {}): Observation {
  return observation(0, { stoppedAt: temp.clock.now() - minute, ...changes });
}

test('a fresh recording is sealed only after two reads five minutes apart say the same', async () => {
  await keepAll(temp.library, fresh());
  const told = fresh();
  expect(await temp.library.seal(recordingId(0))).toBe('complete');
  await temp.library.observe(told);
  expect(await temp.library.seal(recordingId(0))).toBe('complete');
  temp.clock.advance(5 * minute);
  expect(await temp.library.seal(recordingId(0))).toBe('complete');
  await temp.library.observe(told);
  expect(await temp.library.seal(recordingId(0))).toBe('sealed');
  expect(await temp.library.seal(recordingId(0))).toBe('sealed');
  expect(await kinds()).toEqual(['library-created', 'observed', 'collected', 'sealed']);
});

test('a recording long over is sealed after two reads of one pass', async () => {
  await keepAll(temp.library, observation(0));
  expect(await temp.library.seal(recordingId(0))).toBe('complete');
  await temp.library.observe(observation(0, { shape: 'array', sessionPeople: null, title: null }));
  expect(await temp.library.seal(recordingId(0))).toBe('sealed');
});

test('a late file reopens the bag, and the ledger holds the old and the new manifest', async () => {
  await keepAll(temp.library, observation(0));
  await temp.library.observe(observation(0));
  await temp.library.seal(recordingId(0));
  const late = observation(0, {
    files: [
      ...observation(0).files,
      {
        layerName: 'default',
        fileName: usualName(invokedAt + 9000),
        customParticipantId: null,
        peerId: null,
      },
    ],
  });
  await temp.library.observe(late);
  expect(await temp.library.recording(recordingId(0))).toMatchObject({
    state: 'pending',
    absent: [{ state: 'pending' }],
  });
  await keepAll(temp.library, late);
  await temp.library.observe(late);
  expect(await temp.library.seal(recordingId(0))).toBe('sealed');
  const seals = (await ledger()).filter(({ kind }) => kind === 'sealed' || kind === 'reopened');
  const [first, reopened, second] = seals.map(({ body }) => body);
  expect(seals.map(({ kind }) => kind)).toEqual(['sealed', 'reopened', 'sealed']);
  expect(reopened?.['manifestSha256']).toBe(first?.['manifestSha256']);
  expect(second?.['previousManifestSha256']).toBe(first?.['manifestSha256']);
  expect(second?.['manifestSha256']).not.toBe(first?.['manifestSha256']);
});

test('past its deadline a recording with a file missing is closed incomplete, and stays so', async () => {
  const two = observation(0, {
    files: [
      ...observation(0).files,
      {
        layerName: 'default',
        fileName: 'never_u_p_peer_audio_1763456535118.webm',
        customParticipantId: null,
        peerId: null,
      },
    ],
  });
  await temp.library.observe(two);
  const [file] = two.files;
  await temp.library.keep(
    await delivery(
      temp.library,
      { recordingId: recordingId(0), layerName: 'default', fileName: file?.fileName ?? '' },
      'bytes',
    ),
  );
  expect(await temp.library.seal(recordingId(0))).toBe('pending');
  temp.clock.advance(8 * 24 * 60 * minute);
  expect(await temp.library.seal(recordingId(0))).toBe('closed-incomplete');
  await temp.library.observe(two);
  expect(await temp.library.recording(recordingId(0))).toMatchObject({
    state: 'closed-incomplete',
    trackCount: 1,
    absent: [{ fileName: 'never_u_p_peer_audio_1763456535118.webm', state: 'lost' }],
  });
});

test('a file that was listed and never came is lost, not forgotten, when the service stops listing it', async () => {
  const missing = {
    layerName: 'default',
    fileName: usualName(invokedAt + 9000),
    customParticipantId: null,
    peerId: null,
  };
  await keepAll(temp.library, observation(0));
  await temp.library.observe(observation(0, { files: [...observation(0).files, missing] }));
  for (const files of [observation(0).files, []]) {
    await temp.library.observe(observation(0, { files }));
    expect(await temp.library.seal(recordingId(0))).toBe('pending');
  }
  temp.clock.advance(8 * 24 * 60 * minute);
  expect(await temp.library.seal(recordingId(0))).toBe('closed-incomplete');
  expect(await temp.library.recording(recordingId(0))).toMatchObject({
    absent: [{ fileName: missing.fileName, state: 'lost' }],
  });
});

test('a recording without files has no bag and is called so after the second read', async () => {
  await temp.library.observe(observation(0, { files: [] }));
  expect(await temp.library.seal(recordingId(0))).toBe('pending');
  await temp.library.observe(observation(0, { files: [] }));
  expect(await temp.library.seal(recordingId(0))).toBe('without-files');
  expect(await readdir(join(temp.dir, 'recordings'))).toEqual([]);
});

test('gone at the provider keeps everything that is held', async () => {
  await keepAll(temp.library, observation(0));
  await temp.library.markGone(recordingId(0));
  await temp.library.markGone(recordingId(0));
  expect(await temp.library.recording(recordingId(0))).toMatchObject({
    goneAtProvider: true,
    trackCount: 1,
  });
  expect(await temp.library.seal(recordingId(0))).toBe('sealed');
  await temp.library.observe(observation(0));
  expect(await temp.library.recording(recordingId(0))).toMatchObject({ goneAtProvider: false });
  expect((await kinds()).filter((kind) => kind === 'gone')).toHaveLength(1);
});

test('other bytes under a known name are kept beside the first and marked', async () => {
  await keepAll(temp.library, observation(0));
  const file = {
    recordingId: recordingId(0),
    layerName: 'default',
    fileName: usualName(invokedAt + 5000),
  };
  const second = await temp.library.keep(
    await delivery(temp.library, file, 'other bytes', { receivedAt: invokedAt + 7200_000 }),
  );
  expect(second.flags).toContain('newer-bytes');
  expect(second.path).toMatch(/_[0-9a-f]{10}_[0-9a-f]{8}\.webm$/);
  const { items } = await temp.library.tracks({ recordingId: recordingId(0) });
  expect(items.map(({ flags }) => flags.includes('newer-bytes')).sort()).toEqual([false, true]);
  expect(new Set(items.map(({ trackId }) => trackId)).size).toBe(2);
  for (const { path } of items) expect(path.length).toBeLessThanOrEqual(160);
});

test('a verify run finds what was changed, removed and added, and remembers it', async () => {
  await keepAll(temp.library, observation(0));
  await keepAll(temp.library, observation(1));
  await keepAll(temp.library, observation(2));
  const good = await temp.library.verify({ all: true });
  expect(good).toMatchObject({ verified: 3, damaged: 0, missing: 0, bytes: 3 * 117 });
  const paths = await Promise.all(
    (await temp.library.tracks({})).items.map(({ trackId }) => temp.library.payloadPath(trackId)),
  );
  const [flipped = '', removed = ''] = paths;
  const bytes = await readFile(flipped);
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  await rm(flipped);
  await writeFile(flipped, bytes);
  await rm(removed);
  await writeFile(join(removed, '..', 'extra.webm'), 'x');
  await writeFile(join(flipped, '..', '..', 'bag-info.txt'), 'Bag-Software-Agent: other\n');
  const ticks: number[] = [];
  const report = await temp.library.verify(
    { all: true },
    { onProgress: ({ doneTracks }) => ticks.push(doneTracks) },
  );
  expect(report).toMatchObject({ verified: 1, damaged: 1, missing: 1 });
  expect(report.findings.map(({ found }) => found).sort()).toEqual([
    'damaged',
    'extra',
    'missing',
    'tag-damaged',
    'verified',
  ]);
  expect(ticks).toEqual([0, 1, 2, 3]);
  const states = (await temp.library.tracks({})).items.map(({ state }) => state);
  expect(states).toEqual(['damaged', 'missing', 'verified']);
  const results = await readdir(join(temp.dir, 'verifications'));
  expect(results).toHaveLength(2);
  expect((await kinds()).filter((kind) => kind === 'verified-run')).toHaveLength(2);

  // The same bytes again mend what was damaged.
  expect(await temp.library.holds({ ...observation(0), ...identity(0) })).toBe(false);
  await keepAll(temp.library, observation(0));
  expect((await temp.library.tracks({})).items.map(({ state }) => state)).toEqual([
    'kept',
    'missing',
    'verified',
  ]);
  expect(await temp.library.verify({ recordingIds: [recordingId(0)] })).toMatchObject({
    verified: 1,
    damaged: 0,
  });
});

function identity(number: number) {
  const [file] = observation(number).files;
  return {
    recordingId: recordingId(number),
    layerName: 'default',
    fileName: file?.fileName ?? '',
  };
}

test('a verify run that is called off records nothing', async () => {
  await keepAll(temp.library, observation(0));
  const control = new AbortController();
  const run = temp.library.verify(
    { all: true },
    {
      signal: control.signal,
      onProgress: () => {
        control.abort(new Error('enough'));
      },
    },
  );
  await expect(run).rejects.toThrow('enough');
  expect(await kinds()).not.toContain('verified-run');
});

test('no link and no signature is written down, wherever it comes from', async () => {
  const link = 'https://bucket.example.org/a/b.webm?X-Amz-Signature=canary0123456789';
  await temp.library.observe(
    observation(0, {
      title: `see ${link}`,
      errorMessage: link,
      raw: {
        download_url: [{ download_urls: { 'a.webm': { download_url: link } } }],
        text: JSON.stringify({ links: [link.replaceAll('/', '\\/')] }),
        [link]: link,
      },
    }),
  );
  await keepAll(temp.library, observation(0));
  await temp.library.close();
  const names = await readdir(temp.dir, { recursive: true, withFileTypes: true });
  let seen = 0;
  for (const entry of names) {
    if (!entry.isFile()) continue;
    seen++;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    expect(bytes.includes('canary'), entry.name).toBe(false);
  }
  expect(seen).toBeGreaterThan(8);
  await temp.reopen();
  expect((await temp.library.observation(recordingId(0)))?.raw).toMatchObject({
    text: '{"links":["bucket.example.org"]}',
  });
});

test('ids that are addresses stay apart and still name their people', async () => {
  const person = (number: number) => ({
    custom: CustomParticipantId.parse(`https://people.example.org/u/${number}`),
    user: UserId.parse(`aaa5d2f0-6b1c-4e83-90d7-00000000000${number}`),
    name: `Person ${number}`,
  });
  const people = [person(1), person(2)];
  const told = observation(0, {
    files: people.map(({ custom, user }, at) => ({
      layerName: 'default',
      fileName: at === 0 ? usualName(invokedAt + 9000, user) : 'renamed by hand.webm',
      customParticipantId: at === 0 ? null : custom,
      peerId: null,
    })),
    sessionPeople: null,
    meetingPeople: people.map(({ custom, user, name }) => ({
      userId: user,
      customParticipantId: custom,
      name,
    })),
  });
  await keepAll(temp.library, told);
  const { items } = await temp.library.tracks({ recordingId: recordingId(0) });
  expect(
    items.map(({ speaker, customParticipantId }) => [speaker?.name, customParticipantId]).sort(),
  ).toEqual(people.map(({ name, custom }) => [name, custom]));
});

test('asking again is no news: the ledger grows only when the words change', async () => {
  await temp.library.observe(observation(0));
  for (let minutes = 0; minutes < 30; minutes += 3) {
    temp.clock.advance(3 * minute);
    await temp.library.observe(observation(0));
  }
  expect(await kinds()).toEqual(['library-created', 'observed']);
  const seen = await temp.library.recording(recordingId(0));
  expect(temp.clock.now() - (seen?.observedAt ?? 0)).toBeLessThanOrEqual(5 * minute);
});

test('listeners hear which recordings to read again, until they leave', async () => {
  const heard: string[][] = [];
  const leave = temp.library.onChange(({ recordingIds }) => heard.push([...recordingIds]));
  await temp.library.observe(observation(0));
  leave();
  await temp.library.observe(observation(1));
  expect(heard).toEqual([[recordingId(0)]]);
});
