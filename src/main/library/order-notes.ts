/** @file Main process. What the ledger says of orders to record: the words of its lines, and an order as they make it. Pure. */
import { z } from 'zod';
import { AllowList, MeetingId, Order, RecordingId, SessionId, UserId } from '#contract';

const OrderBody = z.object({
  orderId: z.string().min(1),
  meetingId: MeetingId,
  sessionId: SessionId.nullable(),
  /** Null: everyone. */
  userIds: z.array(UserId).nullable(),
  prefix: z.string(),
  consent: z.object({ told: z.literal(true), note: z.string() }),
  /** Epoch ms by the clock of whoever ordered; the line itself may be written later, from the inbox. */
  orderedAt: z.number(),
  /** The same moment by the service's clock. */
  serviceAt: z.number(),
  /** By the service's clock: a recording invoked from here on may have come of this order. */
  since: z.number(),
  /** What the service listed just before: none of these came of it. */
  seenBefore: z.array(RecordingId),
  source: z.object({ host: z.string(), accountId: z.string(), appId: z.string() }),
});

const AnswerBody = z.object({
  orderId: z.string().min(1),
  outcome: z.enum(['started', 'adopted', 'refused', 'not-started']),
  recordingId: RecordingId.nullable(),
  /** Code of the reason where there is one. */
  because: z.string().nullable(),
  answeredAt: z.number(),
});

const StopBody = z.object({ recordingId: RecordingId, askedAt: z.number() });

const AllowListBody = z.object({
  meetingId: MeetingId,
  name: z.string(),
  /** Null: forgotten. */
  userIds: AllowList.shape.userIds.nullable(),
  savedAt: z.number(),
});

/** Lines that a reader may ask the holder of the lock to write. Each says by itself when it was so. */
export const noteEntries = [
  z.object({ kind: z.literal('record-ordered'), body: OrderBody }),
  z.object({ kind: z.literal('record-answered'), body: AnswerBody }),
  z.object({ kind: z.literal('record-stop-asked'), body: StopBody }),
  z.object({ kind: z.literal('allow-list'), body: AllowListBody }),
] as const;

export const Note = z.discriminatedUnion('kind', noteEntries);
export type Note = z.infer<typeof Note>;
export type OrderBody = z.infer<typeof OrderBody>;
export type AnswerBody = z.infer<typeof AnswerBody>;

/** An order with what only those need who look for its recording. */
export const KeptOrder = Order.extend({
  ...OrderBody.pick({ serviceAt: true, since: true, seenBefore: true, source: true }).shape,
  /** Null while it is open. */
  answeredAt: z.number().nullable(),
});
export type KeptOrder = z.infer<typeof KeptOrder>;

export const OrderQuery = z.union([
  z.object({ meetingId: MeetingId }),
  z.object({ recordingIds: z.array(RecordingId) }),
  z.object({ orderIds: z.array(z.string()) }),
  z.object({ open: z.literal(true) }),
]);
export type OrderQuery = z.infer<typeof OrderQuery>;

/** The most orders a meeting is asked for at once: the latest. */
export const ordersAtMost = 100;

/** How an account on a machine is written. */
export function accountOf({ osUser, machine }: { osUser: string; machine: string }): string {
  return `${osUser}@${machine}`;
}

/** An order nobody answered yet. */
export function openOrder(body: OrderBody, by: string): KeptOrder {
  const { userIds, consent, orderedAt, ...same } = body;
  return {
    ...same,
    taken: userIds === null ? { kind: 'everyone' } : { kind: 'chosen', userIds },
    consentNote: consent.note,
    by,
    at: orderedAt,
    outcome: 'open',
    recordingId: null,
    answeredAt: null,
  };
}

/** What an order is after an answer; the latest answer counts. */
export function withAnswer(order: KeptOrder, answer: AnswerBody): KeptOrder {
  if (order.answeredAt !== null && order.answeredAt > answer.answeredAt) return order;
  const { outcome, recordingId, answeredAt } = answer;
  return { ...order, outcome, recordingId, answeredAt };
}

/** Whether an order is among those asked for. */
export function fitsQuery(order: KeptOrder, query: OrderQuery): boolean {
  if ('meetingId' in query) return order.meetingId === query.meetingId;
  if ('orderIds' in query) return query.orderIds.includes(order.orderId);
  if ('open' in query) return order.outcome === 'open';
  return order.recordingId !== null && query.recordingIds.includes(order.recordingId);
}

/** The latest first. */
export function inOrder(orders: readonly KeptOrder[]): KeptOrder[] {
  return [...orders].sort((a, b) => b.at - a.at || (a.orderId < b.orderId ? -1 : 1));
}

/** Recordings some notes speak of: what is concluded of them may change. */
export function recordingsNoted(notes: readonly Note[]): RecordingId[] {
  return notes.flatMap(({ body }) =>
    'recordingId' in body && body.recordingId !== null ? [body.recordingId] : [],
  );
}
