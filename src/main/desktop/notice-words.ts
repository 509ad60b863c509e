/** @file Main process, Electron edge. What the system's notes say: what happened, what is safe, the next step. Pure. */
import type { News, Notice } from '../notices.ts';

/** Title and text of a note. `timeText` writes a moment (epoch ms) as a person reads it. */
export function noticeWords(
  { subject, news }: Notice,
  timeText: (at: number) => string,
): { title: string; body: string } {
  return {
    title: subject.title ?? 'A recording without a title',
    body: news.map((each) => sentence(each, timeText)).join('\n'),
  };
}

const files = (count: number): string => (count === 1 ? '1 file' : `${String(count)} files`);

function sentence(news: News, timeText: (at: number) => string): string {
  switch (news.kind) {
    case 'records-an-empty-call':
      return 'The call is over, and it is still being recorded. Stop it, or its files may never come.';
    case 'never-started':
      return 'Recording was ordered ten minutes ago and has not begun. Look at it in Live.';
    case 'lost':
      return `${files(news.files)} can no longer be fetched. What is in the archive is safe.`;
    case 'doomed':
      return `At this speed ${files(news.files)} will be lost, the first on ${timeText(news.firstAt)}. It can still be changed: see Transfers.`;
    case 'deadline':
      return `${files(news.files)} not fetched yet; RealtimeKit deletes ${news.files === 1 ? 'it' : 'them'} on ${timeText(news.deadlineAt)}.`;
    case 'archived':
      return `${files(news.files)} archived and read back from disk.`;
  }
}
