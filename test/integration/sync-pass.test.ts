/** @file Tests of whole passes: connect, learn, fetch, seal, against the stand-in service with nothing faked but the service. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';

import { RecordingId } from '../../src/preload/contract/index.ts';
import type { PassReport } from '../../src/main/sync/index.ts';
import {
  oddRecordings,
  startSandbox,
  type Sandbox,
  type SandboxOptions,
} from '../sandbox/index.ts';
import {
  clockOf,
  filesHolding,
  oneMeeting,
  openArchive,
  tracksOf,
  type Archive,
} from './sync-bench.ts';

const canary = 'feedfacecanary';
const appSecret = 'app-secret-canary-9c1d';
const token = 'cfut_TokenCanary0000000000000000000000000000a1b2c3d4';
const patienceMs = 60_000;
const dayMs = 24 * 3_600_000;

let dir: string;
let sandbox: Sandbox;
let archive: Archive;

async function connect(options: SandboxOptions = {}): Promise<void> {
  sandbox = await startSandbox({
    scenario: oneMeeting,
    token,
    signatureCanary: canary,
    appSecret,
    ...options,
  });
  dir = await mkdtemp(join(tmpdir(), 'trackvault-pass-'));
  archive = await openArchive(sandbox, dir, clockOf(sandbox));
}

async function reopen(): Promise<void> {
  await archive.close();
  archive = await openArchive(sandbox, dir, clockOf(sandbox));
}

afterEach(async () => {
  await archive.close();
  await sandbox.close();
  expect(archive.bugs).toEqual([]);
  expect(sandbox.violations).toEqual([]);
  expect(await filesHolding(dir, [canary, appSecret, token])).toEqual([]);
  await rm(dir, { recursive: true });
});

const objectRequests = () => sandbox.requests.filter(({ host }) => host === 'object').length;
const reportOf = (report: PassReport, recordingId: string) =>
  report.recordings.find((recording) => recording.recordingId === recordingId);
const identity = (file: {
  recordingId: string;
  layerName: string;
  fileName: string;
  sha256: string;
}) => JSON.stringify([file.recordingId, file.layerName, file.fileName, file.sha256]);

/** Every file the service holds is in the archive with the same hash, and reads back from disk. */
async function expectAllHeld(): Promise<void> {
  const tracks = await tracksOf(archive.library);
  expect(tracks.map(identity).sort()).toEqual(sandbox.originals().map(identity).sort());
  const verified = await archive.library.verify({ all: true });
  expect(verified).toMatchObject({ damaged: 0, missing: 0, verified: tracks.length });
}

describe('a pass over a healthy service', () => {
  test('keeps every track, byte for byte, seals what is over and lists the composite', async () => {
    await connect({ scenario: 'harbour' });
    const report = await archive.sync.pass({ patienceMs });
    await expectAllHeld();
    expect(report).toMatchObject({ composites: 1, failure: null, files: { pending: 0, lost: 0 } });
    expect(report.files.kept).toBe(sandbox.originals().length);
    const states = report.recordings.map(({ kind, state }) => `${kind} ${state}`);
    expect([...new Set(states)].sort()).toEqual(['composite composite', 'track sealed']);
    expect(report.recordings.every(({ atRisk }) => atRisk === null)).toBe(true);
    expect(objectRequests()).toBe(sandbox.originals().length);
  });

  test('a second pass asks the file host for nothing and the API for the list alone', async () => {
    await connect({ scenario: 'harbour' });
    await archive.sync.pass({ patienceMs });
    const before = { objects: objectRequests(), all: sandbox.requests.length };
    const report = await archive.sync.pass({ patienceMs });
    expect(objectRequests()).toBe(before.objects);
    expect(sandbox.requests.length - before.all).toBeLessThanOrEqual(2);
    expect(report.recordings.filter(({ state }) => state === 'sealed')).toHaveLength(3);
  });

  test('over chosen meetings sees only those', async () => {
    await connect({ scenario: 'harbour' });
    const all = await archive.sync.pass({ meetingIds: ['bbb41e77-0d3a-4c58-9b16-e2f07a9c3d51'] });
    expect(all.recordings.map(({ title }) => title)).toEqual(
      all.recordings.map(() => 'Ep. 42 – Harbour pilots'),
    );
    expect(all.recordings.length).toBeGreaterThan(0);
  });

  test('without patience queues and returns; the next pass seals', async () => {
    await connect({ scenario: 'harbour' });
    // Files take longer than lists.
    sandbox.switches.objectDelayMs = 500;
    const first = await archive.sync.pass();
    expect(first.files.kept).toBeLessThan(sandbox.originals().length);
    expect(first.recordings.some(({ atRisk }) => atRisk?.why === 'pending')).toBe(true);
    sandbox.switches.objectDelayMs = 0;
    await archive.downloads.whenIdle();
    const second = await archive.sync.pass();
    expect(second.files).toMatchObject({ kept: sandbox.originals().length, pending: 0 });
    await expectAllHeld();
  });

  test('every bag can be checked without us', async () => {
    await connect({ scenario: 'harbour' });
    await archive.sync.pass({ patienceMs });
    const manifests = (await readdir(join(dir, 'recordings'), { recursive: true })).filter((name) =>
      name.endsWith('/manifest-sha256.txt'),
    );
    expect(manifests).toHaveLength(3);
    const lines = await Promise.all(
      manifests.map((name) => readFile(join(dir, 'recordings', name), 'utf8')),
    );
    expect(lines.join('').trim().split('\n')).toHaveLength(sandbox.originals().length);
  });
});

