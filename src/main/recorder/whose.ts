/** @file Main process. Whose order it was, to which app, and for whom. Pure. */
import type { LiveRecording } from '#contract';
import type { KeptOrder } from '../library/index.ts';

/** Whether a recording came of an order of ours, and how that is known. */
export function originOf(order: KeptOrder | undefined): LiveRecording['origin'] {
  if (order === undefined) return 'elsewhere';
  return order.outcome === 'adopted' ? 'adopted' : 'ours';
}

/** A library may hold orders to several apps: each is settled where it went. */
export function wentTo(
  { source: { host, appId } }: KeptOrder,
  source: KeptOrder['source'],
): boolean {
  return host === source.host && appId === source.appId;
}

/**
 * Whether an order is for the same people under the same prefix.
 * @param userIds null for everyone
 */
export function isAlike(
  order: KeptOrder,
  userIds: readonly string[] | null,
  prefix: string,
): boolean {
  if (order.prefix !== prefix) return false;
  if (order.taken.kind !== 'chosen') return order.taken.kind === 'everyone' && userIds === null;
  const [one, other] = [new Set(order.taken.userIds), new Set(userIds)];
  return userIds !== null && one.size === other.size && [...one].every((id) => other.has(id));
}
