/** @file Renderer. The life of one recording as lines: what happened, when, how it is known, what is still to come. Pure. */
import type { Recording, TimelineMark } from '#contract';
import { agoText, clockSecondsText, leftText, lengthWords, nearDayText } from '../parts/format.ts';

export interface TimelineLine {
  name: string;
  /** The service's own word, where it is one. */
  word: string | null;
  /** `Today, 14:02:11`; empty while it has not happened. */
  at: string;
  /** `12 min ago`, `3 d 4 h left`. */
  age: string;
  /** Between the line before and this one: `after 31 min`; empty where that says nothing. */
  after: string;
  /** How the time is known, when it is not the time at which it happened. */
  note: string;
  standing: 'past' | 'last' | 'ahead' | 'bad';
}

const names: Record<Exclude<TimelineMark['what'], 'other'>, string> = {
  invoked: 'Invoked',
  started: 'Recording',
  paused: 'Paused',
  stopped: 'Uploading',
  uploaded: 'Uploaded',
  errored: 'Failed there',
  'first-file': 'First file here',
  kept: 'All files here',
  verified: 'Verified on disk',
  sealed: 'Sealed',
  lost: 'Files lost',
  deadline: 'Deleted by the service',
};

const bad: ReadonlySet<TimelineMark['what']> = new Set(['errored', 'lost']);

/** `now` is epoch ms. */
export function timelineLines(marks: readonly TimelineMark[], now: number): TimelineLine[] {
  // `now` moves on twice a minute: what has just happened is not ahead.
  const isAhead = ({ what, at }: TimelineMark) => at === null || (what === 'deadline' && at > now);
  const last = marks.findLast((mark) => !isAhead(mark));
  return marks.map((mark, index) => {
    const { what, word, at } = mark;
    const before = marks[index - 1];
    const gapMs = at === null || before?.at == null ? 0 : at - before.at;
    return {
      name: what === 'other' ? (word ?? 'Unknown') : names[what],
      word: what === 'other' ? null : word,
      at: at === null ? '' : `${nearDayText(at, now)}, ${clockSecondsText(at)}`,
      age:
        at === null
          ? ''
          : isAhead(mark)
            ? `${leftText(at, now)} left`
            : agoText(Math.min(at, now), now),
      after:
        isAhead(mark) || mark.from === 'seen' || gapMs < 1_000 ? '' : `after ${lengthWords(gapMs)}`,
      note: noteOf(mark),
      standing: isAhead(mark)
        ? 'ahead'
        : bad.has(what) || what === 'deadline'
          ? 'bad'
          : mark === last
            ? 'last'
            : 'past',
    };
  });
}

function noteOf({ what, from }: TimelineMark): string {
  if (from === 'seen') return 'seen then; it happened some time before';
  if (what === 'other') return 'a word of the service that Trackvault does not know';
  return what === 'deadline' ? 'what is not here by then is gone' : '';
}

/** What the service alone has told of a recording that is no longer followed. */
export function toldTimeline(recording: Recording, now: number): TimelineMark[] {
  const { invokedAt, startedAt, stoppedAt, deadlineAt, absent } = recording;
  const waits = absent.some(({ state }) => state === 'pending');
  const told = [
    { what: 'invoked', at: invokedAt },
    { what: 'started', at: startedAt },
    { what: 'stopped', at: stoppedAt },
    { what: 'deadline', at: waits && deadlineAt !== null && deadlineAt > now ? deadlineAt : null },
  ] as const;
  return told.flatMap(({ what, at }) =>
    at === null ? [] : [{ what, word: null, at, from: 'service' as const }],
  );
}
