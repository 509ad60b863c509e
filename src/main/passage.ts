/** @file Main process. How far a recording has come from INVOKED to verified on disk, concluded from index and queue. Pure. */
import type {
  FailureData,
  FileTransfer,
  Passage,
  PipelineStep,
  Recording,
  Risk,
  TrackState,
} from '#contract';
import type { Download } from './downloads/index.ts';
import type { Observation, RecordingHistory } from './library/index.ts';
import { patience } from './sync/index.ts';
import { stallOf, timelineOf } from './timeline.ts';

/** A file in the archive, as far as its way there goes. */
export interface HeldFile {
  layerName: string;
  fileName: string;
  bytes: number;
  state: TrackState;
}

/** What is known of a recording besides its row: what happened when, and the service's last words. */
export interface Told {
  history: RecordingHistory | null;
  /** Read only while the service has it in hand. */
  observation: Pick<Observation, 'sessionPeople' | 'recordingDurationMs'> | null;
}

type Name = Pick<HeldFile, 'layerName' | 'fileName'>;

const keyOf = ({ layerName, fileName }: Name): string => JSON.stringify([layerName, fileName]);

const isIntact = (state: TrackState): boolean => state === 'kept' || state === 'verified';

/** Every file of a recording, by name: what is in the archive, what the service lists, what is queued. */
export function fileTransfers(
  recording: Recording,
  held: readonly HeldFile[],
  queued: readonly Download[],
  /** Whether what is listed and not queued will be fetched without being asked for. */
  isChosen: boolean,
): FileTransfer[] {
  const holding = new Map<string, HeldFile>();
  for (const file of held) {
    // Other bytes may have come later under the same name: one intact copy is enough.
    const known = holding.get(keyOf(file));
    if (known === undefined || !isIntact(known.state)) holding.set(keyOf(file), file);
  }
  const absent = new Map(recording.absent.map((file) => [keyOf(file), file]));
  const jobs = new Map(queued.map((job) => [keyOf(job), job]));
  const named = new Map<string, Name>([...holding, ...absent]);
  return [...named.keys()].sort().flatMap((key) => {
    const file = named.get(key);
    if (file === undefined) return [];
    const job = jobs.get(key);
    const kept = holding.get(key);
    const left = absent.get(key)?.state ?? 'pending';
    const state = stateOf(kept?.state ?? null, job ?? null, left, isChosen);
    const isHere = state === 'kept' || state === 'verified';
    const bytes = kept !== undefined && (isHere || state === 'damaged') ? kept.bytes : null;
    return {
      key: {
        recordingId: recording.recordingId,
        layerName: file.layerName,
        fileName: file.fileName,
      },
      state,
      receivedBytes: bytes ?? job?.receivedBytes ?? 0,
      totalBytes: bytes ?? job?.totalBytes ?? kept?.bytes ?? null,
      bytesPerSecond: job?.bytesPerSecond ?? 0,
      attempts: job?.state.attempts ?? 0,
      retryAt: job?.state.kind === 'waiting' ? job.state.retryAt : null,
      deadlineAt: isHere ? null : (job?.deadlineAt ?? recording.deadlineAt),
      failure: isHere || job === undefined ? null : failureOf(job),
    };
  });
}

/** The archive's word on bytes that are here; else the queue's; else what the service's list left open. */
function stateOf(
  held: TrackState | null,
  job: Download | null,
  absent: 'pending' | 'lost',
  isChosen: boolean,
): FileTransfer['state'] {
  if (held === 'kept' || held === 'verified') return held;
  switch (job?.state.kind) {
    case 'queued':
    case 'running':
    case 'waiting':
      return job.state.kind;
    case 'failed':
      return held ?? (job.state.lost || absent === 'lost' ? 'lost' : 'failed');
    case 'cancelled':
    case 'paused':
      return held ?? (absent === 'lost' ? 'lost' : job.state.kind);
    case 'kept':
    case undefined:
      return held ?? (absent === 'lost' ? 'lost' : isChosen ? 'queued' : 'not-chosen');
  }
}

function failureOf({ state }: Download): FailureData | null {
  const because = state.kind === 'waiting' || state.kind === 'failed' ? state.because : null;
  return because === null ? null : { code: because, message: because };
}

/** Adds up the files of a recording. `now` is epoch ms. */
export function passageOf(
  recording: Recording,
  files: readonly FileTransfer[],
  told: Told,
  now: number,
): Passage {
  const tally = tallyOf(files);
  const { total, kept, verified, failed, cancelled, spoilt, lost, paused, notChosen } = tally;
  const open = files.filter(({ state }) => isOpen(state));
  const awaited = files.filter(({ state }) => state !== 'lost');
  const running = open.some(({ state }) => state === 'running');
  const retries = open.flatMap(({ retryAt }) => retryAt ?? []);
  const deadlines = files.flatMap(({ deadlineAt, state }) =>
    state === 'lost' ? [] : (deadlineAt ?? []),
  );
  const sizes = awaited.flatMap(({ totalBytes }) => totalBytes ?? []);
  return {
    recording,
    step: stepOf(recording, tally),
    standing: standingOf(recording, tally, now),
    files: { total, kept, verified, failed, cancelled, spoilt, lost, paused, notChosen },
    timeline: timelineOf(recording, told.history, files, now),
    stall: stallOf(recording, told.observation, files, now),
    receivedBytes: sum(files.map(({ receivedBytes }) => receivedBytes)),
    totalBytes: total === 0 || sizes.length < awaited.length ? null : sum(sizes),
    bytesPerSecond: sum(files.map(({ bytesPerSecond }) => bytesPerSecond)),
    attempts: Math.max(0, ...files.map(({ attempts }) => attempts)),
    retryAt: running || retries.length < open.length ? null : least(retries),
    deadlineAt: least(deadlines),
    risk: riskOf(recording, tally, now),
    failure: worst(files)?.failure ?? null,
  };
}

