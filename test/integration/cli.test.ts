/** @file Tests. The command line as another program meets it: JSON shapes, exit codes, clean streams. */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../src/main/clock.ts';
import { entries } from '../../src/main/entries.ts';
import { openLibrary } from '../../src/main/library/index.ts';
import { type Sandbox, startSandbox } from '../sandbox/index.ts';
import { commandLine } from '../support/command-line.ts';

const rowMembers = [
  'trackId',
  'recordingId',
  'layerName',
  'meetingId',
  'sessionId',
  'fileName',
  'path',
  'bytes',
  'sha256',
  'reading',
  'prefix',
  'userId',
  'peerId',
  'streamKind',
  'mediaKind',
  'trackStamp',
  'customParticipantId',
  'speaker',
  'startedAt',
  'durationMs',
  'importedFrom',
  'state',
];
const Row = z.looseObject({
  trackId: z.string().regex(/^[0-9a-f]{32}$/),
  recordingId: z.string(),
  fileName: z.string(),
  path: z.string(),
  userId: z.string().nullable(),
  startedAt: z.iso.datetime().nullable(),
  state: z.string(),
});

let folder = '';
let library = '';
let sandbox: Sandbox;

interface Answer {
  code: number;
  out: string;
  err: string;
}

function run(
  args: readonly string[],
  wish: { token?: string; input?: string } = {},
): Promise<Answer> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [commandLine, ...args],
      {
        env: {
          ...process.env,
          TRACKVAULT_PROFILE: join(folder, 'profile'),
          TRACKVAULT_TOKEN: wish.token ?? sandbox.token,
        },
      },
      (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
      },
    );
    child.stdin?.end(wish.input ?? '');
  });
}

const service = () => [
  ...['--api', sandbox.apiRoot],
  ...['--account', sandbox.accountId],
  ...['--app', sandbox.appId],
];
const linesOf = (text: string): unknown[] =>
  text === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line));

/** In the order in which they stand in the line. */
const membersOf = (row: unknown): string[] => Object.keys(z.looseObject({}).parse(row));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trackvault-cli-'));
  library = join(folder, 'library');
  sandbox = await startSandbox();
  const pulled = await run(['pull', '--json', '--library', library, ...service()]);
  expect(pulled).toMatchObject({ code: 0 });
  const [report, ...others] = linesOf(pulled.out);
  expect(others).toEqual([]);
  expect(report).toMatchObject({
    files: { listed: 14, kept: 14, pending: 0, lost: 0 },
    composites: 1,
    pending: [],
    atRisk: [],
    verified: 14,
  });
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

describe('list', () => {
  test('has one object a line with exactly the documented members, and nothing else on standard output', async () => {
    const { code, out } = await run(['list', '--json', '--library', library]);
    expect(code).toBe(0);
    const rows = linesOf(out);
    expect(rows).toHaveLength(14);
    for (const row of rows) {
      Row.parse(row);
      expect(membersOf(row)).toEqual(rowMembers);
      expect(row).toMatchObject({ reading: 'exact', state: 'verified', importedFrom: null });
    }
    const held = new Set(
      sandbox.originals().map(({ fileName, sha256 }) => `${fileName} ${sha256}`),
    );
    for (const row of rows) expect(held.delete(keyOf(row))).toBe(true);
    expect(held.size).toBe(0);
  });

  test('takes its options before the command, too', async () => {
    const { code, out } = await run(['--json', '--library', library, 'list']);
    expect({ code, rows: linesOf(out).length }).toEqual({ code: 0, rows: 14 });
  });
});

const keyOf = (row: unknown): string => {
  const { fileName, sha256 } = z.object({ fileName: z.string(), sha256: z.string() }).parse(row);
  return `${fileName} ${sha256}`;
};

describe('search', () => {
  test('finds a whole user_id and says why', async () => {
    const [first] = linesOf((await run(['list', '--json', '--library', library])).out).map((row) =>
      Row.parse(row),
    );
    const userId = first?.userId ?? '';
    const { code, out } = await run(['search', userId, '--json', '--library', library]);
    expect(code).toBe(0);
    const found = linesOf(out);
    expect(found.length).toBeGreaterThan(0);
    for (const row of found) {
      expect(membersOf(row)).toEqual([...rowMembers, 'match', 'why']);
      expect(row).toMatchObject({ userId, match: 'certain' });
    }
  });

  test('finds beginnings only when asked, and takes signs of a pattern for themselves', async () => {
    const count = async (...args: string[]) =>
      linesOf((await run(['search', ...args, '--json', '--library', library])).out).length;
    expect(await count('aaa')).toBe(0);
    expect(await count('aaa', '--starts-with')).toBe(14);
    expect(await count('%', '--starts-with')).toBe(0);
    expect(await count('_', '--starts-with')).toBe(0);
  });
});

describe('show', () => {
  test('answers for a track, a recording and a meeting', async () => {
    const [row] = linesOf((await run(['list', '--json', '--library', library])).out);
    const ids = z
      .object({ trackId: z.string(), recordingId: z.string(), meetingId: z.string() })
      .parse(row);
    for (const [id, kind] of [
      [ids.trackId, 'track'],
      [ids.recordingId, 'recording'],
      [ids.meetingId, 'meeting'],
    ] as const) {
      const { code, out } = await run(['show', id, '--json', '--library', library]);
      expect(code).toBe(0);
      expect(linesOf(out)).toEqual([expect.objectContaining({ kind })]);
    }
  });
});

