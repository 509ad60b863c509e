/** @file Command line. The control room without a window: what goes on now, start, stop, and stay to watch. */
import { randomUUID } from 'node:crypto';
import {
  Failure,
  type LiveMeeting,
  type LiveRecording,
  type MeetingId,
  type Preflight,
  type RecordingId,
  type Whom,
} from '#contract';
import type { Clock } from '../clock.ts';
import { type Recorder, startedElsewhere } from '../recorder/index.ts';
import type { Live, LiveSight } from '../sync/index.ts';
import type { Output } from './output.ts';
import { duration } from './output.ts';
import { isoOrNull } from './rows.ts';
import { type ExitCode, exitCodes, inWords } from './words.ts';

/** What a look into the room needs. */
export interface Room {
  live: Live;
  recorder: Recorder;
  clock: Clock;
  signal: AbortSignal;
}

/** One look: calls that go on, who is in them, what is recorded. */
export async function live(
  room: Room,
  own: { people: boolean },
  output: Output,
): Promise<ExitCode> {
  const meetings = await look(room, own.people);
  const now = room.clock.now();
  if (output.json) {
    for (const meeting of meetings) await output.value(meetingRow(meeting));
    return exitCodes.done;
  }
  if (meetings.length === 0) await output.line('Nobody is in a call now, and nothing records.');
  else
    await output.table(
      head,
      meetings.map((meeting) => cellsOf(meeting, now)),
    );
  for (const { title, meetingId, people } of own.people ? meetings : []) {
    for (const person of people ?? []) {
      await output.line(
        `${title ?? meetingId}: ${person.name ?? '?'} ${person.userId ?? person.customParticipantId ?? ''}`,
      );
    }
  }
  return exitCodes.done;
}

/** @throws Failure when the service could not be asked */
async function look({ live, recorder }: Room, withPeople: boolean): Promise<LiveMeeting[]> {
  live.watch({ watching: true, opened: [] });
  await live.refresh();
  if (withPeople) {
    const opened = live.now().meetings.map(({ meetingId }) => meetingId);
    live.watch({ watching: true, opened });
    await live.refresh();
  }
  return withOrigins(live.now(), recorder);
}

async function withOrigins(sight: LiveSight, recorder: Recorder): Promise<LiveMeeting[]> {
  const { failure, meetings } = sight;
  if (failure !== null) {
    throw new Failure(failure.code, failure.message, { retryAt: failure.retryAt });
  }
  const origins = await recorder.originsOf(meetings.flatMap(({ recordings }) => recordings));
  return meetings.map((meeting) => ({
    ...meeting,
    recordings: meeting.recordings.map((recording) => ({
      ...recording,
      ...(origins.get(recording.recordingId) ?? startedElsewhere),
    })),
  }));
}

const meetingRow = (meeting: LiveMeeting) => ({
  ...meeting,
  startedAt: isoOrNull(meeting.startedAt),
  endedAt: isoOrNull(meeting.endedAt),
  people:
    meeting.people?.map((person) => ({ ...person, joinedAt: isoOrNull(person.joinedAt) })) ?? null,
  recordings: meeting.recordings.map((recording) => ({
    ...recording,
    invokedAt: isoOrNull(recording.invokedAt),
    startedAt: isoOrNull(recording.startedAt),
    stoppingSince: isoOrNull(recording.stoppingSince),
  })),
});

const head = ['MEETING', 'TITLE', 'SINCE', 'PEOPLE', 'RECORDING', 'WHO IS RECORDED'];

function cellsOf(meeting: LiveMeeting, now: number): string[] {
  const [recording] = meeting.recordings;
  return [
    meeting.meetingId,
    meeting.title ?? '–',
    meeting.startedAt === null ? '–' : duration(now - meeting.startedAt),
    meeting.peopleCount === null ? '?' : String(meeting.peopleCount),
    recording === undefined ? '–' : recordingText(recording),
    recording === undefined ? '' : takenText(recording),
  ];
}

function recordingText({ status, stoppingSince, alarm }: LiveRecording): string {
  if (alarm === 'records-an-empty-call') return 'STILL RECORDING, the call is over: stop it';
  if (alarm === 'never-started') return 'ordered, never began';
  return stoppingSince === null ? status : 'stopping';
}

function takenText({ origin, taken }: LiveRecording): string {
  switch (taken.kind) {
    case 'everyone':
      return 'everyone';
    case 'chosen':
      return `${String(taken.userIds.length)} chosen`;
    case 'unknown':
      return origin === 'elsewhere' ? 'started elsewhere: not known' : 'not known';
  }
}

export interface StartWish {
  meetingId: MeetingId;
  whom: Whom;
  prefix: string;
  note: string;
  /** The people were told; without it nothing is ordered. */
  told: boolean;
  dryRun: boolean;
}