interface Tally {
  total: number;
  kept: number;
  verified: number;
  failed: number;
  lost: number;
  /** Queued, running or waiting for the next try. */
  open: number;
  cancelled: number;
  /** Set aside by a person for now. */
  paused: number;
  /** Left out by the workspace's choice. */
  notChosen: number;
  /** Damaged on disk or missing there. */
  spoilt: number;
}

const isOpen = (state: FileTransfer['state']): boolean =>
  state === 'queued' || state === 'running' || state === 'waiting';

function tallyOf(files: readonly FileTransfer[]): Tally {
  const count = (...states: FileTransfer['state'][]) =>
    files.filter(({ state }) => states.includes(state)).length;
  return {
    total: files.length,
    kept: count('kept', 'verified'),
    verified: count('verified'),
    failed: count('failed'),
    lost: count('lost'),
    open: files.filter(({ state }) => isOpen(state)).length,
    cancelled: count('cancelled'),
    paused: count('paused'),
    notChosen: count('not-chosen'),
    spoilt: count('damaged', 'missing'),
  };
}

/** What the service says of its part of the way (contract 10). */
function stepOf(recording: Recording, { total, kept, verified }: Tally): PipelineStep {
  const { vendorStatus, startedAt, stoppedAt } = recording;
  if (total > kept) return 'fetching';
  if (total > 0) {
    // All listed files are here, and the service may list more.
    if (recording.state === 'running' || vendorStatus === 'UPLOADING') return 'uploading';
    return verified === total ? 'verified' : 'kept';
  }
  switch (vendorStatus) {
    case 'INVOKED':
      return 'invoked';
    case 'RECORDING':
    case 'PAUSED':
      return 'recording';
    case 'ERRORED':
      return stoppedAt !== null ? 'uploading' : startedAt !== null ? 'recording' : 'invoked';
    default:
      return 'uploading';
  }
}

function standingOf(recording: Recording, tally: Tally, now: number): Passage['standing'] {
  const { total, kept, verified, failed, lost, open, cancelled, spoilt, paused, notChosen } = tally;
  if (open > 0) return 'moving';
  if (failed + cancelled + spoilt + paused + notChosen > 0) return 'waiting';
  if (lost > 0) return 'stuck';
  if (total > 0) {
    return kept === verified && stepOf(recording, tally) === 'verified' ? 'done' : 'moving';
  }
  return withoutFiles(recording, now);
}

/** Nothing is listed: whether anything may still come. */
function withoutFiles(recording: Recording, now: number): Passage['standing'] {
  const { state, vendorStatus, goneAtProvider } = recording;
  if (goneAtProvider || state === 'errored' || state === 'without-files') return 'stuck';
  if (state === 'closed-incomplete' || vendorStatus === 'ERRORED') return 'stuck';
  if (vendorStatus === 'INVOKED' && ageMs(recording.invokedAt, now) > patience.beginMs) {
    return 'stuck';
  }
  return uploadMs(recording, now) > patience.silentUploadMs ? 'waiting' : 'moving';
}

function riskOf(recording: Recording, tally: Tally, now: number): Risk | null {
  const { total, kept, failed, lost } = tally;
  if (lost > 0 || recording.state === 'closed-incomplete') return 'lost';
  if (failed > 0) return 'failed';
  if (total > kept) return 'pending';
  const isSlow = total === 0 && uploadMs(recording, now) > patience.uploadMs;
  return isSlow && !recording.goneAtProvider ? 'stuck-at-provider' : null;
}

/** For how long the service has been uploading, in ms; 0 when it is not. */
function uploadMs({ vendorStatus, stoppedAt, invokedAt }: Recording, now: number): number {
  return vendorStatus === 'UPLOADING' ? ageMs(stoppedAt ?? invokedAt, now) : 0;
}

const ageMs = (at: number | null, now: number): number => (at === null ? 0 : now - at);

/** The file whose failure speaks for the recording. */
function worst(files: readonly FileTransfer[]): FileTransfer | undefined {
  const failing = files.filter(({ failure }) => failure !== null);
  return (['failed', 'lost', 'waiting'] as const)
    .map((wanted) => failing.find(({ state }) => state === wanted))
    .find((file) => file !== undefined);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const least = (numbers: readonly number[]): number | null =>
  numbers.length === 0 ? null : Math.min(...numbers);
