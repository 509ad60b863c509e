/** @file Renderer. What a person who does not see the list must hear of it: recordings that began or ended, and alarms. Pure. */
import type { LiveMeeting, LiveNow, LiveRecording } from '#contract';
import { untitled } from '../screens/meeting-words.ts';

interface Place {
  readonly title: string;
  readonly recording: LiveRecording;
}

const placesOf = (meetings: readonly LiveMeeting[]): Map<string, Place> =>
  new Map(
    meetings.flatMap(({ title, recordings }) =>
      recordings.map((recording) => [
        recording.recordingId,
        { title: title ?? untitled, recording },
      ]),
    ),
  );

/** More than this at once is no longer listened to. */
const most = 3;

/**
 * Sentences, the alarms first. Nothing for the first list, nor when one of the two could not be read:
 * what was going on already is no news.
 */
export function newsBetween(before: LiveNow, after: LiveNow): string[] {
  if (before.readAt === null || after.state !== 'known') return [];
  const was = placesOf(before.meetings);
  const is = placesOf(after.meetings);
  const alarms: string[] = [];
  const changes: string[] = [];
  for (const [id, { title, recording }] of is) {
    const earlier = was.get(id)?.recording;
    if (recording.alarm !== null && earlier?.alarm !== recording.alarm) {
      alarms.push(
        recording.alarm === 'records-an-empty-call'
          ? `Alarm: ${title} is over and still records.`
          : `Alarm: the recording of ${title} has not begun.`,
      );
    } else if (recording.status === 'RECORDING' && earlier?.status !== 'RECORDING') {
      changes.push(
        earlier?.status === 'PAUSED'
          ? `The recording of ${title} goes on.`
          : `${title} is being recorded.`,
      );
    } else if (recording.status === 'PAUSED' && earlier?.status === 'RECORDING') {
      changes.push(`The recording of ${title} is paused.`);
    }
  }
  for (const [id, { title }] of was) {
    if (!is.has(id)) changes.push(`The recording of ${title} has ended.`);
  }
  return [...alarms, ...changes].slice(0, most);
}
