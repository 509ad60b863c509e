/** @file Main process. Looks after what is on its way: alarms before a deadline, losses, arrivals; tells each once. */
import type { Alarm, Forecast, LiveAlarm, LiveNow, Passage, RecordingId } from '#contract';
import { type AlarmMemory, alarmsOf, nextAlarmAt, remembered, untold } from './alarms.ts';
import type { Clock } from './clock.ts';
import type { News, Notices, Subject } from './notices.ts';

export interface Lookout {
  alarms(): Promise<Alarm[]>;
  /** A person has seen these. */
  seen(recordingIds: readonly RecordingId[]): Promise<void>;
  /** Something changed, the library is another one, the computer woke up: looks again soon. */
  look(): void;
  onForecast(forecast: Forecast): void;
  onLive(live: LiveNow): void;
  /** The nearest deadline of a file that is not here; null when there is none. */
  nearest(): { title: string | null; deadlineAt: number; files: number } | null;
  close(): void;
}

export interface LookoutWorld {
  /** What is on its way; empty while no library is open. */
  passages: () => Promise<readonly Passage[]>;
  memory: {
    get: () => readonly AlarmMemory[];
    set: (memory: AlarmMemory[]) => Promise<void>;
  };
  notices: Pick<Notices, 'add'>;
  /** Now by the service's clock, epoch ms: deadlines are its. */
  serviceNow: () => number;
  clock: Clock;
  /** The nearest deadline or a standing has changed. */
  onChange: () => void;
  onBug: (thrown: unknown) => void;
}

/** After a change, in ms: a pull changes many things at once. */
const settleMs = 2_000;
/** At least so often, in ms: a person or the network may set the clock. */
const longestMs = 10 * 60_000;
/** Told again when this long has passed and it is still so, in ms. */
const repeatMs = 6 * 3_600_000;

export function createLookout(world: LookoutWorld): Lookout {
  const { memory, notices, clock } = world;
  const lifetime = new AbortController();
  let passages: readonly Passage[] = [];
  /** How each stood when last looked at; null before the first look, which is no news. */
  let stood: Map<string, { done: boolean; lost: number }> | null = null;
  let resting = new AbortController();
  let looking = false;
  let again = false;
  /** It looks within `settleMs`: what changes until then does not put it off. */
  let soon = false;
  let doomed = { count: 0, toldAt: Number.NEGATIVE_INFINITY };
  /** Alarms of calls told already, until the same recording is listed without one. */
  const alarmed = new Map<RecordingId, LiveAlarm>();

  const now = () => world.serviceNow();

  const tell = (passage: Passage, news: News) => {
    notices.add(subjectOf(passage), news);
  };

  const compare = () => {
    const before = stood;
    stood = new Map(
      passages.map((passage) => [
        passage.recording.recordingId,
        { done: passage.standing === 'done', lost: passage.files.lost },
      ]),
    );
    if (before === null) return;
    for (const passage of passages) {
      const was = before.get(passage.recording.recordingId);
      const { files, standing } = passage;
      // Of another library, or listed just now: what became of it before is no news.
      if (was === undefined) continue;
      const lost = files.lost - was.lost;
      if (lost > 0) tell(passage, { kind: 'lost', files: lost });
      if (standing === 'done' && !was.done) {
        tell(passage, { kind: 'archived', files: files.verified });
      }
    }
  };

  const ring = async () => {
    const alarms = alarmsOf(passages, memory.get(), now());
    const due = untold(alarms, memory.get());
    for (const { recordingId, meetingId, title, files, deadlineAt } of due) {
      notices.add({ recordingId, meetingId, title }, { kind: 'deadline', files, deadlineAt });
    }
    const told = new Set<string>(due.map(({ recordingId }) => recordingId));
    const next = remembered(memory.get(), { passages, alarms }, 'told', told);
    // Written only when it says something else: this runs with every change.
    if (JSON.stringify(next) !== JSON.stringify(memory.get())) await memory.set(next);
  };

  const lookOnce = async (): Promise<void> => {
    passages = await world.passages();
    compare();
    await ring();
    world.onChange();
  };

  const run = () => {
    if (lifetime.signal.aborted) return;
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    soon = false;
    void lookOnce()
      .catch(world.onBug)
      .finally(() => {
        looking = false;
        const isDue = again;
        again = false;
        soon = isDue;
        const at = nextAlarmAt(passages, now());
        restFor(isDue ? settleMs : Math.min(longestMs, at === null ? longestMs : at - now()));
      });
  };

  const restFor = (ms: number) => {
    resting.abort();
    resting = new AbortController();
    const signal = AbortSignal.any([resting.signal, lifetime.signal]);
    clock.sleep(Math.max(settleMs, ms), signal).then(run, () => undefined);
  };

  return {
    alarms: async () => alarmsOf(await world.passages(), memory.get(), now()),
    async seen(recordingIds) {
      const listed = await world.passages();
      const alarms = alarmsOf(listed, memory.get(), now());
      const seen = new Set<string>(recordingIds);
      await memory.set(remembered(memory.get(), { passages: listed, alarms }, 'seen', seen));
    },
    look() {
      if (looking) again = true;
      else if (!soon) {
        soon = true;
        restFor(settleMs);
      }
    },
    onForecast({ doomed: files, doomedCount }) {
      const [first] = files;
      const isNews = doomedCount > doomed.count || clock.now() - doomed.toldAt > repeatMs;
      if (first === undefined) doomed = { count: 0, toldAt: Number.NEGATIVE_INFINITY };
      else if (isNews) {
        doomed = { count: doomedCount, toldAt: clock.now() };
        const { recordingId, title } = first;
        const meetingId =
          passages.find(({ recording }) => recording.recordingId === recordingId)?.recording
            .meetingId ?? null;
        notices.add(
          { recordingId, title, meetingId },
          { kind: 'doomed', files: doomedCount, firstAt: first.deadlineAt },
        );
      }
    },
    onLive({ meetings }) {
      for (const { meetingId, title, recordings } of meetings) {
        for (const { recordingId, alarm } of recordings) {
          if (alarm === null) alarmed.delete(recordingId);
          else if (alarmed.get(recordingId) !== alarm) {
            alarmed.set(recordingId, alarm);
            notices.add({ meetingId, recordingId, title }, { kind: alarm });
          }
        }
      }
    },
    nearest() {
      const [first] = passages
        .flatMap(({ recording, deadlineAt, files }) => {
          const missing = files.total - files.kept - files.lost;
          return deadlineAt === null || missing <= 0 || deadlineAt <= now()
            ? []
            : [{ title: recording.title, deadlineAt, files: missing }];
        })
        .sort((a, b) => a.deadlineAt - b.deadlineAt);
      return first ?? null;
    },
    close() {
      lifetime.abort();
    },
  };
}

function subjectOf({ recording }: Passage): Subject {
  const { recordingId, meetingId, title } = recording;
  return { recordingId, meetingId, title };
}
