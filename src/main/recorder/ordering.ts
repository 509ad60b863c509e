/** @file Main process. One order, one recording: looks first, takes the order down, sends it once, and finds out what came of it. */
import { randomUUID } from 'node:crypto';
import {
  Failure,
  RecordingId,
  SessionId,
  UserId,
  type MeetingId,
  type RecordAnswer,
  type RecordOrder,
} from '#contract';
import type { Clock } from '../clock.ts';
import type { Claim, KeptOrder, Library, OrderAnswer } from '../library/index.ts';
import type { RealtimeKit, VendorRecording } from '../realtimekit/index.ts';
import { idsOf, readPeople, requireUsable } from './people.ts';
import { refusalOf } from './prefix.ts';
import { isAtWork, listAll, listOpen, mayHaveComeOf } from './running.ts';
import { isAlike, originOf, wentTo } from './whose.ts';

export interface OrderingWorld {
  realtimekit: Pick<
    RealtimeKit,
    | 'listRecordings'
    | 'activeSession'
    | 'listMeetingParticipants'
    | 'listSessionParticipants'
    | 'getRecording'
    | 'startTrackRecording'
    | 'status'
  >;
  library: Pick<Library, 'orders' | 'orderRecording' | 'answerOrder' | 'claim'>;
  clock: Clock;
  /** The app the orders go to. */
  source: KeptOrder['source'];
  /** The service told of a recording that came of an order. */
  onRecording: (recording: VendorRecording, meetingId: MeetingId) => void;
}

/** What became of orders that were open. */
export interface Settled {
  adopted: number;
  closed: number;
  open: number;
}

export interface Ordering {
  /** See `Recorder.start`. */
  start(order: RecordOrder): Promise<RecordAnswer>;
  settleOpen(): Promise<Settled>;
}

/** Waits between looks for the recording of an order whose answer was lost: 15 s in all. */
const looksAfterMs = [1_000, 2_000, 3_000, 4_000, 5_000];
/** Another process that orders in this meeting is done by then, as a rule. */
const claimWithinMs = 60_000;
const claimEveryMs = 250;
/** An order without a recording came to nothing after so long (contract 10.2). */
const openAtMostMs = 600_000;
/** A recording that has just begun may be missing from the lists for so long. */
const listedWithinMs = 60_000;
/** Orders of dialogs that are long closed are asked of the ledger. */
const answersRemembered = 200;