describe('parse-name', () => {
  const members = [
    'reading',
    'prefix',
    'userId',
    'peerId',
    'streamKind',
    'mediaKind',
    'trackStamp',
    'candidates',
    'flags',
  ];

  test('answers every line, an empty one too, and ends lines at line feeds alone', async () => {
    const input = 'p_u1_q1_peer_audio_1760000000000.webm\r\n\nodd\u2028name\rhere.webm\n';
    const { code, out } = await run(['parse-name', '--json'], { input });
    const rows = linesOf(out);
    expect({ code, rows: rows.length }).toEqual({ code: 0, rows: 3 });
    for (const row of rows) expect(membersOf(row)).toEqual(members);
    expect(rows[0]).toMatchObject({ reading: 'derived', prefix: 'p', userId: 'u1', peerId: 'q1' });
    expect(rows[1]).toMatchObject({ reading: 'unreadable', candidates: [] });
  });

  test('takes names that begin with a dash, and evidence', async () => {
    const name = '-case_12_A_u1_p1_peer_audio_1760000000000.webm';
    const without = await run(['parse-name', '--json', '--', name]);
    expect(linesOf(without.out)).toMatchObject([{ reading: 'ambiguous', userId: null }]);
    const known = await run(['parse-name', '--json', '--prefix', '-case_12_A', '--', name]);
    expect(linesOf(known.out)).toMatchObject([{ reading: 'exact', prefix: '-case_12_A' }]);
  });
});

describe('exit codes', () => {
  test.each([
    ['an unknown command', ['frobnicate'], 2],
    ['an unknown option', ['list', '--frobnicate'], 2],
    ['help', ['--help'], 0],
  ])('%s', async (_what, args, code) => {
    expect(await run(args)).toMatchObject({ code });
  });

  test('1 where there is no library, and nothing is made there', async () => {
    const nowhere = join(folder, 'nowhere');
    const answer = await run(['list', '--json', '--library', nowhere]);
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(answer.err).toContain('library.missing');
    expect(await readdir(folder)).not.toContain('nowhere');
  });

  test('5 for tokens that are refused, with the reason, and no token on either stream', async () => {
    for (const token of [sandbox.tokens.lacksRights.value, 'cfut_unknown', 'two words']) {
      const answer = await run(['pull', '--json', '--library', library, ...service()], { token });
      expect(answer).toMatchObject({ code: 5, out: '' });
      expect(answer.err).toMatch(/credentials\.[a-z-]+/);
      expect(answer.err).not.toContain(token);
    }
    const check = await run(['check', '--json', ...service()], { token: 'cfut_unknown' });
    expect(check.code).toBe(5);
    expect(linesOf(check.out)).toMatchObject([{ state: 'unknown', apps: [] }]);
  });

  test('0 for a good token, with the apps by name and without their secrets', async () => {
    const endsInUtc: unknown = expect.stringMatching(/Z$/);
    const check = await run(['check', '--json', ...service()]);
    expect(check.code).toBe(0);
    expect(linesOf(check.out)).toEqual([
      {
        state: 'ok',
        detail: null,
        expiresAt: endsInUtc,
        apps: [{ id: sandbox.appId, name: 'Studio interviews' }],
      },
    ]);
  });

  test('1 when a byte has changed on disk, and the track is named', async () => {
    const [row] = linesOf((await run(['list', '--json', '--library', library])).out);
    const { path, trackId } = Row.parse(row);
    await chmod(join(library, path), 0o644);
    await writeFile(join(library, path), 'x', { flag: 'r+' });
    const answer = await run(['verify', '--json', '--library', library]);
    expect(answer.code).toBe(1);
    expect(linesOf(answer.out)).toMatchObject([
      { verified: 13, damaged: 1, missing: 0, problems: [{ path, trackId, found: 'damaged' }] },
    ]);
    const mended = await run(['pull', '--json', '--library', library, ...service()]);
    expect(mended.code).toBe(0);
    expect(await run(['verify', '--library', library])).toMatchObject({ code: 0 });
  });

  test('3 when the service will lose something, which is named', async () => {
    const other = await startSandbox({ scenario: 'all-states' });
    const answer = await run(
      ['pull', '--json', '--library', join(folder, 'all'), '--api', other.apiRoot].concat([
        ...['--account', other.accountId],
        ...['--app', other.appId],
      ]),
      { token: other.token },
    );
    await other.close();
    expect(answer.code).toBe(3);
    expect(linesOf(answer.out)).toMatchObject([
      { atRisk: [{ atRisk: { why: 'stuck-at-provider' } }] },
    ]);
  });

  test('4 while another Trackvault writes the library, which can still be read', async () => {
    const holder = await openLibrary({
      dir: library,
      mode: 'write',
      clock: systemClock,
      actor: { osUser: 'somebody', machine: 'here', through: 'app' },
      indexWorkerUrl: entries.indexWorker,
    });
    const refused = await run(['pull', '--json', '--library', library, ...service()]);
    const read = await run(['list', '--json', '--library', library]);
    await holder.close();
    expect(refused).toMatchObject({ code: 4, out: '' });
    expect(refused.err).toContain('library.locked');
    expect({ code: read.code, rows: linesOf(read.out).length }).toEqual({ code: 0, rows: 14 });
  });
});

test('rebuild gives the same list as before', async () => {
  const list = async () => (await run(['list', '--json', '--library', library])).out;
  const before = await list();
  for (const name of ['index.db', 'derived']) {
    await rm(join(library, name), { recursive: true, force: true });
  }
  expect(linesOf((await run(['rebuild', '--json', '--library', library])).out)).toMatchObject([
    { rebuilt: true },
  ]);
  expect(await list()).toBe(before);
});
