/** @file Tests. How far a recording has come, concluded from what index and queue say of its files. */
import type { AbsentFile, Passage, Recording, TrackState } from '#contract';
import { RecordingId } from '#contract';
import { describe, expect, it } from 'vitest';
import type { Download, DownloadState } from '../../src/main/downloads/index.ts';
import { type HeldFile, fileTransfers, passageOf } from '../../src/main/passage.ts';
import { madeUpRecording } from '../support/made-up-recording.ts';

const now = Date.UTC(2026, 10, 20, 12);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const recordingId = RecordingId.parse('r1');

const recordingWith = (more: Partial<Recording> = {}): Recording =>
  madeUpRecording(now, { ...more });

const absent = (fileName: string, state: AbsentFile['state'] = 'pending'): AbsentFile => ({
  layerName: 'default',
  fileName,
  state,
});
const held = (fileName: string, state: TrackState, bytes = 100): HeldFile => ({
  layerName: 'default',
  fileName,
  bytes,
  state,
});
const tries = { attempts: 2, allowed: 8 };
const job = (fileName: string, state: DownloadState, more: Partial<Download> = {}): Download => ({
  recordingId,
  layerName: 'default',
  fileName,
  state,
  deadlineAt: now + 6 * dayMs,
  listedAt: now,
  receivedBytes: 0,
  totalBytes: null,
  bytesPerSecond: 0,
  ...more,
});

const states = {
  queued: { kind: 'queued', ...tries },
  running: { kind: 'running', ...tries, startedAt: now },
  waiting: { kind: 'waiting', ...tries, retryAt: now + 9_000, because: 'file.incomplete' },
  failed: { kind: 'failed', ...tries, because: 'link.refused', lost: false, failedAt: now },
  lost: { kind: 'failed', ...tries, because: 'file.gone', lost: true, failedAt: now },
  cancelled: { kind: 'cancelled', ...tries, cancelledAt: now },
  kept: { kind: 'kept', ...tries, sha256: 'a'.repeat(64), bytes: 100, keptAt: now },
} satisfies Record<string, DownloadState>;

function passage(
  recording: Partial<Recording>,
  files: { held?: HeldFile[]; queued?: Download[] } = {},
): Passage {
  const whole = recordingWith({ trackCount: files.held?.length ?? 0, ...recording });
  return passageOf(
    whole,
    fileTransfers(whole, files.held ?? [], files.queued ?? [], true),
    { history: null, observation: null },
    now,
  );
}

const way = ({ step, standing, risk }: Passage) => [step, standing, risk];

describe('what the service still has in hand', () => {
  it.each<[string, Partial<Recording>, unknown[]]>([
    [
      'ordered just now',
      { vendorStatus: 'INVOKED', state: 'running', invokedAt: now - minuteMs },
      ['invoked', 'moving', null],
    ],
    [
      'ordered and never begun',
      { vendorStatus: 'INVOKED', state: 'running', invokedAt: now - 11 * minuteMs },
      ['invoked', 'stuck', null],
    ],
    ['recording', { vendorStatus: 'RECORDING', state: 'running' }, ['recording', 'moving', null]],
    [
      'uploading',
      { vendorStatus: 'UPLOADING', stoppedAt: now - minuteMs },
      ['uploading', 'moving', null],
    ],
    [
      'uploading for 16 minutes',
      { vendorStatus: 'UPLOADING', stoppedAt: now - 16 * minuteMs },
      ['uploading', 'moving', 'stuck-at-provider'],
    ],
    [
      'uploading for 25 hours',
      { vendorStatus: 'UPLOADING', stoppedAt: now - 25 * hourMs },
      ['uploading', 'waiting', 'stuck-at-provider'],
    ],
    [
      'uploading and then forgotten',
      { vendorStatus: 'UPLOADING', stoppedAt: now - 8 * dayMs, goneAtProvider: true },
      ['uploading', 'stuck', null],
    ],
    [
      'failed while recording',
      { vendorStatus: 'ERRORED', state: 'errored', stoppedAt: null },
      ['recording', 'stuck', null],
    ],
    [
      'failed before it began',
      { vendorStatus: 'ERRORED', state: 'errored', stoppedAt: null, startedAt: null },
      ['invoked', 'stuck', null],
    ],
    ['finished without files', { state: 'without-files' }, ['uploading', 'stuck', null]],
    [
      'an unknown word',
      { vendorStatus: 'STOPPED', state: 'pending' },
      ['uploading', 'moving', null],
    ],
  ])('%s', (_name, recording, expected) => {
    expect(way(passage(recording))).toEqual(expected);
  });
});