describe('every reading of the contract', () => {
  test.each([
    ['array', 'object'],
    ['links', 'object'],
    ['links-map', 'object'],
    ['one-layer', 'object'],
    ['array-text', 'object'],
    ['links-text', 'object'],
    ['one-layer-text', 'object'],
    ['array', 'text'],
    ['links', 'text'],
  ] as const)('download_url as %s with entries as %s', async (downloadUrl, downloadEntry) => {
    await connect({ switches: { downloadUrl, downloadEntry } });
    await archive.sync.pass({ patienceMs });
    await expectAllHeld();
  });

  test.each([
    [
      'U3: rows with ids of their own and rejoins as events',
      { participantRowId: 'own', rejoin: 'second-event' },
    ],
    ['U7: pages from 0', { firstPage: 0 }],
    ['U11: Google links', { linkStyle: 'google' }],
    ['U12: links signed once', { linksRenew: false }],
    ['U16: If-Range ignored', { ifRange: 'ignored' }],
    ['U19: few rows a page', { perPageMaximum: 2 }],
    [
      'recordings nested and without a type',
      { oneRecordingAt: 'data.recording', recordingType: 'absent' },
    ],
    ['null for everything optional', { nullOptionals: true, recordingMeetingId: false }],
    ['fields nobody knows', { unknownFields: true }],
  ] as const)('%s', async (_name, switches) => {
    await connect({ switches });
    const report = await archive.sync.pass({ patienceMs });
    await expectAllHeld();
    expect(report.files.pending).toBe(0);
  });
});

