/** @file Main process. Orders to record and what goes with them: written by the holder of the lock, left for it by readers, read by both. */
import { access, constants } from 'node:fs/promises';
import { Failure, type AllowList, type MeetingId } from '#contract';
import type { Clock } from '../clock.ts';
import { exists, type Folders } from './disk.ts';
import { leaveRequest, readRequests } from './inbox.ts';
import type { IndexClient } from './index-client.ts';
import { takeClaim } from './lock.ts';
import {
  accountOf,
  fitsQuery,
  inOrder,
  openOrder,
  ordersAtMost,
  withAnswer,
  type KeptOrder,
  type Note,
} from './order-notes.ts';
import type { Actor, Library } from './types.ts';

/** The part of an open library that knows of orders. */
export type Noting = Pick<
  Library,
  | 'mayNote'
  | 'orderRecording'
  | 'answerOrder'
  | 'noteStop'
  | 'stopsAsked'
  | 'orders'
  | 'allowLists'
  | 'saveAllowList'
  | 'forgetAllowList'
  | 'claim'
>;

export interface NotingWorld {
  folders: Folders;
  clock: Clock;
  actor: Actor;
  index: IndexClient;
  nativeBinding: string | null;
  /** Appends to the ledger; null for a reader. */
  write: ((notes: readonly Note[]) => Promise<void>) | null;
  /** Nothing may be written into the folder, whatever the disk would let us. */
  untouched: boolean;
}

export function createNoting(world: NotingWorld): Noting {
  const { folders, clock, actor, index, write, untouched } = world;

  const mayNote = async (): Promise<boolean> => {
    if (write !== null) return true;
    if (untouched) return false;
    const place = (await exists(folders.inbox)) ? folders.inbox : folders.incoming;
    return access(place, constants.W_OK).then(
      () => true,
      () => false,
    );
  };
  const requireNoting = async (): Promise<void> => {
    if (!(await mayNote()))
      throw new Failure('library.read-only', 'The library takes nothing down here.');
  };
  const note = async (...notes: Note[]): Promise<void> => {
    if (write !== null) {
      await write(notes);
      return;
    }
    await requireNoting();
    await leaveRequest(folders, clock.now(), { version: 1, kind: 'noted', actor, notes });
  };
  /** What readers left and the holder of the lock has not taken in; read before the index, it is in one of the two. */
  const waiting = async (): Promise<{ note: Note; by: string }[]> =>
    (await readRequests(folders)).flatMap((request) =>
      request.kind === 'noted'
        ? request.notes.map((one) => ({ note: one, by: accountOf(request.actor) }))
        : [],
    );

  return {
    mayNote,
    async orderRecording({ consentNote, instead = [], ...body }) {
      const answeredAt = body.orderedAt;
      await note(
        { kind: 'record-ordered', body: { ...body, consent: { told: true, note: consentNote } } },
        ...instead.map((orderId): Note => ({
          kind: 'record-answered',
          body: {
            orderId,
            outcome: 'not-started',
            recordingId: null,
            because: 'ordered-again',
            answeredAt,
          },
        })),
      );
    },
    answerOrder: (orderId, { outcome, recordingId, because }) =>
      note({
        kind: 'record-answered',
        body: { orderId, outcome, recordingId, because, answeredAt: clock.now() },
      }),
    noteStop: (recordingId) =>
      note({ kind: 'record-stop-asked', body: { recordingId, askedAt: clock.now() } }),
    async stopsAsked(recordingIds) {
      const left = await waiting();
      const { stops } = await index.call('stopsAsked', { recordingIds: [...recordingIds] });
      const asked = new Map(stops.map(({ recordingId, askedAt }) => [recordingId, askedAt]));
      for (const { note: one } of left) {
        if (one.kind !== 'record-stop-asked') continue;
        const { recordingId, askedAt } = one.body;
        if (recordingIds.includes(recordingId))
          asked.set(recordingId, Math.max(askedAt, asked.get(recordingId) ?? askedAt));
      }
      return asked;
    },
    async orders(query) {
      const left = await waiting();
      const { orders } = await index.call('orders', { query });
      if (left.length === 0) return orders;
      const answers = left.flatMap(({ note: one }) =>
        one.kind === 'record-answered' ? [one.body] : [],
      );
      const named = await index.call('orders', {
        query: { orderIds: answers.map(({ orderId }) => orderId) },
      });
      const all = new Map<string, KeptOrder>();
      for (const { note: one, by } of left)
        if (one.kind === 'record-ordered') all.set(one.body.orderId, openOrder(one.body, by));
      for (const order of [...named.orders, ...orders]) all.set(order.orderId, order);
      for (const answer of answers) {
        const order = all.get(answer.orderId);
        if (order !== undefined) all.set(order.orderId, withAnswer(order, answer));
      }
      return inOrder([...all.values()].filter((order) => fitsQuery(order, query))).slice(
        0,
        'meetingId' in query ? ordersAtMost : undefined,
      );
    },
    async allowLists(meetingId) {
      const left = await waiting();
      const { lists } = await index.call('allowLists', { meetingId });
      const byName = new Map(lists.map((list) => [list.name, list]));
      for (const { note: one } of left) {
        if (one.kind !== 'allow-list' || one.body.meetingId !== meetingId) continue;
        const { name, userIds, savedAt } = one.body;
        if (savedAt >= (byName.get(name)?.savedAt ?? savedAt))
          byName.set(name, { name, userIds, savedAt });
      }
      return [...byName.values()]
        .flatMap(({ name, userIds }): AllowList[] => (userIds === null ? [] : [{ name, userIds }]))
        .sort((a, b) => a.name.localeCompare(b.name));
    },
    saveAllowList: (meetingId, { name, userIds }) =>
      note(allowListNote(meetingId, name, userIds, clock.now())),
    forgetAllowList: (meetingId, name) => note(allowListNote(meetingId, name, null, clock.now())),
    async claim(name) {
      await requireNoting();
      return takeClaim(folders, name, world.nativeBinding);
    },
  };
}

function allowListNote(
  meetingId: MeetingId,
  name: string,
  userIds: string[] | null,
  savedAt: number,
): Note {
  return { kind: 'allow-list', body: { meetingId, name, userIds, savedAt } };
}
