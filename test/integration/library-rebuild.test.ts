/** @file Tests that the disk is the archive and the database an index: deleted, it comes back equal. */
import { randomBytes } from 'node:crypto';
import { cp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CustomParticipantId, MeetingId, PeerId, UserId } from '#contract';
import { noteDamage } from '../../src/main/library/catalogue/database.ts';
import { first } from '../../src/main/library/catalogue/migrations/0010-first.ts';
import { titles } from '../../src/main/library/catalogue/migrations/0020-titles.ts';
import { order } from '../../src/main/library/catalogue/migrations/0030-order.ts';
import { seenWords } from '../../src/main/library/catalogue/migrations/0035-words.ts';
import { dumpIndex } from '../support/library-dump.ts';
import {
  delivery,
  invokedAt,
  keepAll,
  mara,
  newOrder,
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

const entry = (fileName: string, layerName = 'default') => ({
  layerName,
  fileName,
  customParticipantId: null,
  peerId: null,
});

/** One of everything: states, decisions, odd names, rejoins, other bytes, checks. */
async function fillWithEverything(): Promise<void> {
  const { library, clock } = temp;
  await keepAll(library, observation(0));
  await library.observe(observation(0));
  await library.seal(recordingId(0));
  const odd = [
    'case_12_A_u1_p1_peer_audio_1763456535118.webm',
    'lone\ud800_u_p_peer_audio_1763456535118.webm',
    'nul\0line\n_u_p_peer_audio_1763456535.webm',
    'Jane final.webm',
    '../../etc/x_u_p_peer_audio_1.webm',
    '__proto___constructor_p_peer_audio_1763456535118.webm',
    `${'_'.repeat(300)}_peer_audio_1763456535118.webm`,
  ];
  await keepAll(
    library,
    observation(1, {
      title: 'Odd \ud800 names\n',
      meetingId: MeetingId.parse('other-meeting'),
      files: [...odd.map((name) => entry(name)), entry(odd[0] ?? '', 'second layer')],
    }),
  );
  await library.observe(
    observation(2, { status: 'RECORDING', stoppedAt: null, files: [], deadlineAt: null }),
  );
  await library.observe(
    observation(3, { status: 'ERRORED', files: [], errorMessage: 'no worker' }),
  );
  await library.observe(observation(4, { kind: 'composite', files: [], meetingId: null }));
  await library.observe(observation(5, { files: [] }));
  await library.observe(observation(5, { files: [] }));
  await library.seal(recordingId(5));
  const two = observation(6, {
    files: [entry(usualName(invokedAt)), entry('missing_u_p_peer_audio_1763456535118.webm')],
    sessionPeople: [
      {
        peerIds: [PeerId.parse('p')],
        userId: UserId.parse('u'),
        customParticipantId: CustomParticipantId.parse('guest_17'),
        displayName: null,
        joinedAt: null,
        leftAt: null,
      },
    ],
  });
  await library.observe(two);
  const file = { recordingId: recordingId(6), ...entry(usualName(invokedAt)) };
  await library.keep(await delivery(library, file, 'first bytes'));
  await library.keep(
    await delivery(library, file, 'other bytes', { receivedAt: invokedAt + 7200_000 }),
  );
  await library.markLost(
    { recordingId: recordingId(6), ...entry('missing_u_p_peer_audio_1763456535118.webm') },
    'the link expired',
  );
  await library.markGone(recordingId(6));
  await library.seal(recordingId(6));
  const { items } = await library.tracks({ recordingId: recordingId(0) });
  const path = await library.payloadPath(items[0]?.trackId ?? expect.fail());
  const bytes = await readFile(path);
  await rm(path);
  await writeFile(path, randomBytes(bytes.length));
  clock.advance(1000);
  await library.verify({ all: true });
  const first = newOrder('one', { userIds: [mara], prefix: 'ep42' });
  await library.orderRecording(first);
  await library.answerOrder('one', {
    outcome: 'adopted',
    recordingId: recordingId(0),
    because: null,
  });
  await library.orderRecording(newOrder('two', { instead: ['one', 'never ordered'] }));
  await library.noteStop(recordingId(2));
  await library.saveAllowList(first.meetingId, { name: 'Hosts \ud800', userIds: [mara] });
  await library.saveAllowList(first.meetingId, { name: 'Gone', userIds: [mara] });
  await library.forgetAllowList(first.meetingId, 'Gone');
}

test('a rebuilt index equals the one that grew', async () => {
  await fillWithEverything();
  const index = join(temp.dir, 'index.db');
  const grown = dumpIndex(index);
  expect(grown['tracks']).toHaveLength(11);
  expect(new Set((await temp.library.recordings({})).items.map(({ state }) => state))).toEqual(
    new Set([
      'sealed',
      'complete',
      'running',
      'errored',
      'composite',
      'without-files',
      'closed-incomplete',
    ]),
  );
  const steps: number[] = [];
  await temp.library.rebuild((done) => steps.push(done));
  expect(dumpIndex(index)).toEqual(grown);
  expect(steps.at(-1)).toBe(7);

  await temp.library.close();
  for (const end of ['', '-wal', '-shm']) await rm(index + end, { force: true });
  await rm(join(temp.dir, 'derived'), { recursive: true });
  await temp.reopen();
  expect(dumpIndex(index)).toEqual(grown);
});

test('an index that cannot be read is set aside and built again', async () => {
  await keepAll(temp.library, observation(0));
  const index = join(temp.dir, 'index.db');
  const grown = dumpIndex(index);
  await temp.library.close();
  await writeFile(index, 'this is no database, though it is long enough to look like something');
  await temp.reopen();
  expect(dumpIndex(index)).toEqual(grown);
  expect(await readdir(temp.dir)).toContain('index.db.unreadable');
  expect(temp.logged.join()).toContain('set aside');
});

test.each([
  ['20', [first, titles]],
  ['30', [first, titles, order]],
  ['35', [first, titles, order, seenWords]],
])(
  'an index of version %s is brought up to date and filled with what it lacked',
  async (version, steps) => {
    await fillWithEverything();
    const index = join(temp.dir, 'index.db');
    const grown = dumpIndex(index);
    expect(grown['people']).not.toEqual([]);
    expect(grown['orders']).toHaveLength(2);
    await temp.library.close();
    for (const end of ['', '-wal', '-shm']) await rm(index + end, { force: true });
    const db = new Database(index);
    for (const step of steps) db.exec(step.sql);
    db.pragma('application_id = 0x54524b56');
    db.pragma(`user_version = ${version}`);
    db.exec(`INSERT INTO ledger_mark VALUES (1, 3, '${'0'.repeat(64)}', 1, 2);
             INSERT INTO decided_recordings (recording_id, gone) VALUES ('stale', 0)`);
    db.close();
    await temp.reopen();
    expect(dumpIndex(index)).toEqual(grown);
  },
);

test('an index of a newer version is refused and left as it is', async () => {
  await temp.library.close();
  const index = join(temp.dir, 'index.db');
  const db = new Database(index);
  db.pragma('user_version = 9990');
  db.close();
  const before = await readFile(index);
  await expect(temp.reopen()).rejects.toMatchObject({ code: 'library.newer' });
  expect(await readFile(index)).toEqual(before);
});

test('an index that knows less than the ledger is brought up to date at opening', async () => {
  await keepAll(temp.library, observation(0));
  await temp.library.close();
  const index = join(temp.dir, 'index.db');
  await cp(index, join(temp.dir, 'old'));
  await temp.reopen();
  await keepAll(temp.library, observation(1));
  await temp.library.seal(recordingId(0));
  const grown = dumpIndex(index);
  await temp.library.close();
  await cp(join(temp.dir, 'old'), index);
  await temp.reopen();
  expect(dumpIndex(index)).toEqual(grown);
});

test('a bag copied in by hand is found by a rebuild and said to be unknown to the ledger', async () => {
  const other = await tempLibrary();
  try {
    await keepAll(other.library, observation(7));
    await cp(join(other.dir, 'recordings'), join(temp.dir, 'recordings'), { recursive: true });
  } finally {
    await other.close();
  }
  await temp.library.rebuild();
  expect((await temp.library.tracks({})).items).toMatchObject([{ recordingId: recordingId(7) }]);
  expect(await temp.library.problems()).toMatchObject([
    { why: 'the ledger does not know this bag' },
  ]);
  await keepAll(temp.library, observation(7));
  expect((await temp.library.tracks({})).items).toHaveLength(1);
});

test('hostile files among the bags are reported and never followed', async () => {
  await keepAll(temp.library, observation(0));
  const year = join(temp.dir, 'recordings', '2026');
  const [name = ''] = await readdir(year);
  const secret = join(temp.dir, '..', 'secret.txt');
  await writeFile(secret, 'not for the archive');
  for (const [folder, change] of [
    [
      '2026-01-01_not-json_00000000',
      (dir: string) => writeFile(join(dir, 'metadata/tracks.json'), '{'),
    ],
    [
      '2026-01-01_upwards_00000000',
      async (dir: string) => {
        const path = join(dir, 'metadata/tracks.json');
        const text = await readFile(path, 'utf8');
        await writeFile(
          path,
          text
            .replaceAll(recordingId(0), recordingId(8))
            .replace(/"data\/[^"]*"/, '"data/../../../../../secret.txt"'),
        );
      },
    ],
    [
      '2026-01-01_link_00000000',
      async (dir: string) => {
        await rm(join(dir, 'metadata/tracks.json'));
        await rm(join(dir, 'metadata/recording.json'));
        await symlink(secret, join(dir, 'metadata/tracks.json'));
      },
    ],
  ] as const) {
    await cp(join(year, name), join(year, folder), { recursive: true });
    await change(join(year, folder));
  }
  await symlink(join(temp.dir, '..'), join(year, '2026-01-01_outside_00000000'));
  await writeFile(join(temp.dir, 'observed', `${'0'.repeat(64)}.json`), '[]');
  await temp.library.rebuild();
  expect((await temp.library.tracks({})).items).toHaveLength(1);
  const paths = (await temp.library.problems()).map(({ path }) => path).join('\n');
  expect(paths).toContain('not-json');
  expect(paths).toContain('link');
  expect(paths).toContain('observed/000');
  expect(paths).not.toContain('outside');
});

test('a payload that is a link is not played', async () => {
  await keepAll(temp.library, observation(0));
  const [track] = (await temp.library.tracks({})).items;
  const trackId = track?.trackId ?? expect.fail();
  const path = await temp.library.payloadPath(trackId);
  await rm(path);
  await expect(temp.library.payloadPath(trackId)).rejects.toMatchObject({ code: 'file.gone' });
  await symlink('/etc/hostname', path);
  await expect(temp.library.payloadPath(trackId)).rejects.toMatchObject({
    code: 'library.damaged',
  });
});

test('an index in which a query met damage is built again at the next opening', async () => {
  await keepAll(temp.library, observation(0));
  await temp.library.close();
  const index = join(temp.dir, 'index.db');
  const grown = dumpIndex(index);
  expect(noteDamage(index, new Database.SqliteError('malformed', 'SQLITE_CORRUPT'))).toBe(true);
  expect(noteDamage(index, new Error('something else'))).toBe(false);
  const db = new Database(index);
  db.exec('DELETE FROM tracks');
  db.close();
  await temp.reopen();
  expect(dumpIndex(index)).toEqual(grown);
  await temp.reopen();
  expect(temp.logged.filter((line) => line.includes('set aside'))).toHaveLength(1);
});
