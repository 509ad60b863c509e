/** @file Main process, Electron edge. Shows the system's notes; a click leads to what they are about. */
import { Notification } from 'electron';
import { writeDeepLink } from '#contract';
import type { Notice } from '../notices.ts';
import { noticeWords } from './notice-words.ts';

/** Some systems show none, and some take them away with the object that made them. */
const shown = new Set<Notification>();

/** @param open shows the window at an address, or just the window */
export function showNotice(
  notice: Notice,
  icon: string,
  timeText: (at: number) => string,
  open: (address: string | null) => void,
): void {
  if (!Notification.isSupported()) return;
  const { meetingId, recordingId } = notice.subject;
  const note = new Notification({ ...noticeWords(notice, timeText), icon });
  const forget = () => {
    shown.delete(note);
  };
  note.on('click', () => {
    forget();
    open(meetingId === null ? null : writeDeepLink({ meetingId, recordingId, at: null }));
  });
  note.on('close', forget);
  note.on('failed', forget);
  shown.add(note);
  note.show();
}
