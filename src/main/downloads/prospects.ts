/** @file Main process. Keeps what plan and forecast are reckoned from: speed, sizes, deadlines by this computer's clock. */
import type { Forecast } from '#contract';

import type { Clock } from '../clock.ts';
import type { Link } from '../realtimekit/index.ts';
import { forecastOf, lineOf, speedOf, type Outlook, type Prospect } from './forecast.ts';
import { createLineSpeed } from './line-speed.ts';
import { plan, type Plan } from './plan.ts';
import type { Job, Remembered } from './queue.ts';
import { createSizes } from './size.ts';

/** Kept clear of each deadline, in ms: requests, the last steps to the disk, and a clock known to the minute. */
const lastStepsMs = 3 * 60_000;
/** The order reckons with so much of the line: it breaks down, and computers sleep. */
const countedPart = 0.8;
/** What is here in so short a time, in ms, need not give way. */
const nearMs = 20_000;

/** A job of this run with what is needed to place it. */
export type Placeable = Job & { link: Link | null };
type Placed<Of> = Prospect & { job: Of };

export interface ProspectsWorld {
  clock: Clock;
  skewMs: () => number | null;
  renewal: () => Forecast['renewal'];
  speedLimit: () => number | null;
  /** As it was remembered. */
  speed: Remembered['speed'];
  /** Of files that came before; null when none came. */
  meanBytes: number | null;
}

export interface Prospects {
  /** Something is being fetched, or nothing. */
  fetching(isFetching: boolean): void;
  received(bytes: number): void;
  /** A file's true size is known. */
  learnSize(bytes: number): void;
  /** What is to be remembered of the line. */
  speed(): Remembered['speed'];
  /** The order to fetch in from now on. */
  plan<Of extends Placeable>(jobs: readonly Of[]): Plan<Of>;
  /** Bytes still to fetch, known or estimated. */
  bytesLeft(job: Placeable): number;
  isNearlyDone(job: Placeable): boolean;
  /** `fromAt` null: nobody can say when files are fetched again. */
  forecast(jobs: readonly Placeable[], fromAt: number | null): Forecast;
  /** Epoch ms by this computer's clock; null when nobody has said. */
  deadlineOf(job: Placeable): number | null;
}

export function createProspects(world: ProspectsWorld): Prospects {
  const { clock, skewMs, renewal, speedLimit } = world;
  const line = createLineSpeed(clock, world.speed);
  const sizes = createSizes(world.meanBytes);

  const outlook = (fromAt: number | null): Outlook => ({
    now: clock.now(),
    measured: line.rate(),
    limit: speedLimit(),
    fromAt,
    renewal: renewal(),
    skewMs: skewMs(),
  });

  const deadlineOf = ({ deadlineAt, link }: Placeable): number | null => {
    const at = renewal() === 'renews' ? deadlineAt : earlier(deadlineAt, link);
    // The service counts by its own clock.
    return at === null ? null : at - (skewMs() ?? 0);
  };

  const place = <Of extends Placeable>(job: Of): Placed<Of> => {
    const { bytesLeft, isEstimate } = sizes.of(job);
    const { file, order } = job;
    return { ...file, job, order, deadlineAt: deadlineOf(job), bytes: bytesLeft, isEstimate };
  };

  return {
    fetching: line.fetching,
    received: line.add,
    learnSize: sizes.learn,
    speed: line.memory,
    plan(jobs) {
      const now = clock.now();
      const { bytesBy } = lineOf(outlook(now));
      const found = plan(jobs.map(place), {
        now,
        bytesBy: (at) => bytesBy(at - lastStepsMs) * countedPart,
      });
      return {
        overdue: found.overdue.map(({ job }) => job),
        onTime: found.onTime.map(({ job }) => job),
        urgent: found.urgent.map(({ job }) => job),
        setAside: found.setAside.map(({ job }) => job),
      };
    },
    bytesLeft: (job) => sizes.of(job).bytesLeft,
    isNearlyDone(job) {
      const { bytesPerSecond } = speedOf(outlook(clock.now()));
      return sizes.of(job).bytesLeft * 1000 < (bytesPerSecond ?? 0) * nearMs;
    },
    forecast: (jobs, fromAt) => forecastOf(jobs.map(place), outlook(fromAt)),
    deadlineOf,
  };
}

/** A link may end before the file does, and nobody knows beforehand whether there will be another (contract 8.4). */
function earlier(deadlineAt: number | null, link: Link | null): number | null {
  const ends = [deadlineAt, link?.expiresAt ?? null].filter((at) => at !== null);
  return ends.length === 0 ? null : Math.min(...ends);
}
