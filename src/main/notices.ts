/** @file Main process. Notes of the system: the first of a meeting at once, further ones together after ten minutes. */
import type { MeetingId, RecordingId } from '#contract';
import type { Clock } from './clock.ts';

/** Something a person who looks elsewhere should know; times are epoch ms. */
export type News =
  | { kind: 'records-an-empty-call' }
  | { kind: 'never-started' }
  | { kind: 'lost'; files: number }
  /** At this speed these will not be here in time. */
  | { kind: 'doomed'; files: number; firstAt: number }
  | { kind: 'deadline'; files: number; deadlineAt: number }
  | { kind: 'archived'; files: number };

/** What it is about, and where a click leads. */
export interface Subject {
  meetingId: MeetingId | null;
  recordingId: RecordingId;
  title: string | null;
}

/** What is shown as one note: the gravest first. */
export interface Notice {
  subject: Subject;
  news: News[];
}

/** Between two notes about one meeting, in ms. */
export const noticeRestMs = 10 * 60_000;

const gravity: readonly News['kind'][] = [
  'records-an-empty-call',
  'lost',
  'doomed',
  'deadline',
  'never-started',
  'archived',
];

export interface Notices {
  add(subject: Subject, news: News): void;
}

/** @param ended nothing is shown after it is aborted */
export function createNotices(world: {
  clock: Clock;
  show: (notice: Notice) => void;
  ended: AbortSignal;
}): Notices {
  const { clock, show, ended } = world;
  const meetings = new Map<string, { shownAt: number; waiting: Notice | null }>();

  const showWaiting = (key: string) => {
    const meeting = meetings.get(key);
    if (meeting === undefined || ended.aborted) return;
    if (meeting.waiting === null) {
      // Long quiet: nothing of it need be remembered.
      meetings.delete(key);
      return;
    }
    const notice = meeting.waiting;
    meetings.set(key, { shownAt: clock.now(), waiting: null });
    show(notice);
    rest(key);
  };
  const rest = (key: string) => {
    clock.sleep(noticeRestMs, ended).then(
      () => {
        showWaiting(key);
      },
      () => undefined,
    );
  };

  return {
    add(subject, news) {
      if (ended.aborted) return;
      const key = subject.meetingId ?? subject.recordingId;
      const meeting = meetings.get(key);
      if (meeting === undefined) {
        meetings.set(key, { shownAt: clock.now(), waiting: null });
        show({ subject, news: [news] });
        rest(key);
        return;
      }
      meeting.waiting = joined(meeting.waiting, subject, news);
    },
  };
}

/** One of each kind, the latest; counts of files add up where each tells of others. */
function joined(waiting: Notice | null, subject: Subject, news: News): Notice {
  const others = (waiting?.news ?? []).filter(({ kind }) => kind !== news.kind);
  const same = waiting?.news.find(({ kind }) => kind === news.kind);
  const merged =
    same !== undefined && addsUp(same) && addsUp(news)
      ? { ...news, files: same.files + news.files }
      : news;
  const sorted = [...others, merged].sort(
    (a, b) => gravity.indexOf(a.kind) - gravity.indexOf(b.kind),
  );
  return { subject: sorted[0] === merged ? subject : (waiting?.subject ?? subject), news: sorted };
}

function addsUp(news: News): news is Extract<News, { kind: 'lost' | 'archived' }> {
  return news.kind === 'lost' || news.kind === 'archived';
}
