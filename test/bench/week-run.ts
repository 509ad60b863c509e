/** @file Bench. Runs the real queue through a simulated week and writes down what was lost, why, and when that was said. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingId } from '#contract';
import {
  type Downloads,
  type DownloadsEvent,
  createDownloads,
  createFreshLink,
} from '../../src/main/downloads/index.ts';
import type { VendorRecording } from '../../src/main/realtimekit/index.ts';
import { createWeekClock, weekStart } from './week-clock.ts';
import { createWeekHost } from './week-host.ts';
import {
  type Week,
  type WeekFile,
  bytesByOf,
  dayMs,
  endAt,
  endOf,
  fewestLost,
  speedAt,
} from './week-scenario.ts';

/** A file that did not come. */
export interface Loss {
  file: WeekFile;
  /** `refusal`: answered with 403. `sleep`: the computer slept in the last hour. `bandwidth`: all others. */
  because: 'bandwidth' | 'sleep' | 'refusal';
  /** Ms before its end at which the forecast named it for good; null when it never did before the end. */
  aheadMs: number | null;
  /** Told by then, be it as forecast or as lost: ms after its end, or after waking where that is later. */
  noticedAfterMs: number;
}

export interface WeekResult {
  week: Week;
  losses: Loss[];
  fewest: number;
  /** Files the forecast named at some time although they came. */
  falseAlarms: number;
  requests: number;
  /** Bytes to fetch against what the line can bring in the week. */
  load: number;
}

const passMs = 15 * 60_000;
const relistMs = 60 * 60_000;
const tickMs = 60_000;
/** A file refused three times waits for the next listing each time. */
const refusalCostsMs = 3 * relistMs;

const settled = () => new Promise((resolve) => setImmediate(resolve));

