/** @file Main process. Starts and steers recordings: nothing is sent twice that must not be, and silence is not taken for a no. */
import { Failure } from '#contract';

import type { ReadRow } from './answers.ts';
import { thingIn, type Client } from './client.ts';
import type { Sent } from './gateway.ts';
import type {
  CallOptions,
  RealtimeKit,
  StartOutcome,
  SteerAction,
  SteerOutcome,
  TrackOrder,
} from './kit.ts';
import { failureOf, isAboutCredentials, isUnknownThing, type Refusal } from './refusal.ts';
import type { VendorRecording } from './vendor.ts';

export interface OrdersWorld extends Pick<RealtimeKit, 'activeSession' | 'getRecording'> {
  readonly client: Pick<Client, 'send'>;
  /** Path below the app. */
  readonly inApp: (...parts: readonly string[]) => string[];
  readonly read: ReadRow<VendorRecording>;
  readonly explain: (refusal: Refusal, signal: AbortSignal | undefined) => Promise<Failure>;
}

/** A stop that nobody answers is sent so often; each time a read came between. */
const mostSteers = 3;

export function createOrders(
  world: OrdersWorld,
): Pick<RealtimeKit, 'startTrackRecording' | 'steerRecording'> {
  const { client, inApp, read, activeSession, getRecording, explain } = world;

  const recordingIn = (sent: Sent): VendorRecording | null =>
    sent.kind === 'answer' && sent.answer.ok ? read(thingIn(sent.answer.body, 'recording')) : null;

  async function start(order: TrackOrder, asked: CallOptions): Promise<StartOutcome> {
    const path = inApp('recordings', 'track');
    const send = (body: unknown) => client.send({ method: 'POST', path, body, asked });
    const first = await send(currentBody(order));
    // A 422 is a refusal: a second order cannot start a second recording (contract 7.2, U5).
    const sent = wantsOutputs(first) ? await send(olderBody(order)) : first;
    if (sent.kind === 'lost') return { state: 'lost', failure: sent.failure };
    if (sent.kind === 'unsent') return { state: 'refused', failure: sent.failure };
    if (!sent.answer.ok) {
      const failure = await whyRefused(sent.answer.refusal, order.meetingId, asked);
      return { state: 'refused', failure };
    }
    const recording = recordingIn(sent);
    if (recording !== null) return { state: 'started', recording };
    const text = 'The answer to the order names no recording.';
    return { state: 'lost', failure: new Failure('api.not-understood', text) };
  }

  /** The status of a refusal says little (U18): whether a call is on there does. */
  async function whyRefused(
    refusal: Refusal,
    meetingId: string,
    asked: CallOptions,
  ): Promise<Failure> {
    if (isAboutCredentials(refusal)) return explain(refusal, asked.signal);
    const session = await activeSession(meetingId, asked).catch((error: unknown) => {
      if (error instanceof Failure) return undefined;
      throw error;
    });
    if (session === null) {
      return new Failure('meeting.not-live', refusal.text, { details: { status: refusal.status } });
    }
    if (refusal.status === 409) return new Failure('recording.already-running', refusal.text);
    return isUnknownThing(refusal) ? explain(refusal, asked.signal) : failureOf(refusal);
  }

  async function steer(
    recordingId: string,
    action: SteerAction,
    asked: CallOptions,
  ): Promise<SteerOutcome> {
    const path = inApp('recordings', recordingId);
    for (let sends = 1; ; sends += 1) {
      const sent = await client.send({ method: 'PUT', path, body: { action }, asked });
      const told = recordingIn(sent);
      if (told !== null) return { state: 'taken', recording: told };
      if (sent.kind === 'unsent') throw sent.failure;
      const refusal = sent.kind === 'answer' && !sent.answer.ok ? sent.answer.refusal : null;
      if (refusal !== null && isAboutCredentials(refusal))
        throw await explain(refusal, asked.signal);
      const recording = await getRecording(recordingId, asked);
      if (recording === null) return { state: 'gone' };
      if (isAsAsked(recording, action)) return { state: 'taken', recording };
      if (refusal !== null) return { state: 'refused', recording, failure: failureOf(refusal) };
      if (sends === mostSteers) throw sent.kind === 'lost' ? sent.failure : unclear();
    }
  }

  return {
    async startTrackRecording(order, options = {}) {
      try {
        return await start(order, options);
      } catch (error) {
        // Thrown before anything was sent: no token, an unusable id.
        if (error instanceof Failure) return { state: 'refused', failure: error };
        throw error;
      }
    },
    steerRecording: (recordingId, action, options = {}) => steer(recordingId, action, options),
  };
}

function currentBody({ meetingId, userIds, prefix }: TrackOrder): unknown {
  return {
    ...target(meetingId, userIds),
    layers: { default: { media_kind: 'audio', file_name_prefix: prefix } },
  };
}

function olderBody({ meetingId, userIds, prefix }: TrackOrder): unknown {
  const outputs = [{ type: 'REALTIMEKIT_BUCKET' }];
  return {
    ...target(meetingId, userIds),
    layers: { default: { file_name_prefix: prefix, outputs } },
  };
}

function target(meetingId: string, userIds: TrackOrder['userIds']): Record<string, unknown> {
  return { meeting_id: meetingId, ...(userIds === null ? {} : { user_ids: userIds }) };
}

/** Refused for the form of the body, and nothing else (U5). */
function wantsOutputs(sent: Sent): boolean {
  if (sent.kind !== 'answer' || sent.answer.ok) return false;
  const { status, text } = sent.answer.refusal;
  return status === 422 && /layers|outputs/i.test(text);
}

function isAsAsked({ status }: VendorRecording, action: SteerAction): boolean {
  if (action === 'pause') return status === 'PAUSED';
  if (action === 'resume') return status === 'RECORDING';
  return status === 'UPLOADING' || status === 'UPLOADED' || status === 'ERRORED';
}

function unclear(): Failure {
  return new Failure('api.not-understood', 'The answer to the order names no recording.');
}
