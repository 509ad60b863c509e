/** @file Bench. The far edge of a simulated week: who signs links, refuses, deletes, and sends bytes over one line shared by all. */
import { Failure } from '#contract';
import type { DownloadsOptions } from '../../src/main/downloads/index.ts';
import { Link } from '../../src/main/realtimekit/index.ts';
import { type WeekClock, weekStart } from './week-clock.ts';
import { type Week, type WeekFile, dayMs, speedAt } from './week-scenario.ts';

type CreateFetch = NonNullable<DownloadsOptions['createFetch']>;
type FetchOptions = Parameters<CreateFetch>[0];
type Active = Parameters<ReturnType<CreateFetch>['fetchFile']>[0];

interface Stream {
  file: WeekFile;
  job: Active;
  /** Exact, for shares of a line are no whole numbers. */
  received: number;
  /** The connection breaks here, once. */
  breaksAt: number;
  /** The computer slept under it: nothing comes any more. */
  isDead: boolean;
  /** Since when nothing came, true time. */
  stillSince: number | null;
  settle: (failure: Failure | null) => void;
}

export interface WeekHost {
  createFetch: CreateFetch;
  linkOf(file: WeekFile): Link;
  /** What stands on its disk at the end: kept when, true time. */
  keptAt: ReadonlyMap<string, number>;
  /** Requests refused with 403: the last one of each file, true time. */
  refusedAt: ReadonlyMap<string, number>;
  requests(): number;
  /** When something happens on the line by itself, true time. */
  nextEvent(): number;
  /** Bytes that came in this time. */
  pass(ms: number): void;
  slept(): void;
  /** Until then the network is not back after a sleep. */
  setAway(until: number): void;
}

const latencyMs = 400;
/** A connection over which nothing comes is given up after so long. */
const patienceMs = 30_000;
const leastMs = 0.5;

export function createWeekHost(week: Week, clock: WeekClock): WeekHost {
  const { random } = week;
  const files = new Map(week.files.map((file) => [file.name, file]));
  const refusalsLeft = new Map(week.files.map(({ name, refusals }) => [name, refusals]));
  const streams = new Set<Stream>();
  const onDisk = new Map<string, number>();
  const keptAt = new Map<string, number>();
  const refusedAt = new Map<string, number>();
  let requests = 0;
  let awayUntil = -Infinity;
  let serial = 0;

  const speed = () => (clock.trueNow() < awayUntil ? 0 : speedAt(week, clock.trueNow()));

  const linkOf = (file: WeekFile): Link => {
    const now = clock.trueNow();
    const endsAt = week.renews ? Math.min(file.deletedAt, now + dayMs) : file.linkEndsAt;
    if (week.renews) serial += 1;
    const sign = week.renews ? String(serial) : 'once';
    return new Link(
      `https://files.example/${file.recording}/${file.name}?X-Amz-Signature=${sign}`,
      weekStart + endsAt,
    );
  };

  /** Bytes a second of each stream that moves. */
  const share = () => {
    const moving = [...streams].filter(({ isDead }) => !isDead).length;
    return moving === 0 ? 0 : speed() / moving;
  };

  const request = async (
    file: WeekFile,
    link: Link,
    options: FetchOptions,
    signal: AbortSignal,
  ): Promise<'served' | 'refused' | 'expired'> => {
    requests += 1;
    await options.clock.sleep(latencyMs, signal);
    if (speed() === 0) throw new Failure('api.unreachable', 'Nobody answers.');
    if (clock.trueNow() >= file.deletedAt) throw new Failure('file.gone', 'No such key.');
    if (link.expiresAt !== null && clock.serviceNow() >= link.expiresAt) return 'expired';
    const left = refusalsLeft.get(file.name) ?? 0;
    if (left > 0) {
      refusalsLeft.set(file.name, left - 1);
      refusedAt.set(file.name, clock.trueNow());
      return 'refused';
    }
    return 'served';
  };

  const receive = (file: WeekFile, job: Active, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const received = onDisk.get(file.name) ?? 0;
      const stream: Stream = {
        file,
        job,
        received,
        breaksAt:
          random() < 0.05
            ? received + random() * (file.bytes - received)
            : Number.POSITIVE_INFINITY,
        isDead: false,
        stillSince: null,
        settle(failure) {
          streams.delete(stream);
          signal.removeEventListener('abort', onAbort);
          onDisk.set(file.name, stream.received);
          if (failure === null) resolve();
          else reject(failure);
        },
      };
      const onAbort = () => {
        stream.settle(new Failure('cancelled', 'Interrupted.'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      job.totalBytes = file.bytes;
      job.receivedBytes = Math.floor(received);
      job.mostBytes = Math.max(job.mostBytes, job.receivedBytes);
      streams.add(stream);
    });

  let tell: FetchOptions['onBytes'] = () => undefined;

  const createFetch: CreateFetch = (options) => {
    tell = options.onBytes;
    return {
      async fetchFile(job, signal) {
        const file = files.get(job.file.fileName);
        if (file === undefined) throw new Failure('bug', 'The week has no such file.');
        let link = job.link ?? (await options.freshLink(job.file, null, signal));
        job.link = link;
        let answer = await request(file, link, options, signal);
        if (answer !== 'served') {
          const newer = await options.freshLink(job.file, link, signal);
          const isOther = !newer.isSameAs(link);
          link = newer;
          job.link = newer;
          if (isOther) answer = await request(file, link, options, signal);
        }
        if (answer === 'expired') throw new Failure('link.expired', 'The link has ended.');
        if (answer === 'refused') throw new Failure('link.refused', 'The host refuses.');
        await receive(file, job, signal);
        keptAt.set(file.name, clock.trueNow());
        return { sha256: 'f'.repeat(64), bytes: file.bytes };
      },
      rescue: () => Promise.resolve(null),
      close: () => Promise.resolve(),
    };
  };

  return {
    createFetch,
    linkOf,
    keptAt,
    refusedAt,
    requests: () => requests,
    nextEvent() {
      const each = share();
      let at = Infinity;
      for (const { file, received, breaksAt, isDead, stillSince } of streams) {
        const untilBytes = Math.min(file.bytes, breaksAt) - received;
        if (!isDead && each > 0) at = Math.min(at, clock.trueNow() + (untilBytes * 1000) / each);
        if (stillSince !== null) at = Math.min(at, stillSince + patienceMs);
        at = Math.min(at, file.deletedAt);
      }
      return at;
    },
    pass(ms) {
      const each = share();
      const now = clock.trueNow() + ms;
      for (const stream of [...streams]) {
        const { file, job, isDead } = stream;
        const came = isDead ? 0 : (each * ms) / 1000;
        stream.received = Math.min(file.bytes, stream.received + came);
        const whole = Math.floor(stream.received) - job.receivedBytes;
        job.receivedBytes += whole;
        if (whole > 0) tell(job, whole);
        if (came > 0) stream.stillSince = null;
        else stream.stillSince ??= now - ms;
        if (stream.received >= file.bytes - leastMs) stream.settle(null);
        else if (now >= file.deletedAt) {
          stream.settle(new Failure('file.gone', 'It was deleted under the transfer.'));
        } else if (stream.received >= stream.breaksAt) {
          stream.settle(new Failure('file.incomplete', 'The connection broke.'));
        } else if (stream.stillSince !== null && now - stream.stillSince >= patienceMs) {
          stream.settle(new Failure('api.unreachable', 'Nothing comes any more.'));
        }
      }
    },
    slept() {
      for (const stream of streams) stream.isDead = true;
    },
    setAway(until) {
      awayUntil = until;
    },
  };
}
