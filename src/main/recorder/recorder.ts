/** @file Main process. What a person does to recordings: choose, look ahead, start, stop, pause; and whose order each of them was. */
import {
  Failure,
  MeetingId,
  RecordingId,
  SessionId,
  type AllowList,
  type LiveRecording,
  type NamePreview,
  type Preflight,
  type RecordAnswer,
  type RecordChoices,
  type RecordOrder,
  type Whom,
} from '#contract';
import type { Clock } from '../clock.ts';
import type { KeptOrder, Library } from '../library/index.ts';
import type { RealtimeKit, VendorRecording } from '../realtimekit/index.ts';
import type { ExpectedRecording } from '../sync/index.ts';
import { createOrdering, type OrderingWorld, type Settled } from './ordering.ts';
import { preflight } from './preflight.ts';
import { previewName } from './prefix.ts';
import { createSights } from './sights.ts';
import { originOf, wentTo } from './whose.ts';

export interface RecorderOptions {
  realtimekit: OrderingWorld['realtimekit'] & Pick<RealtimeKit, 'steerRecording'>;
  /** Null while none is open: then nothing can be started, for what people were told could not be kept. */
  library: Pick<
    Library,
    | 'mayNote'
    | 'orders'
    | 'orderRecording'
    | 'answerOrder'
    | 'noteStop'
    | 'stopsAsked'
    | 'allowLists'
    | 'saveAllowList'
    | 'forgetAllowList'
    | 'claim'
  > | null;
  clock: Clock;
  /** The app the orders go to. */
  source: KeptOrder['source'];
  /** What `originsOf` answers has changed. */
  onChange: () => void;
  /** The service has just told of a recording in answer to an order: the list of what runs may show it. */
  onRecording?: (recording: ExpectedRecording) => void;
}

/** What `LiveRecording` says beyond the service's own words. */
export type OriginOf = Pick<
  LiveRecording,
  'origin' | 'taken' | 'prefix' | 'stoppingSince' | 'canPause'
>;

/** What is known of a recording that nobody here ordered. */
export const startedElsewhere: OriginOf = {
  origin: 'elsewhere',
  taken: { kind: 'unknown' },
  prefix: null,
  stoppingSince: null,
  canPause: false,
};

export interface Recorder {
  /** Who may be chosen, and what was chosen before. Never fails for the service's sake: see `isPartial`. */
  choices(meetingId: MeetingId): Promise<RecordChoices>;
  /** Asks nobody. */
  preview(prefix: string, userId: string | null): NamePreview;
  /** What would keep an order from working; orders nothing. `whom` null: nobody is chosen yet. */
  preflight(meetingId: MeetingId, whom: Whom | null, prefix: string): Promise<Preflight>;
  /**
   * Starts one recording (contract 7.2, 7.6): looks at what runs, asks for the call, takes the order
   * down, sends it once. The same order again has the same answer. An answer that was lost is looked
   * for; what is found is adopted, else the order stays open until it is settled.
   * @throws Failure `input.invalid` (prefix), `library.missing`, `library.read-only`,
   *   `recording.already-running` (details `recordingId`, `origin`), `meeting.not-live`,
   *   `meeting.people-unusable` (detail `because`), `recording.answer-lost`,
   *   `recording.start-outstanding` (with `retryAt`), `credentials.*`, `api.*`, `disk.*`
   */
  start(order: RecordOrder): Promise<RecordAnswer>;
  /**
   * Sends the stop, of whatever recording. It counts as stopping until a read shows another status, or for
   * five minutes.
   * @throws Failure `recording.gone`, `api.*`, `credentials.*`
   */
  stop(recordingId: RecordingId): Promise<void>;
  /** @throws Failure `api.refused` where the service does not pause track recordings (U9), and as `stop` */
  steer(recordingId: RecordingId, action: 'pause' | 'resume'): Promise<void>;
  /** @throws Failure `library.missing`, `library.read-only`, `disk.*` */
  saveAllowList(meetingId: MeetingId, list: AllowList): Promise<void>;
  forgetAllowList(meetingId: MeetingId, name: string): Promise<void>;
  /** Looks for what came of orders nobody answered: at the start, and now and then while any is open. */
  settleOpen(): Promise<Settled>;
  /** Whose orders these were. */
  originsOf(
    recordings: readonly Pick<LiveRecording, 'recordingId' | 'kind' | 'status'>[],
  ): Promise<Map<RecordingId, OriginOf>>;
}

const runs = new Set(['INVOKED', 'RECORDING', 'PAUSED']);
/** A recording that runs on for so long after a stop has not obeyed it, and may be stopped again. */
const obeysWithinMs = 5 * 60_000;

