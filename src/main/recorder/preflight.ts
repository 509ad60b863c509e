/** @file Main process. Looks at everything that would keep an order from working; orders nothing. */
import {
  Failure,
  RecordingId,
  type Check,
  type MeetingId,
  type Preflight,
  type Whom,
} from '#contract';
import type { KeptOrder, Library } from '../library/index.ts';
import type { VendorRecording } from '../realtimekit/index.ts';
import { faultsOf, idsOf } from './people.ts';
import { refusalOf } from './prefix.ts';
import { isAtWork } from './running.ts';
import type { Sights } from './sights.ts';
import { isAlike, originOf, wentTo } from './whose.ts';

export interface PreflightWorld {
  sights: Sights;
  library: Pick<Library, 'orders' | 'mayNote'> | null;
  source: KeptOrder['source'];
  /** Epoch ms by the service's clock. */
  serviceNow: () => number;
}

type Origin = Preflight['running'][number]['origin'];

export async function preflight(
  world: PreflightWorld,
  meetingId: MeetingId,
  whom: Whom | null,
  prefix: string,
): Promise<Preflight> {
  const { sights, library } = world;
  const [listed, session] = await Promise.all([
    orFailure(sights.recordings(meetingId)),
    orFailure(sights.session(meetingId)),
  ]);
  const serviceNow = world.serviceNow();
  const running =
    listed instanceof Failure ? [] : listed.filter((one) => isAtWork(one, serviceNow));
  const origins = await originsIn(library, running);
  const userIds = whom === null ? null : idsOf(whom);

  const checks: Check[] = [];
  const add = (what: Check['what'], ...faults: Omit<Check, 'what'>[]): void => {
    const good: Omit<Check, 'what'> = { state: 'good', why: null, about: [] };
    for (const fault of faults.length === 0 ? [good] : faults) checks.push({ what, ...fault });
  };
  const fault = (state: 'bad' | 'doubt', why: Check['why'], about: string[] = []) => ({
    state,
    why,
    about,
  });

  const failures = [listed, session].filter((one) => one instanceof Failure);
  add('access', ...failures.slice(0, 1).map((failure) => fault('bad', whyNoAccess(failure))));

  if (library === null) add('library', fault('bad', 'no-library'));
  else add('library', ...((await library.mayNote()) ? [] : [fault('bad', 'library-read-only')]));

  if (session instanceof Failure) add('call', fault('doubt', 'unreachable'));
  else add('call', ...(session === null ? [fault('bad', 'not-live')] : []));

  const runningFaults = running.map(({ id, kind }) => {
    if (kind === 'composite') return fault('doubt', 'running-composite', [id]);
    const why = origins.get(id) === 'elsewhere' ? 'running-elsewhere' : 'running-ours';
    return fault('bad', why, [id]);
  });
  const open = running.length > 0 ? [] : await openOrders(world, meetingId);
  const openFaults = open.map((order) => {
    const isSame = whom !== null && isAlike(order, userIds, prefix);
    return fault(isSame ? 'doubt' : 'bad', 'answer-outstanding', [order.prefix]);
  });
  if (listed instanceof Failure) add('running', fault('doubt', 'unreachable'));
  else add('running', ...runningFaults, ...openFaults);

  if (whom === null) add('people', fault('bad', 'nobody-chosen'));
  else if (userIds === null) add('people');
  else {
    const sessionId = session instanceof Failure ? null : (session?.id ?? null);
    add('people', ...faultsOf(userIds, await sights.people(meetingId, sessionId)));
  }

  const refusal = refusalOf(prefix);
  add('prefix', ...(refusal === null ? [] : [fault('bad', 'prefix', [refusal])]));

  return {
    checks,
    mayStart: checks.every(({ state }) => state !== 'bad'),
    running: running.map(({ id }) => ({
      recordingId: RecordingId.parse(id),
      origin: origins.get(id) ?? 'elsewhere',
    })),
  };
}

async function originsIn(
  library: PreflightWorld['library'],
  running: readonly VendorRecording[],
): Promise<Map<string, Origin>> {
  const recordingIds = running.map(({ id }) => RecordingId.parse(id));
  const orders = running.length === 0 ? [] : ((await library?.orders({ recordingIds })) ?? []);
  return new Map(
    recordingIds.map((id): [string, Origin] => [
      id,
      originOf(orders.find(({ recordingId }) => recordingId === id)),
    ]),
  );
}

/** Orders of this meeting that nobody has answered, and that have not come to nothing by now. */
async function openOrders(world: PreflightWorld, meetingId: MeetingId): Promise<KeptOrder[]> {
  const open = (await world.library?.orders({ open: true })) ?? [];
  return open.filter((order) => order.meetingId === meetingId && wentTo(order, world.source));
}

/** Every call needs the same right, reads included (contract 1): what may not be read may not be ordered. */
function whyNoAccess({ code }: Failure): Check['why'] {
  if (code === 'credentials.lack-rights') return 'lacks-rights';
  return code.startsWith('credentials.') ? 'no-access' : 'unreachable';
}

async function orFailure<Value>(work: Promise<Value>): Promise<Value | Failure> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