describe('what is fetched', () => {
  it('is on its way while any file asks for work, whatever became of the others', () => {
    const mixed = passage(
      { absent: [absent('a'), absent('b'), absent('c')] },
      {
        queued: [
          job('a', states.running, { receivedBytes: 40, totalBytes: 100, bytesPerSecond: 7 }),
          job('b', states.failed),
          job('c', states.cancelled),
        ],
      },
    );
    expect(way(mixed)).toEqual(['fetching', 'moving', 'failed']);
    expect(mixed).toMatchObject({
      files: {
        total: 3,
        kept: 0,
        verified: 0,
        failed: 1,
        cancelled: 1,
        spoilt: 0,
        lost: 0,
        paused: 0,
        notChosen: 0,
      },
      receivedBytes: 40,
      totalBytes: null,
      bytesPerSecond: 7,
      attempts: 2,
      failure: { code: 'link.refused' },
    });
  });

  it('says when it is tried again only while everything waits', () => {
    const files = { absent: [absent('a'), absent('b')] };
    const waiting = passage(files, {
      queued: [job('a', states.waiting), job('b', states.waiting)],
    });
    expect(waiting.retryAt).toBe(now + 9_000);
    const oneRuns = passage(files, {
      queued: [job('a', states.waiting), job('b', states.running)],
    });
    expect(oneRuns.retryAt).toBeNull();
  });

  it('waits for a person once all that is missing failed or was called off, and is lost for good after that', () => {
    const of = (state: DownloadState) =>
      way(
        passage(
          { absent: [absent('a')] },
          { held: [held('b', 'verified')], queued: [job('a', state)] },
        ),
      );
    expect(of(states.failed)).toEqual(['fetching', 'waiting', 'failed']);
    expect(of(states.cancelled)).toEqual(['fetching', 'waiting', 'pending']);
    expect(of(states.lost)).toEqual(['fetching', 'stuck', 'lost']);
    expect(
      way(passage({ absent: [absent('a', 'lost')] }, { held: [held('b', 'verified')] })),
    ).toEqual(['fetching', 'stuck', 'lost']);
  });

  it('takes the nearest deadline that is known, of the queue or the service', () => {
    const { deadlineAt } = passage(
      { absent: [absent('a'), absent('b')] },
      { queued: [job('a', states.queued, { deadlineAt: now + hourMs })] },
    );
    expect(deadlineAt).toBe(now + hourMs);
    expect(passage({ absent: [absent('a')] }).deadlineAt).toBe(now + 6 * dayMs);
  });

  it('without a queue tells what is pending from the index alone', () => {
    expect(way(passage({ absent: [absent('a')] }))).toEqual(['fetching', 'moving', 'pending']);
  });
});

describe('what is here', () => {
  it('is kept until each file was read back, then verified, and has no deadline', () => {
    const kept = passage(
      { state: 'complete' },
      { held: [held('a', 'verified'), held('b', 'kept')] },
    );
    expect(way(kept)).toEqual(['kept', 'moving', null]);
    const verified = passage(
      { state: 'sealed' },
      { held: [held('a', 'verified'), held('b', 'verified')] },
    );
    expect(way(verified)).toEqual(['verified', 'done', null]);
    expect(verified).toMatchObject({ receivedBytes: 200, totalBytes: 200, deadlineAt: null });
  });

  it('is not the end while the service may list more', () => {
    const early = passage(
      { vendorStatus: 'UPLOADING', state: 'pending' },
      { held: [held('a', 'verified')] },
    );
    expect(way(early)).toEqual(['uploading', 'moving', null]);
  });

  it('and damaged since asks for a person, unless it is being fetched anew', () => {
    const spoilt = passage(
      { state: 'sealed' },
      { held: [held('a', 'damaged'), held('b', 'verified')] },
    );
    expect(way(spoilt)).toEqual(['fetching', 'waiting', 'pending']);
    expect(spoilt.files).toMatchObject({ kept: 1, spoilt: 1 });
    const anew = passage(
      { state: 'sealed' },
      { held: [held('a', 'missing')], queued: [job('a', states.queued)] },
    );
    expect(way(anew)).toEqual(['fetching', 'moving', 'pending']);
  });

  it('counts once when other bytes came later under the same name, and the intact ones speak', () => {
    const twice = passage(
      { state: 'sealed' },
      { held: [held('a', 'damaged', 90), held('a', 'verified', 100)] },
    );
    expect(twice).toMatchObject({ step: 'verified', receivedBytes: 100, files: { total: 1 } });
  });

  it('does not believe a queue that calls kept what the archive does not hold', () => {
    const [file] = fileTransfers(
      recordingWith({ absent: [absent('a')] }),
      [],
      [job('a', states.kept)],
      true,
    );
    expect(file?.state).toBe('queued');
  });
});