export function createOrdering(world: OrderingWorld): Ordering {
  const { realtimekit, library, clock, source } = world;
  const answers = new Map<string, Promise<RecordAnswer>>();
  /** The last start of each meeting; tells what those are told who waited for it, null where they may go on. */
  const turns = new Map<MeetingId, Promise<Failure | null>>();

  const claimOf = (meetingId: MeetingId): Promise<Claim | null> =>
    library.claim(JSON.stringify(['record', source.host, source.appId, meetingId]));
  const isHere = (order: KeptOrder): boolean => wentTo(order, source);
  const serviceNow = (): number => clock.now() + (realtimekit.status().skewMs ?? 0);
  const openIn = async (meetingId: MeetingId): Promise<KeptOrder[]> =>
    (await library.orders({ open: true })).filter(
      (order) => order.meetingId === meetingId && isHere(order),
    );

  /** What the ledger cannot take now it finds out by itself: the order stays open, and is looked for. */
  const answer = async (orderId: string, told: OrderAnswer): Promise<void> => {
    await library.answerOrder(orderId, told).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
    });
  };
  const adopt = async (
    order: Pick<KeptOrder, 'orderId' | 'meetingId'>,
    recording: VendorRecording,
  ): Promise<RecordAnswer> => {
    const recordingId = RecordingId.parse(recording.id);
    await answer(order.orderId, { outcome: 'adopted', recordingId, because: null });
    world.onRecording(recording, order.meetingId);
    return { recordingId, how: 'adopted' };
  };

  /** The one recording that came of an order; null where there is none, or more than one could be it. */
  const findOf = async (
    order: Parameters<typeof mayHaveComeOf>[0] & { orderId: string },
    rows: readonly VendorRecording[],
  ): Promise<VendorRecording | null> => {
    const found = mayHaveComeOf(order, rows);
    const taken = await library.orders({
      recordingIds: found.map(({ id }) => RecordingId.parse(id)),
    });
    const ofOthers = new Set<string | null>(
      taken.filter(({ orderId }) => orderId !== order.orderId).map((one) => one.recordingId),
    );
    const [only, ...more] = found.filter(({ id }) => !ofOthers.has(id));
    return only !== undefined && more.length === 0 ? only : null;
  };

  /** Looks after the open orders of a meeting; only its claimant does. */
  const settle = async (
    open: readonly KeptOrder[],
    rows: readonly VendorRecording[],
  ): Promise<{
    adopted: { order: KeptOrder; recording: VendorRecording }[];
    left: KeptOrder[];
  }> => {
    const adopted: { order: KeptOrder; recording: VendorRecording }[] = [];
    const left: KeptOrder[] = [];
    for (const order of open) {
      // Of two open orders nobody can say which of them a recording came of.
      const recording = open.length === 1 ? await findOf(order, rows) : null;
      if (recording !== null) {
        await adopt(order, recording);
        adopted.push({ order, recording });
      } else if (serviceNow() - order.serviceAt > openAtMostMs) {
        await answer(order.orderId, {
          outcome: 'not-started',
          recordingId: null,
          because: 'never-seen',
        });
      } else left.push(order);
    }
    return { adopted, left };
  };

  /** What an order has just brought runs, though no list shows it yet. */
  const findUnlisted = async (
    meetingId: MeetingId,
    listed: readonly VendorRecording[],
  ): Promise<VendorRecording | null> => {
    for (const order of await library.orders({ meetingId })) {
      const { recordingId, serviceAt } = order;
      const isRecent = serviceNow() - serviceAt <= listedWithinMs && isHere(order);
      if (recordingId === null || !isRecent || listed.some(({ id }) => id === recordingId))
        continue;
      const recording = await realtimekit.getRecording(recordingId);
      if (recording !== null && isAtWork(recording, serviceNow())) return recording;
    }
    return null;
  };

  /** An order nobody has answered, told in our own time. */
  const outstanding = ({ prefix, at, serviceAt }: KeptOrder): Failure =>
    new Failure(
      'recording.start-outstanding',
      'An order for other people or under another prefix has not been answered.',
      {
        retryAt: clock.now() + Math.max(0, serviceAt + openAtMostMs - serviceNow()),
        details: { prefix, orderedAt: at },
      },
    );

  const alreadyRunning = async ({ id }: { id: string }, message?: string): Promise<Failure> => {
    const recordingId = RecordingId.parse(id);
    const [order] = await library.orders({ recordingIds: [recordingId] });
    return running(recordingId, originOf(order), message);
  };

  /** Looks, takes down, sends. The meeting is claimed; `hasWaited` for somebody else who ordered there. */
  const place = async (order: RecordOrder, hasWaited: boolean): Promise<RecordAnswer> => {
    const { meetingId, prefix } = order;
    const userIds = idsOf(order.whom);
    const [known] = await library.orders({ orderIds: [order.orderId] });
    if (known?.recordingId != null) {
      const how = known.outcome === 'adopted' ? 'adopted' : 'started';
      return { recordingId: known.recordingId, how };
    }

    const open = await openIn(meetingId);
    const listed = await listOpen(realtimekit, meetingId);
    const rows = open.length === 0 ? listed : await listAll(realtimekit, meetingId);
    const { adopted, left } = await settle(open, rows);
    const found = adopted.find(({ recording }) => isAtWork(recording, serviceNow()));
    if (found !== undefined) {
      if (!isAlike(found.order, userIds, prefix)) throw await alreadyRunning(found.recording);
      return { recordingId: RecordingId.parse(found.recording.id), how: 'adopted' };
    }
    const other = left.find((one) => !isAlike(one, userIds, prefix));
    if (other !== undefined) throw outstanding(other);
    const busy =
      listed.find((one) => one.kind !== 'composite' && isAtWork(one, serviceNow())) ??
      (await findUnlisted(meetingId, listed));
    if (busy != null) throw await alreadyRunning(busy);
    // Whoever ordered here waited for the one whose answer was lost, and does not know of it yet.
    if (hasWaited && left.length > 0) throw answerLost('Another order was not answered.', 'waited');
    const session = await realtimekit.activeSession(meetingId);
    if (session === null) throw new Failure('meeting.not-live', 'Nobody is in a call there.');
    if (userIds !== null)
      requireUsable(userIds, await readPeople(realtimekit, { meetingId, sessionId: session.id }));
    const { rateLimitedUntil } = realtimekit.status();
    if (rateLimitedUntil !== null)
      throw new Failure('api.rate-limited', 'The service asks to wait.', {
        retryAt: rateLimitedUntil,
      });

    // A dialog that was refused and asks again gives another order: what it says may have changed.
    const orderId = known === undefined ? order.orderId : randomUUID();
    const serviceAt = serviceNow();
    const sent = {
      orderId,
      meetingId,
      sessionId: SessionId.safeParse(session.id).data ?? null,
      userIds: userIds?.map((id) => UserId.parse(id)) ?? null,
      prefix,
      consentNote: order.consent.note,
      orderedAt: clock.now(),
      serviceAt,
      // It is the same order as those it takes the place of: what came of them came of it.
      since: Math.min(serviceAt, ...left.map(({ since }) => since)),
      seenBefore: [...new Set([...listed, ...rows].map(({ id }) => RecordingId.parse(id)))],
      source,
      instead: left.map((one) => one.orderId),
    };
    await library.orderRecording(sent);
    const outcome = await realtimekit.startTrackRecording({ meetingId, userIds, prefix });
    if (outcome.state === 'started') {
      const recordingId = RecordingId.parse(outcome.recording.id);
      await answer(orderId, { outcome: 'started', recordingId, because: null });
      world.onRecording(outcome.recording, meetingId);
      return { recordingId, how: 'started' };
    }
    if (outcome.state === 'lost') return lookFor(sent, outcome.failure);
    const { failure } = outcome;
    /** It stands for earlier ones too, of which nothing is known: what comes of those is looked for. */
    const refused = async (): Promise<void> => {
      if (left.length > 0) return;
      await answer(orderId, { outcome: 'refused', recordingId: null, because: failure.code });
    };
    if (failure.code !== 'recording.already-running') {
      await refused();
      throw failure;
    }
    const now = await listOpen(realtimekit, meetingId);
    // What runs there may be what the first of these orders started, and was slow to show.
    const ours = left.length === 0 ? null : await findOf(sent, now);
    if (ours !== null) return adopt(sent, ours);
    await refused();
    const runs = now.find((one) => isAtWork(one, serviceNow()));
    throw runs === undefined ? failure : await alreadyRunning(runs, failure.message);
  };

  /** The answer was lost: the meeting's recordings tell whether the order was taken (contract 7.6). */
  const lookFor = async (
    sent: Parameters<typeof findOf>[0] & { meetingId: MeetingId },
    because: Failure,
  ): Promise<RecordAnswer> => {
    for (const ms of looksAfterMs) {
      await clock.sleep(ms);
      const rows = await listOpen(realtimekit, sent.meetingId).catch((error: unknown) => {
        if (error instanceof Failure) return [];
        throw error;
      });
      const found = await findOf(sent, rows);
      if (found !== null) return adopt(sent, found);
    }
    throw answerLost(because.message, because.code);
  };

  /** Waits until no other process orders in the meeting. */
  const whileAlone = async <T>(
    meetingId: MeetingId,
    work: (hasWaited: boolean) => Promise<T>,
  ): Promise<T> => {
    let hasWaited = false;
    let claim = await claimOf(meetingId);
    for (let waitedMs = 0; claim === null; waitedMs += claimEveryMs) {
      if (waitedMs >= claimWithinMs)
        throw new Failure('recording.start-outstanding', 'Another process orders there.');
      hasWaited = true;
      await clock.sleep(claimEveryMs);
      claim = await claimOf(meetingId);
    }
    try {
      return await work(hasWaited);
    } finally {
      claim.release();
    }
  };

  /** One after the other in a meeting; who waited while a recording began, or may have, need not ask again. */
  const inTurn = (order: RecordOrder): Promise<RecordAnswer> => {
    const { meetingId } = order;
    const before = turns.get(meetingId) ?? Promise.resolve(null);
    const mine = before.then((refusal) => {
      if (refusal !== null) throw refusal;
      return whileAlone(meetingId, (hasWaited) => place(order, hasWaited));
    });
    const turn = mine.then(
      ({ recordingId, how }) => running(recordingId, how === 'adopted' ? how : 'ours'),
      (error: unknown) => (tellsOthers(error) ? error : null),
    );
    turns.set(meetingId, turn);
    void turn.then(() => {
      if (turns.get(meetingId) === turn) turns.delete(meetingId);
    });
    return mine;
  };

  return {
    async start(order) {
      const refusal = refusalOf(order.prefix);
      if (refusal !== null)
        throw new Failure('input.invalid', 'The prefix may not be used.', {
          details: { field: 'prefix', because: refusal },
        });
      const known = answers.get(order.orderId);
      if (known !== undefined) return known;
      const mine = inTurn(order);
      answers.set(order.orderId, mine);
      const [oldest] = answers.keys();
      if (answers.size > answersRemembered && oldest !== undefined) answers.delete(oldest);
      // Asked again after a refusal, it is tried again.
      mine.catch(() => answers.delete(order.orderId));
      return mine;
    },

    async settleOpen() {
      const settled: Settled = { adopted: 0, closed: 0, open: 0 };
      const meetings = new Set(
        (await library.orders({ open: true })).filter(isHere).map(({ meetingId }) => meetingId),
      );
      for (const meetingId of meetings) {
        const claim = await claimOf(meetingId);
        if (claim === null) {
          // Whoever holds it looks after it, and may be killed over it.
          settled.open += (await openIn(meetingId)).length;
          continue;
        }
        try {
          const open = await openIn(meetingId);
          settled.open += open.length;
          const { adopted, left } = await settle(open, await listAll(realtimekit, meetingId));
          settled.adopted += adopted.length;
          settled.closed += open.length - adopted.length - left.length;
          settled.open -= open.length - left.length;
        } catch (error) {
          // Not to be asked now: the next time it is.
          if (!(error instanceof Failure)) throw error;
        } finally {
          claim.release();
        }
      }
      return settled;
    },
  };
}

function running(
  recordingId: RecordingId,
  origin: ReturnType<typeof originOf>,
  message = 'A recording is running in this meeting.',
): Failure {
  return new Failure('recording.already-running', message, { details: { recordingId, origin } });
}

function answerLost(message: string, because: string): Failure {
  return new Failure('recording.answer-lost', message, { details: { because } });
}

/** It runs, or may: true for whoever asked at the same time. */
function tellsOthers(error: unknown): error is Failure {
  const codes = ['recording.already-running', 'recording.answer-lost'];
  return error instanceof Failure && codes.includes(error.code);
}
