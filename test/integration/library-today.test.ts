/** @file Tests of what deserves attention: from the index alone, right after an opening, and forgotten when it is old. */
import { rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Today } from '#contract';
import {
  delivery,
  invokedAt,
  keepAll,
  observation,
  recordingId,
  tempLibrary,
  type TempLibrary,
} from '../support/temp-library.ts';

const hourMs = 3600_000;
const dayMs = 24 * hourMs;

let temp: TempLibrary;
beforeEach(async () => {
  temp = await tempLibrary();
});
afterEach(async () => {
  await temp.close();
});

const entry = (fileName: string) => ({
  layerName: 'default',
  fileName,
  customParticipantId: null,
  peerId: null,
});
const ids = (list: { recordingId: string }[]): string[] => list.map((one) => one.recordingId);

/** Everything that is there, by number of the recording. */
function summary(today: Today) {
  const number = (id: string): number => Number(id.slice(-12));
  return {
    atRisk: ids(today.atRisk).map(number),
    lost: ids(today.lost).map(number),
    running: ids(today.running).map(number),
    needsYou: today.needsYou.map(({ recording, why, tracks }) => [
      number(recording.recordingId),
      why,
      tracks,
    ]),
    arrived: today.arrived.map(({ recording }) => number(recording.recordingId)),
  };
}

test('an empty library asks for nothing', async () => {
  expect(await temp.library.today()).toEqual({
    atRisk: [],
    lost: [],
    running: [],
    needsYou: [],
    arrived: [],
  });
});

test('everything stands in its place, and is there right after an opening', async () => {
  const { library } = temp;
  // At risk, by deadline; the one without a deadline last.
  await library.observe(observation(1, { deadlineAt: invokedAt + 5 * dayMs }));
  await library.observe(observation(2, { deadlineAt: invokedAt + 2 * dayMs }));
  await library.observe(observation(3, { deadlineAt: null }));
  // Running; one asked for long ago that never began does not count.
  const going = { stoppedAt: null, files: [], deadlineAt: null };
  await library.observe(observation(4, { ...going, status: 'RECORDING' }));
  await library.observe(observation(5, { ...going, status: 'INVOKED', startedAt: null }));
  // In need of a person.
  await library.observe(observation(6, { status: 'ERRORED', files: [] }));
  await library.observe(observation(7, { files: [] }));
  await library.observe(observation(7, { files: [] }));
  await library.seal(recordingId(7));
  await keepAll(
    library,
    observation(8, {
      files: [
        entry('a_u_p_peer_audio_1.webm'),
        entry('b_u_q_peer_audio_1.webm'),
        entry('c_u_r_peer_audio_1.webm'),
      ],
    }),
  );
  const { items } = await library.tracks({ recordingId: recordingId(8) });
  const [gone, spoilt] = await Promise.all(
    items.slice(0, 2).map(({ trackId }) => library.payloadPath(trackId)),
  );
  await rm(gone ?? '');
  await rm(spoilt ?? '');
  await writeFile(spoilt ?? '', 'other bytes than were kept');
  // Arrived, the latest first, and lost.
  await library.observe(
    observation(9, { files: [entry('x_u_p_peer_audio_1.webm'), entry('y_u_q_peer_audio_1.webm')] }),
  );
  const file = { recordingId: recordingId(9), ...entry('x_u_p_peer_audio_1.webm') };
  await library.keep(await delivery(library, file, 'x', { receivedAt: invokedAt + 2 * hourMs }));
  await library.markLost({ ...file, fileName: 'y_u_q_peer_audio_1.webm' }, 'link.expired');
  await library.verify({ recordingIds: [recordingId(8)] });

  const expected = {
    atRisk: [2, 1, 3],
    lost: [9],
    running: [4],
    needsYou: [
      [8, 'damaged', 1],
      [8, 'missing', 1],
      [6, 'errored', 0],
      [7, 'without-files', 0],
    ],
    arrived: [9, 8],
  };
  const today = await library.today();
  expect(summary(today)).toEqual(expected);
  expect(today.arrived.map(({ receivedAt }) => receivedAt)).toEqual([
    invokedAt + 2 * hourMs,
    invokedAt + hourMs,
  ]);
  expect(await (await temp.reopen()).today()).toEqual(today);
  await temp.library.rebuild();
  expect(await temp.library.today()).toEqual(today);

  // A week later the lost and the arrived are old; a month later the errored, too; damage stays.
  temp.clock.advance(8 * dayMs);
  expect(summary(await temp.library.today())).toMatchObject({ lost: [], arrived: [], running: [] });
  expect(summary(await temp.library.today()).needsYou).toEqual(expected.needsYou);
  temp.clock.advance(30 * dayMs);
  expect(summary(await temp.library.today()).needsYou).toEqual(expected.needsYou.slice(0, 2));
});

test('a recording closed with files missing is lost from then on, and no longer at risk', async () => {
  await temp.library.observe(observation(1));
  temp.clock.advance(8 * dayMs);
  expect(summary(await temp.library.today())).toMatchObject({ atRisk: [1], lost: [] });
  expect(await temp.library.seal(recordingId(1))).toBe('closed-incomplete');
  expect(summary(await temp.library.today())).toMatchObject({ atRisk: [], lost: [1] });
  temp.clock.advance(8 * dayMs);
  expect(summary(await temp.library.today()).lost).toEqual([]);
});

test('a file that comes back is lost no more', async () => {
  const words = observation(1);
  const [{ fileName } = expect.fail()] = words.files;
  await temp.library.observe(words);
  const file = { recordingId: recordingId(1), layerName: 'default', fileName };
  await temp.library.markLost(file, 'link.expired');
  expect(summary(await temp.library.today())).toMatchObject({ atRisk: [], lost: [1] });
  expect(await temp.library.holds(file)).toBe(false);
  await temp.library.keep(await delivery(temp.library, file, 'late'));
  expect(summary(await temp.library.today())).toMatchObject({ atRisk: [], lost: [], arrived: [1] });
  expect(await temp.library.holds(file)).toBe(true);
  expect(await temp.library.holds({ ...file, layerName: 'other' })).toBe(false);
});

test('the folder of a recording is told once it has one', async () => {
  await expect(temp.library.bagPath(recordingId(1))).rejects.toMatchObject({
    code: 'recording.unknown',
  });
  await temp.library.observe(observation(1));
  await expect(temp.library.bagPath(recordingId(1))).rejects.toMatchObject({
    code: 'recording.no-folder',
  });
  await keepAll(temp.library, observation(1));
  const path = await temp.library.bagPath(recordingId(1));
  const { items } = await temp.library.tracks({ recordingId: recordingId(1) });
  const payload = await temp.library.payloadPath(items[0]?.trackId ?? expect.fail());
  expect(payload.startsWith(`${path}/data/`)).toBe(true);
  await rm(path, { recursive: true });
  await expect(temp.library.bagPath(recordingId(1))).rejects.toMatchObject({
    code: 'recording.no-folder',
  });
});