export function createRecorder(options: RecorderOptions): Recorder {
  const { realtimekit, library, clock, source } = options;
  const sights = createSights(realtimekit, clock);
  const onChange = (): void => {
    sights.forget();
    options.onChange();
  };
  /** Stops of this run; null where the stop was refused. Those of others stand in the ledger. */
  const stopping = new Map<RecordingId, number | null>();
  let mayPause = false;

  const tellOf = (recording: VendorRecording, known: MeetingId | null): void => {
    const meetingId = MeetingId.safeParse(recording.meetingId ?? known).data;
    const recordingId = RecordingId.safeParse(recording.id).data;
    if (meetingId === undefined || recordingId === undefined) return;
    const { sessionId, kind, statusText: status, invokedAt } = recording;
    options.onRecording?.({ recordingId, meetingId, sessionId, kind, status, invokedAt });
  };
  const ordering =
    library === null
      ? null
      : createOrdering({
          realtimekit,
          library,
          clock,
          source,
          onRecording(recording, meetingId) {
            tellOf(recording, meetingId);
            onChange();
          },
        });
  const requireLibrary = () => {
    if (library === null)
      throw new Failure('library.missing', 'No library is open that could take it down.');
    return library;
  };

  return {
    async choices(meetingId) {
      const session = await sights.session(meetingId).catch((error: unknown) => {
        if (error instanceof Failure) return undefined;
        throw error;
      });
      const sessionId = session?.id ?? null;
      const known = await sights.people(meetingId, sessionId);
      const orders = (await library?.orders({ meetingId })) ?? [];
      return {
        ...known,
        sessionId: SessionId.safeParse(sessionId).data ?? null,
        isPartial: known.isPartial || session === undefined,
        allowLists: (await library?.allowLists(meetingId)) ?? [],
        lastPrefix: orders.find((order) => wentTo(order, source))?.prefix ?? null,
      };
    },

    preview: (prefix, userId) => previewName(prefix, userId, clock.now()),

    preflight: (meetingId, whom, prefix) => {
      const serviceNow = () => clock.now() + (realtimekit.status().skewMs ?? 0);
      return preflight({ sights, library, source, serviceNow }, meetingId, whom, prefix);
    },

    async start(order) {
      const kept = requireLibrary();
      if (ordering === null || !(await kept.mayNote()))
        throw new Failure('library.read-only', 'The library cannot take down what was said.');
      return ordering.start(order).finally(() => {
        sights.forget();
      });
    },

    async stop(recordingId) {
      stopping.set(recordingId, clock.now());
      onChange();
      let stopped = false;
      try {
        const outcome = await realtimekit.steerRecording(recordingId, 'stop');
        if (outcome.state === 'gone')
          throw new Failure('recording.gone', 'The service knows no such recording.');
        if (outcome.state === 'refused') throw outcome.failure;
        stopped = true;
        // A stop waits for no ledger; one that was refused is none, for nobody.
        await library?.noteStop(recordingId).catch((error: unknown) => {
          if (!(error instanceof Failure)) throw error;
        });
        if (!runs.has(outcome.recording.statusText)) stopping.delete(recordingId);
        tellOf(outcome.recording, null);
      } finally {
        if (!stopped) stopping.set(recordingId, null);
        onChange();
      }
    },

    async steer(recordingId, action) {
      const outcome = await realtimekit.steerRecording(recordingId, action);
      if (outcome.state === 'gone')
        throw new Failure('recording.gone', 'The service knows no such recording.');
      const isTrack = outcome.recording.kind !== 'composite';
      if (isTrack) mayPause = outcome.state === 'taken';
      onChange();
      if (outcome.state === 'refused') throw outcome.failure;
      tellOf(outcome.recording, null);
    },

    saveAllowList: async (meetingId, list) => requireLibrary().saveAllowList(meetingId, list),
    forgetAllowList: async (meetingId, name) => requireLibrary().forgetAllowList(meetingId, name),

    async settleOpen() {
      const settled = await (ordering?.settleOpen() ?? { adopted: 0, closed: 0, open: 0 });
      if (settled.adopted + settled.closed > 0) onChange();
      return settled;
    },

    async originsOf(recordings) {
      const recordingIds = recordings.map(({ recordingId }) => recordingId);
      const [orders, stops] =
        library === null
          ? [[], new Map<RecordingId, number>()]
          : await Promise.all([library.orders({ recordingIds }), library.stopsAsked(recordingIds)]);
      const origins = new Map<RecordingId, OriginOf>();
      for (const { recordingId, kind, status } of recordings) {
        if (status === 'PAUSED' && kind !== 'composite') mayPause = true;
        const order = orders.find((one) => one.recordingId === recordingId);
        const asked = stopping.get(recordingId);
        const since = asked === undefined ? (stops.get(recordingId) ?? null) : asked;
        const isStopping = since !== null && Math.abs(clock.now() - since) < obeysWithinMs;
        // A read has confirmed it.
        if (!runs.has(status)) stopping.delete(recordingId);
        origins.set(recordingId, {
          origin: originOf(order),
          taken: order?.taken ?? { kind: 'unknown' },
          prefix: order?.prefix ?? null,
          stoppingSince: runs.has(status) && isStopping ? since : null,
          canPause: mayPause && kind !== 'composite',
        });
      }
      return origins;
    },
  };
}
