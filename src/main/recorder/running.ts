/** @file Main process. Which recordings of a meeting run, and which of them may have come of an order whose answer never came. */
import type { KeptOrder } from '../library/index.ts';
import type { CallOptions, RealtimeKit, VendorRecording } from '../realtimekit/index.ts';

/** An order that came to nothing blocks no other one for longer (contract 10.2). */
const staleInvokedMs = 600_000;
/** The skew of the clocks is known to half a second, and so is each end of it. */
const toleranceMs = 2_000;
/** An order is with the service by then: it does not wait for the rate limit. */
const takenWithinMs = 120_000;

type Asking = Pick<RealtimeKit, 'listRecordings'>;

/** Everything of a meeting that runs or was ordered, stale orders too (contract 7.6). */
export function listOpen(
  realtimekit: Asking,
  meetingId: string,
  asked: CallOptions = {},
): Promise<VendorRecording[]> {
  const statuses = ['INVOKED', 'RECORDING', 'PAUSED'] as const;
  return whole(realtimekit.listRecordings({ ...asked, meetingId, statuses }));
}

/** Everything of a meeting, whatever became of it. */
export function listAll(
  realtimekit: Asking,
  meetingId: string,
  asked: CallOptions = {},
): Promise<VendorRecording[]> {
  return whole(realtimekit.listRecordings({ ...asked, meetingId }));
}

async function whole(rows: AsyncIterable<VendorRecording>): Promise<VendorRecording[]> {
  const all: VendorRecording[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** True while it records, or may begin to. `at` is the service's time. */
export function isAtWork({ status, invokedAt }: VendorRecording, at: number): boolean {
  if (status === 'INVOKED') return invokedAt === null || at - invokedAt <= staleInvokedMs;
  return status === 'RECORDING' || status === 'PAUSED';
}

/**
 * Those that may have come of this order: new since, invoked when it was on its way, and not
 * with files of another prefix alone.
 */
export function mayHaveComeOf(
  order: Pick<KeptOrder, 'seenBefore' | 'since' | 'serviceAt' | 'prefix'>,
  rows: readonly VendorRecording[],
): VendorRecording[] {
  const seen = new Set<string>(order.seenBefore);
  return rows.filter(
    ({ id, kind, invokedAt, files }) =>
      kind !== 'composite' &&
      !seen.has(id) &&
      invokedAt !== null &&
      invokedAt >= order.since - toleranceMs &&
      invokedAt <= order.serviceAt + takenWithinMs &&
      (files.length === 0 || files.some(({ fileName }) => fileName.startsWith(`${order.prefix}_`))),
  );
}