describe('a file host in trouble', () => {
  test.each([
    ['cuts', [{ kind: 'cut', afterBytes: 5_000, times: 6 }]],
    ['answers with a page', [{ kind: 'html', times: 3 }]],
    ['answers with an error and status 200', [{ kind: 'xml-with-200', times: 3 }]],
    [
      'ends early against its promise',
      [{ kind: 'short', missingBytes: 700, contentLength: 'promised', times: 3 }],
    ],
    [
      'ends early and says so',
      [{ kind: 'short', missingBytes: 700, contentLength: 'true', times: 3 }],
    ],
    [
      'ends early without a length',
      [{ kind: 'short', missingBytes: 700, contentLength: 'absent', times: 3 }],
    ],
    ['has no bytes yet', [{ kind: 'empty', times: 2 }]],
    ['cuts and then ignores the range', [{ kind: 'cut', afterBytes: 5_000 }, { kind: 'whole' }]],
    [
      'cuts and then answers another range',
      [
        { kind: 'cut', afterBytes: 5_000 },
        { kind: 'wrong-range', byBytes: 3, totalBy: 0 },
      ],
    ],
    [
      'cuts and then states another total',
      [
        { kind: 'cut', afterBytes: 5_000 },
        { kind: 'wrong-range', byBytes: 0, totalBy: 9 },
      ],
    ],
    [
      'cuts and then changes the object',
      [{ kind: 'cut', afterBytes: 5_000 }, { kind: 'object-changes' }],
    ],
    [
      'cuts and then changes the ETag',
      [{ kind: 'cut', afterBytes: 5_000 }, { kind: 'etag-changes' }],
    ],
    [
      'has no ETags and cuts',
      [
        { kind: 'cut', afterBytes: 5_000 },
        { kind: 'etag', as: 'absent', times: 'always' },
      ],
    ],
    [
      'has weak ETags and cuts',
      [
        { kind: 'cut', afterBytes: 5_000 },
        { kind: 'etag', as: 'weak', times: 'always' },
      ],
    ],
    ['is over its limit', [{ kind: 'status', status: 429, code: 'TooManyRequests', times: 4 }]],
    ['stumbles', [{ kind: 'status', status: 503, code: 'ServiceUnavailable', times: 5 }]],
    [
      'does not have the object yet',
      [{ kind: 'status', status: 404, code: 'NoSuchKey', times: 2 }],
    ],
  ] as const)('that %s loses nothing', async (_name, objectFaults) => {
    await connect({ switches: { objectFaults: objectFaults.map((fault) => ({ ...fault })) } });
    await archive.sync.pass({ patienceMs: 20 * 60_000 });
    await expectAllHeld();
  });

  test('cuts every answer and still serves less than twice what there is', async () => {
    await connect({
      switches: { objectFaults: [{ kind: 'cut', afterBytes: 40_000, times: 'always' }] },
    });
    const total = sandbox.originals().reduce((sum, { bytes }) => sum + bytes, 0);
    await archive.sync.pass({ patienceMs: 20 * 60_000 });
    await expectAllHeld();
    const served = objectRequests() * 40_000;
    expect(served).toBeLessThan(2 * total);
  });

  test('redirects nobody away from the safe line', async () => {
    await connect({
      switches: {
        objectFaults: [
          { kind: 'redirect', to: 'http://files.example.org/x.webm', times: 'always' },
        ],
      },
    });
    const report = await archive.sync.pass({ patienceMs });
    expect(report.files.kept).toBe(0);
    expect(report.recordings.filter(({ atRisk }) => atRisk?.why === 'failed')).toHaveLength(1);
  });

  test('holds a truncated file: it is kept and flagged', async () => {
    await connect({ scenario: 'all-states' });
    await archive.sync.pass({ patienceMs });
    const { items } = await archive.library.tracks({
      recordingId: RecordingId.parse(oddRecordings.truncated),
    });
    expect(items).toMatchObject([{ media: { kind: 'damaged' } }]);
    await expectAllHeld();
  });
});

describe('links that end', () => {
  const stumbling = () => [
    { kind: 'status', status: 503, code: 'ServiceUnavailable', times: 12 } as const,
  ];

  test.each(['r2', 'r2-before-2026-07-30', 'aws', 'google'] as const)(
    'as %s says it, are replaced by new ones where the service signs anew',
    async (expiredAnswer) => {
      await connect({
        switches: {
          expiredAnswer,
          linkLifeSeconds: 3,
          linksRenew: true,
          objectFaults: stumbling(),
        },
      });
      await archive.sync.pass({ patienceMs: 20 * 60_000 });
      await expectAllHeld();
      expect(sandbox.requests.some(({ status }) => status === 400 || status === 403)).toBe(true);
    },
  );

  test.each(['r2', 'r2-before-2026-07-30', 'aws', 'google'] as const)(
    'as %s says it, mean that the file is lost where it does not, and that is said',
    async (expiredAnswer) => {
      await connect({ switches: { expiredAnswer, linkLifeSeconds: 1, linksRenew: false } });
      const report = await archive.sync.pass({ patienceMs });
      const total = sandbox.originals().length;
      expect(report.files).toEqual({ listed: total, kept: 0, pending: 0, lost: total });
      expect(report.recordings.filter(({ atRisk }) => atRisk?.why === 'lost')).toHaveLength(1);
      expect(objectRequests()).toBe(total);
    },
  );
});