/** @throws Failure as `Recorder.start`; `input.invalid` without the statement that people were told */
export async function start(
  { recorder }: Pick<Room, 'recorder'>,
  wish: StartWish,
  output: Output,
): Promise<ExitCode> {
  const { meetingId, whom, prefix, note, told, dryRun } = wish;
  if (dryRun) return report(await recorder.preflight(meetingId, whom, prefix), output);
  if (!told) {
    throw new Failure(
      'input.invalid',
      'Say with --told that the people in the call were told that they are recorded.',
    );
  }
  const answer = await recorder.start({
    orderId: randomUUID(),
    meetingId,
    whom,
    prefix,
    consent: { told: true, note },
  });
  if (output.json) await output.value(answer);
  else if (answer.how === 'adopted') {
    await output.line(
      `${answer.recordingId} runs. The answer to the order was lost; the recording was found.`,
    );
  } else await output.line(`${answer.recordingId} was started.`);
  return exitCodes.done;
}

async function report(preflight: Preflight, output: Output): Promise<ExitCode> {
  if (output.json) await output.value(preflight);
  else {
    await output.table(
      ['CHECK', 'STATE', 'WHY'],
      preflight.checks.map(({ what, state, why, about }) => [
        what,
        state,
        [why ?? '', ...about].join(' ').trim(),
      ]),
    );
    await output.line(preflight.mayStart ? 'It may be started.' : 'It cannot be started.');
  }
  return preflight.mayStart ? exitCodes.done : exitCodes.failed;
}

/** Between two looks whether it has stopped, and for how long it is looked, in ms. */
const confirm = { everyMs: 2_000, forMs: 60_000 };

/**
 * Stops these and, unless told otherwise, stays until a read confirms it. One that cannot be stopped
 * keeps no other from it.
 * @throws Failure of the first that could not be stopped, after the others
 */
export async function stop(
  room: Room,
  recordingIds: readonly RecordingId[],
  own: { wait: boolean },
  output: Output,
): Promise<ExitCode> {
  const sent: RecordingId[] = [];
  const failures: unknown[] = [];
  for (const recordingId of recordingIds) {
    try {
      await room.recorder.stop(recordingId);
      sent.push(recordingId);
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  const isConfirmed = own.wait && sent.length > 0 ? await waitUntilStopped(room, sent) : null;
  for (const recordingId of sent) {
    if (output.json) await output.value({ recordingId, confirmed: isConfirmed });
    else {
      await output.line(
        isConfirmed === true
          ? `${recordingId} has stopped; its files follow.`
          : `${recordingId}: the stop was sent${isConfirmed === null ? '' : ', and no read has confirmed it yet'}.`,
      );
    }
  }
  if (failures.length > 0) throw failures[0];
  return isConfirmed === false ? exitCodes.failed : exitCodes.done;
}

async function waitUntilStopped(
  room: Room,
  recordingIds: readonly RecordingId[],
): Promise<boolean> {
  const wanted = new Set<string>(recordingIds);
  const until = room.clock.now() + confirm.forMs;
  for (;;) {
    const running = (await look(room, false)).flatMap(({ recordings }) => recordings);
    if (!running.some(({ recordingId }) => wanted.has(recordingId))) return true;
    if (room.clock.now() > until) return false;
    await room.clock.sleep(confirm.everyMs, room.signal);
  }
}

/** Between two looks of `watch`, in ms: the poller itself decides when it asks. */
const watchEveryMs = 2_000;

/** Stays and says what changes, one line a change, until it is interrupted. */
export async function watch(room: Room, output: Output): Promise<ExitCode> {
  room.live.watch({ watching: true, opened: [] });
  let before = new Map<string, string>();
  let failed = '';
  while (!room.signal.aborted) {
    const sight = room.live.now();
    const failure = sight.failure?.code ?? '';
    if (failure !== failed && sight.failure !== null) output.say(inWords(sight.failure));
    failed = failure;
    if (sight.readAt !== null && sight.failure === null) {
      const meetings = await withOrigins(sight, room.recorder);
      const now = new Map<string, string>();
      for (const meeting of meetings) {
        const text = summary(meeting);
        now.set(meeting.meetingId, text);
        if (before.get(meeting.meetingId) === text) continue;
        if (output.json) await output.value(meetingRow(meeting));
        else await output.line(line(room.clock.now(), text));
      }
      for (const [meetingId, said] of before) {
        if (now.has(meetingId)) continue;
        if (output.json) await output.value({ meetingId, call: 'over', recordings: [] });
        else await output.line(line(room.clock.now(), `${said}; is over`));
      }
      before = now;
    }
    await room.clock.sleep(watchEveryMs, room.signal).catch(() => undefined);
  }
  return exitCodes.done;
}

const line = (at: number, text: string): string => `${isoOrNull(at)?.slice(0, 19) ?? ''}Z ${text}`;

function summary(meeting: LiveMeeting): string {
  const { title, meetingId, call, peopleCount, recordings } = meeting;
  const people = peopleCount === null ? '' : `, ${String(peopleCount)} people`;
  const texts = recordings.map(
    (recording) =>
      `; ${recording.recordingId} ${recordingText(recording)} (${takenText(recording)})`,
  );
  return `${title ?? meetingId}: ${call}${people}${texts.join('')}`;
}