export async function runWeek(week: Week): Promise<WeekResult> {
  const dir = await mkdtemp(join(tmpdir(), 'trackvault-week-'));
  try {
    return await runIn(dir, week);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function runIn(dir: string, week: Week): Promise<WeekResult> {
  const clock = createWeekClock();
  const host = createWeekHost(week, clock);
  clock.setSkew(week.skews[0]?.skewMs ?? 0);
  let measuredSkew: number | null = null;
  /** Since when the forecast names a file without a break, true time. */
  const namedSince = new Map<string, number>();
  const everNamed = new Set<string>();
  const lostAt = new Map<string, number>();
  /** Since when the queue says that a file failed or is lost, true time. */
  const failedAt = new Map<string, number>();
  const onEvent = (event: DownloadsEvent) => {
    const now = clock.trueNow();
    if (event.kind === 'bug') throw event.error;
    if (event.kind === 'changed' && event.download.state.kind === 'failed') {
      const { fileName, state } = event.download;
      if (!failedAt.has(fileName)) failedAt.set(fileName, now);
      if (state.lost) lostAt.set(fileName, now);
    }
    if (event.kind !== 'forecast') return;
    const { doomed, speed } = event.forecast;
    const isNothing = speed.from === 'nothing';
    const named = new Set(doomed.map(({ fileName }) => fileName));
    for (const name of namedSince.keys()) {
      if (!named.has(name) && !lostAt.has(name)) namedSince.delete(name);
    }
    for (const name of named) {
      if (!namedSince.has(name)) namedSince.set(name, now);
      if (!isNothing) everNamed.add(name);
    }
  };
  const recordings = Map.groupBy(week.files, ({ recording }) => recording);
  const freshLink = createFreshLink({
    realtimekit: {
      getRecording: (id) =>
        Promise.resolve(recordingOf(id, recordings.get(id) ?? [], host, clock.trueNow())),
    },
    clock,
    skewMs: () => measuredSkew,
  });
  const downloads = await createDownloads({
    library: {
      partPath: () => join(dir, 'part'),
      holds: ({ fileName }) => Promise.resolve(host.keptAt.has(fileName)),
      keep: () => Promise.reject(new Error('The host keeps by itself.')),
      tracks: () => Promise.resolve({ items: [], next: null }),
    },
    freshLink,
    renewal: freshLink.renewal,
    facts: () => Promise.reject(new Error('Nobody walks through files here.')),
    clock,
    queuePath: join(dir, 'queue.db'),
    skewMs: () => measuredSkew,
    heartbeatMs: 60_000,
    createFetch: host.createFetch,
    random: week.random,
    onEvent,
  });

  const listed = new Set<string>();
  let relistedAt = -Infinity;
  const list = async () => {
    const now = clock.trueNow();
    if (speedAt(week, now) === 0) return;
    measuredSkew = clock.serviceNow() - clock.now();
    const isWhole = now - relistedAt >= relistMs;
    if (isWhole) relistedAt = now;
    const news = week.files.filter(
      ({ name, listedAt, deletedAt }) =>
        listedAt <= now &&
        now < deletedAt &&
        (isWhole ? !host.keptAt.has(name) : !listed.has(name)),
    );
    for (const { name } of news) listed.add(name);
    await enqueue(downloads, freshLink.saw, host, news);
  };

  const script = [
    ...week.line.map(({ fromAt }) => fromAt),
    ...week.skews.map(({ fromAt }) => fromAt),
    ...week.sleeps.map(({ fromAt }) => fromAt),
  ].sort((a, b) => a - b);
  let scriptAt = 0;
  let nextPassAt = 0;
  const wokeAt: { at: number; wasAsleepFrom: number }[] = [];
  for (;;) {
    const now = clock.trueNow();
    const isPassDue = now >= nextPassAt;
    if (isPassDue) {
      nextPassAt = now + passMs;
      await list();
      await settled();
    }
    if (now >= endAt || (isPassDue && now > 7 * dayMs && hasEnded(downloads))) break;
    while ((script[scriptAt] ?? Infinity) <= now) scriptAt += 1;
    const at = Math.min(
      script[scriptAt] ?? Infinity,
      nextPassAt,
      clock.nextWake(),
      host.nextEvent(),
      now + tickMs,
    );
    const ms = Math.max(0.01, at - now);
    host.pass(ms);
    clock.pass(ms);
    const skew = week.skews.findLast(({ fromAt }) => fromAt <= clock.trueNow());
    clock.setSkew(skew?.skewMs ?? 0);
    await settled();
    const sleep = week.sleeps.find(
      ({ fromAt, untilAt }) => fromAt <= clock.trueNow() && clock.trueNow() < untilAt,
    );
    if (sleep === undefined) continue;
    if (sleep.isAnnounced) {
      downloads.suspend();
      await settled();
    }
    const from = clock.trueNow();
    host.slept();
    clock.sleepThrough(sleep.untilAt - from);
    host.setAway(clock.trueNow() + 5_000 + 25_000 * week.random());
    wokeAt.push({ at: clock.trueNow(), wasAsleepFrom: from });
    if (sleep.isAnnounced) downloads.wake();
    await settled();
  }
  await downloads.stop();

  const losses = week.files
    .filter(({ name }) => !host.keptAt.has(name))
    .map((file): Loss => {
      const end = endOf(week, file);
      const since = namedSince.get(file.name) ?? Infinity;
      const refusedAt = host.refusedAt.get(file.name) ?? -Infinity;
      const slept = wokeAt.find((wake) => wake.at > end - 3_600_000 && wake.wasAsleepFrom < end);
      const noticed = Math.min(since, failedAt.get(file.name) ?? Infinity);
      return {
        file,
        because:
          !Number.isFinite(file.refusals) || refusedAt > end - refusalCostsMs
            ? 'refusal'
            : slept !== undefined
              ? 'sleep'
              : 'bandwidth',
        aheadMs: since < end ? end - since : null,
        noticedAfterMs: Math.max(0, noticed - Math.max(end, slept?.at ?? 0)),
      };
    });
  const bytes = week.files.reduce((sum, file) => sum + file.bytes, 0);
  return {
    week,
    losses,
    fewest: fewestLost(week),
    falseAlarms: [...everNamed].filter((name) => host.keptAt.has(name)).length,
    requests: host.requests(),
    load: bytes / bytesByOf(week)(7 * dayMs),
  };
}

/** Nothing will come any more. */
function hasEnded(downloads: Downloads): boolean {
  return downloads.unfinished().every(({ state }) => state.kind === 'failed' && state.lost);
}

async function enqueue(
  downloads: Downloads,
  saw: ReturnType<typeof createFreshLink>['saw'],
  host: ReturnType<typeof createWeekHost>,
  files: readonly WeekFile[],
): Promise<void> {
  for (const [recording, ofOne] of Map.groupBy(files, (file) => file.recording)) {
    await downloads.enqueue(
      ofOne.map((file) => {
        const link = host.linkOf(file);
        const identity = {
          recordingId: RecordingId.parse(recording),
          layerName: 'default',
          fileName: file.name,
        };
        saw(identity, link);
        return {
          ...identity,
          deadlineAt: weekStart + file.deletedAt,
          expectedBytes: file.expectedBytes,
          link,
        };
      }),
    );
  }
}

function recordingOf(
  id: string,
  files: readonly WeekFile[],
  host: ReturnType<typeof createWeekHost>,
  now: number,
): VendorRecording | null {
  const there = files.filter(({ deletedAt }) => now < deletedAt);
  if (there.length === 0) return null;
  return {
    id,
    status: 'UPLOADED',
    statusText: 'UPLOADED',
    kind: 'track',
    meetingId: null,
    meetingTitle: null,
    sessionId: null,
    invokedAt: null,
    startedAt: null,
    stoppedAt: null,
    durationMs: null,
    linksExpireAt: null,
    outputFileName: null,
    errorText: null,
    startReason: null,
    stopReason: null,
    files: there.map((file) => ({
      layerName: 'default',
      fileName: file.name,
      customParticipantId: null,
      peerId: null,
      link: host.linkOf(file),
    })),
    problems: [],
    shape: 'layers',
    raw: {},
  };
}