describe('what the vendor is known to do wrong', () => {
  test('is named for each recording and stops none of the others', async () => {
    await connect({ scenario: 'all-states' });
    const report = await archive.sync.pass({ patienceMs });
    await expectAllHeld();
    const codes = (id: string) => reportOf(report, id)?.problems.map(({ code }) => code);
    expect(codes(oddRecordings.invoked)).toEqual(['never-started']);
    expect(codes(oddRecordings.stuckUploading)).toEqual(['probably-lost-at-provider']);
    expect(codes(oddRecordings.errored)).toEqual(['errored']);
    expect(codes(oddRecordings.zeroFiles)).toEqual(['finished-without-files']);
    expect(codes(oddRecordings.strangeStatus)).toContain('status-unknown');
    expect(reportOf(report, oddRecordings.erroredWithMessage)?.problems).toEqual([
      { code: 'errored', detail: 'The worker lost its connection to the room' },
    ]);
    expect(reportOf(report, oddRecordings.stuckUploading)?.atRisk?.why).toBe('stuck-at-provider');
    expect(reportOf(report, oddRecordings.twoLayers)).toMatchObject({
      filesKept: 3,
      state: 'sealed',
    });
    expect(reportOf(report, oddRecordings.oddNames)).toMatchObject({ filesKept: 7 });
    expect(reportOf(report, oddRecordings.compositeWebm)).toMatchObject({
      kind: 'composite',
      filesKept: 0,
    });
    expect(report.composites).toBe(3);
  });

  test('a list that grows between two reads is followed', async () => {
    await connect({ scenario: 'all-states' });
    await archive.sync.pass({ patienceMs });
    expect(sandbox.growFiles(oddRecordings.growing)).toBe(1);
    const report = await archive.sync.pass({ patienceMs });
    expect(reportOf(report, oddRecordings.growing)).toMatchObject({
      filesKept: 2,
      state: 'sealed',
    });
    await expectAllHeld();
  });

  test('rows that vanish after seven days leave what is held and end what is not', async () => {
    await connect({ switches: { rowAfterSevenDays: 'gone' } });
    await archive.sync.pass({ patienceMs });
    const held = (await tracksOf(archive.library)).length;
    sandbox.clock.advance(9 * dayMs);
    const report = await archive.sync.pass({ patienceMs });
    expect(await tracksOf(archive.library)).toHaveLength(held);
    const gone = report.recordings.filter(({ problems }) =>
      problems.some(({ code }) => code === 'gone-at-provider'),
    );
    expect(gone).toHaveLength(2);
  });

  test('an object that was removed is waited for while its link is good, and lost afterwards', async () => {
    await connect();
    const [original] = sandbox.originals();
    if (original === undefined) throw new Error('the scenario has files');
    sandbox.deleteObject(original.recordingId, original.fileName);
    const first = await archive.sync.pass({ patienceMs: 20 * 60_000 });
    expect(reportOf(first, original.recordingId)).toMatchObject({
      filesPending: 1,
      filesLost: 0,
      atRisk: { why: 'failed' },
    });
    sandbox.clock.advance(8 * dayMs);
    const later = await archive.sync.pass({ patienceMs: 20 * 60_000 });
    expect(reportOf(later, original.recordingId)).toMatchObject({
      filesPending: 0,
      filesLost: 1,
      state: 'closed-incomplete',
      atRisk: { why: 'lost' },
    });
  });
});

describe('an API in trouble', () => {
  test.each([
    [
      'is over its limit',
      [{ kind: 'rate-limited', retryAfterSeconds: 20, body: 'gateway', times: 3 }],
    ],
    ['stumbles', [{ kind: 'status', status: 502, body: 'E4', times: 3 }]],
    ['is cut', [{ kind: 'cut', afterBytes: 100, times: 2 }]],
  ] as const)('that %s delays the pass and loses nothing', async (_name, apiFaults) => {
    await connect({ switches: { apiFaults: apiFaults.map((fault) => ({ ...fault })) } });
    await archive.sync.pass({ patienceMs });
    await expectAllHeld();
  });

  test('that does not tell who took part costs names for now, not audio', async () => {
    await connect({
      switches: {
        apiFaults: [
          { kind: 'status', status: 500, body: 'E4', path: 'participants', times: 'always' },
        ],
      },
    });
    const report = await archive.sync.pass({ patienceMs });
    await expectAllHeld();
    expect(
      report.recordings
        .filter(({ kind }) => kind === 'track')
        .every(({ problems }) => problems.some(({ code }) => code === 'people-not-learned')),
    ).toBe(true);
  });

  test('that does not answer single reads is replaced by the list', async () => {
    await connect({
      switches: {
        apiFaults: [
          { kind: 'status', status: 500, body: 'E1', path: '/recordings/fff', times: 'always' },
        ],
      },
    });
    const report = await archive.sync.pass({ patienceMs });
    expect(report.files.pending).toBe(0);
    await expectAllHeld();
  });
});

test('an archive that is closed in the middle goes on where it stopped', async () => {
  await connect({ switches: { throttleBytesPerSecond: 400_000 } });
  await archive.sync.pass();
  await sandbox.waitFor(({ host }) => host === 'object');
  await reopen();
  await archive.sync.pass({ patienceMs });
  await expectAllHeld();
  expect(archive.downloads.list().every(({ state }) => state.attempts === 0)).toBe(true);
});
