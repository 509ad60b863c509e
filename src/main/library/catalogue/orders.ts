/** @file Index. Orders to record, their answers, asked stops and saved choices of people: rows, values, queries. */
import { z } from 'zod';
import { MeetingId, RecordingId, SessionId, UserId } from '#contract';
import type { LedgerLine } from '../ledger-line.ts';
import {
  accountOf,
  KeptOrder,
  type Note,
  openOrder,
  ordersAtMost,
  withAnswer,
  type OrderQuery,
} from '../order-notes.ts';
import type { Catalogue } from './database.ts';
import { jsonColumn, toJson } from './json-text.ts';

/** Folds one line; every effect is absolute, and of two answers the later one stays. */
export function foldNote(catalogue: Catalogue, note: Note, { actor }: LedgerLine): void {
  switch (note.kind) {
    case 'record-ordered': {
      const { body } = note;
      catalogue
        .sql('INSERT OR IGNORE INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
        .run(
          body.orderId,
          body.meetingId,
          body.sessionId,
          toJson(body.userIds),
          toJson(body.prefix),
          toJson(body.consent.note),
          toJson(accountOf(actor)),
          body.orderedAt,
          body.serviceAt,
          body.since,
          toJson(body.seenBefore),
          toJson(body.source),
        );
      break;
    }
    case 'record-answered': {
      const { orderId, outcome, recordingId, because, answeredAt } = note.body;
      catalogue
        .sql(
          `INSERT INTO order_answers VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (order_id) DO UPDATE SET outcome = excluded.outcome,
             recording_id = excluded.recording_id, because = excluded.because,
             answered_at = excluded.answered_at
           WHERE excluded.answered_at >= answered_at`,
        )
        .run(orderId, outcome, recordingId, because, answeredAt);
      break;
    }
    case 'record-stop-asked':
      catalogue
        .sql(
          `INSERT INTO stops_asked VALUES (?, ?)
           ON CONFLICT (recording_id) DO UPDATE SET asked_at = max(asked_at, excluded.asked_at)`,
        )
        .run(note.body.recordingId, note.body.askedAt);
      break;
    case 'allow-list': {
      const { meetingId, name, userIds, savedAt } = note.body;
      catalogue
        .sql(
          `INSERT INTO allow_lists VALUES (?, ?, ?, ?)
           ON CONFLICT (meeting_id, name_json) DO UPDATE SET
             user_ids_json = excluded.user_ids_json, saved_at = excluded.saved_at
           WHERE excluded.saved_at >= saved_at`,
        )
        .run(meetingId, toJson(name), toJson(userIds), savedAt);
      break;
    }
  }
}

/** True when the ledger says this already: a request of the inbox whose removal was cut off comes twice. */
export function isNoted(catalogue: Catalogue, note: Note): boolean {
  const stands = (text: string, ...values: unknown[]): boolean =>
    catalogue.sql(text).get(...values) !== undefined;
  switch (note.kind) {
    case 'record-ordered':
      return stands('SELECT 1 FROM orders WHERE order_id = ?', note.body.orderId);
    case 'record-answered':
      return stands(
        'SELECT 1 FROM order_answers WHERE order_id = ? AND outcome = ? AND answered_at = ?',
        note.body.orderId,
        note.body.outcome,
        note.body.answeredAt,
      );
    case 'record-stop-asked':
      return stands(
        'SELECT 1 FROM stops_asked WHERE recording_id = ? AND asked_at = ?',
        note.body.recordingId,
        note.body.askedAt,
      );
    case 'allow-list':
      return stands(
        `SELECT 1 FROM allow_lists
         WHERE meeting_id = ? AND name_json = ? AND user_ids_json = ? AND saved_at = ?`,
        note.body.meetingId,
        toJson(note.body.name),
        toJson(note.body.userIds),
        note.body.savedAt,
      );
  }
}

const OrderRow = z.object({
  order_id: z.string(),
  meeting_id: MeetingId,
  session_id: SessionId.nullable(),
  user_ids_json: jsonColumn(z.array(UserId).nullable()),
  prefix_json: jsonColumn(z.string()),
  note_json: jsonColumn(z.string()),
  by_json: jsonColumn(z.string()),
  ordered_at: z.number(),
  service_at: z.number(),
  since: z.number(),
  seen_before_json: jsonColumn(z.array(RecordingId)),
  source_json: jsonColumn(KeptOrder.shape.source),
  outcome: z.enum(['started', 'adopted', 'refused', 'not-started']).nullable(),
  recording_id: RecordingId.nullable(),
  because: z.string().nullable(),
  answered_at: z.number().nullable(),
});

const columns = 'orders.*, outcome, recording_id, because, answered_at';

/** The latest first; of a meeting the latest hundred. */
export function ordersQuery(query: OrderQuery): { text: string; values: unknown[] } {
  const order = 'ORDER BY ordered_at DESC, order_id';
  if ('recordingIds' in query)
    return {
      text: `SELECT ${columns} FROM order_answers JOIN orders USING (order_id)
             WHERE recording_id IN (SELECT value FROM json_each(?)) ${order}`,
      values: [toJson(query.recordingIds)],
    };
  const all = `SELECT ${columns} FROM orders LEFT JOIN order_answers USING (order_id)`;
  if ('meetingId' in query)
    return {
      text: `${all} WHERE meeting_id = ? ${order} LIMIT ?`,
      values: [query.meetingId, ordersAtMost],
    };
  if ('orderIds' in query)
    return {
      text: `${all} WHERE orders.order_id IN (SELECT value FROM json_each(?)) ${order}`,
      values: [toJson(query.orderIds)],
    };
  // The one walk through all of them: they are as many as were ever given here.
  return { text: `${all} WHERE answered_at IS NULL ${order}`, values: [] };
}

export function readOrders(catalogue: Catalogue, query: OrderQuery): KeptOrder[] {
  const { text, values } = ordersQuery(query);
  return z
    .array(OrderRow)
    .parse(catalogue.sql(text).all(...values))
    .map(toOrder);
}

function toOrder(row: z.infer<typeof OrderRow>): KeptOrder {
  const open = openOrder(
    {
      orderId: row.order_id,
      meetingId: row.meeting_id,
      sessionId: row.session_id,
      userIds: row.user_ids_json,
      prefix: row.prefix_json,
      consent: { told: true, note: row.note_json },
      orderedAt: row.ordered_at,
      serviceAt: row.service_at,
      since: row.since,
      seenBefore: row.seen_before_json,
      source: row.source_json,
    },
    row.by_json,
  );
  const { outcome, recording_id: recordingId, because, answered_at: answeredAt } = row;
  if (outcome === null || answeredAt === null) return open;
  const { orderId } = open;
  return withAnswer(open, { orderId, outcome, recordingId, because, answeredAt });
}

/** What the orders of a recording asked for: evidence for the names of its files. */
export interface Asked {
  prefix: string;
  userIds: string[] | null;
}

export function readAsked(catalogue: Catalogue, recordingId: string): Asked[] {
  const rows = catalogue
    .sql(
      `SELECT prefix_json, user_ids_json FROM orders JOIN order_answers USING (order_id)
       WHERE recording_id = ? ORDER BY order_id`,
    )
    .all(recordingId);
  return z
    .array(OrderRow.pick({ prefix_json: true, user_ids_json: true }))
    .parse(rows)
    .map(({ prefix_json: prefix, user_ids_json: userIds }) => ({ prefix, userIds }));
}

/** When a stop was last asked for. */
export function readStops(
  catalogue: Catalogue,
  recordingIds: readonly string[],
): { recordingId: RecordingId; askedAt: number }[] {
  const rows = catalogue
    .sql(
      `SELECT recording_id, asked_at FROM stops_asked
       WHERE recording_id IN (SELECT value FROM json_each(?)) ORDER BY recording_id`,
    )
    .all(toJson(recordingIds));
  return z
    .array(z.object({ recording_id: RecordingId, asked_at: z.number() }))
    .parse(rows)
    .map((row) => ({ recordingId: row.recording_id, askedAt: row.asked_at }));
}

/** Every choice ever saved for a meeting, those forgotten with null, by name. */
export function readAllowLists(
  catalogue: Catalogue,
  meetingId: string,
): { name: string; userIds: string[] | null; savedAt: number }[] {
  const rows = catalogue
    .sql(
      `SELECT name_json, user_ids_json, saved_at FROM allow_lists
       WHERE meeting_id = ? ORDER BY name_json`,
    )
    .all(meetingId);
  return z
    .array(
      z.object({
        name_json: jsonColumn(z.string()),
        user_ids_json: jsonColumn(z.array(z.string()).nullable()),
        saved_at: z.number(),
      }),
    )
    .parse(rows)
    .map((row) => ({ name: row.name_json, userIds: row.user_ids_json, savedAt: row.saved_at }));
}
