/** @file Tests. What `pull` tells and which code it ends with: done only when nothing was tried in vain. */
import { Writable } from 'node:stream';
import { type ErrorCode, type PullStatus, RecordingId } from '#contract';
import { describe, expect, it } from 'vitest';
import { createOutput } from '../../../src/main/cli/output.ts';
import { pull } from '../../../src/main/cli/service-commands.ts';
import type { Download, DownloadState } from '../../../src/main/downloads/index.ts';
import type { Library } from '../../../src/main/library/index.ts';
import type { Connection } from '../../../src/main/pulling.ts';
import { type PassReport, type RecordingReport, idlePull } from '../../../src/main/sync/index.ts';
import { clockByHand } from '../../support/clock-by-hand.ts';

const recordingId = RecordingId.parse('fff1');
const tries = { attempts: 1, allowed: 8 };

const recordingOf = (more: Partial<RecordingReport> = {}): RecordingReport => ({
  recordingId,
  title: 'Ep. 42',
  status: 'UPLOADED',
  kind: 'track',
  state: 'pending',
  filesListed: 1,
  filesKept: 0,
  filesPending: 1,
  filesLost: 0,
  problems: [],
  atRisk: { why: 'pending', deadlineAt: null },
  ...more,
});

function sink() {
  const texts: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      texts.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => texts.join('') };
}

/** One pass that ends with `recording`, its one file in `state`, and the queue paused or not. */
async function ended(
  recording: RecordingReport,
  state: DownloadState | null,
  paused: ErrorCode | null = null,
  wasOff: PullStatus['wasOff'] = null,
) {
  const report: PassReport = {
    startedAt: 0,
    endedAt: 1,
    recordings: [recording],
    composites: 0,
    files: { listed: 1, kept: 0, pending: recording.filesPending, lost: recording.filesLost },
    failure: null,
    paused: paused === null ? null : { because: paused, until: 60_000 },
  };
  const file: Omit<Download, 'state'> = {
    recordingId,
    layerName: 'default',
    fileName: 'a.webm',
    deadlineAt: null,
    listedAt: 0,
    receivedBytes: 0,
    totalBytes: null,
    bytesPerSecond: 0,
  };
  const elsewhere = { ...file, recordingId: RecordingId.parse('other') };
  const failed: DownloadState = {
    kind: 'failed',
    ...tries,
    because: 'link.refused',
    lost: false,
    failedAt: 0,
  };
  const unfinished = () => [
    { ...elsewhere, state: failed },
    ...(state === null ? [] : [{ ...file, state }]),
  ];
  // Only what a pass of the command line uses stands behind these.
  const connection = {
    sync: {
      pass: () => Promise.resolve(report),
      pullStatus: () => ({ ...idlePull, wasOff }),
    },
    downloads: { unfinished },
  } as unknown as Connection;
  const [out, err] = [sink(), sink()];
  const code = await pull(
    {
      library: {} as Library,
      connection,
      clock: clockByHand(),
      signal: new AbortController().signal,
    },
    { meetingIds: [], wait: false },
    createOutput({ json: true, out: out.stream, err: err.stream }),
  );
  const told: unknown = JSON.parse(out.text());
  return { code, told, said: err.text() };
}

describe('the end of a pull', () => {
  it('is good while files wait for the service alone', async () => {
    const running = recordingOf({ state: 'running', filesPending: 0, atRisk: null });
    expect(await ended(running, null)).toMatchObject({ code: 0, told: { pending: [] } });
    expect((await ended(recordingOf(), { kind: 'queued', ...tries })).code).toBe(0);
  });

  it('is a failure when a file was tried and did not come', async () => {
    const waiting = {
      kind: 'waiting',
      ...tries,
      retryAt: 60_000,
      because: 'file.not-ready',
    } as const;
    expect(await ended(recordingOf(), waiting)).toMatchObject({
      code: 1,
      told: { pending: [{ fileName: 'a.webm', state: 'waiting', because: 'file.not-ready' }] },
    });
  });

  it.each([
    ['disk.full', 1],
    ['api.unreachable', 1],
    ['credentials.expired', 5],
  ] as const)('says why nothing more was fetched: %s', async (because, code) => {
    const told = await ended(recordingOf(), { kind: 'queued', ...tries }, because);
    expect(told).toMatchObject({
      code,
      told: { paused: { because, until: '1970-01-01T00:01:00.000Z' } },
    });
    expect(told.said).toContain(because);
  });

  it('says how long nothing was fetched, and what that cost', async () => {
    const running = recordingOf({ state: 'running', filesPending: 0, atRisk: null });
    const off = { fromAt: 0, untilAt: 7_200_000, lost: 2 };
    const { said } = await ended(running, null, null, off);
    expect(said).toContain('from 1970-01-01T00:00:00.000Z to 1970-01-01T02:00:00.000Z');
    expect(said).toContain('2 files were lost meanwhile');
  });

  it('warns of what is lost before all else', async () => {
    const lost = recordingOf({
      filesPending: 0,
      filesLost: 1,
      atRisk: { why: 'lost', deadlineAt: 5 },
    });
    expect((await ended(lost, null, 'disk.full')).code).toBe(3);
  });
});
