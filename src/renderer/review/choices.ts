/** @file Renderer. The recordings of one meeting as choices: when, how long, how many, what became of them. Pure. */
import type { Recording, RecordingId } from '#contract';
import { clockText, dayText, durationText, elide, plural } from '../parts/format.ts';
import { recordingWords } from '../screens/state-words.ts';

export interface Choice {
  value: RecordingId;
  text: string;
  detail: string;
}

/** In the order given. The session is said where one meeting had several. */
export function choicesOf(recordings: readonly Recording[]): Choice[] {
  const sessions = new Set(recordings.map(({ sessionId }) => sessionId));
  return recordings.map((recording) => {
    const { recordingId, sessionId, lengthMs, trackCount } = recording;
    const at = recording.startedAt ?? recording.invokedAt;
    const facts = [
      recordingWords(recording).text,
      lengthMs === null ? null : durationText(lengthMs),
      plural(trackCount, 'track'),
      sessions.size > 1 && sessionId !== null ? `session ${elide(sessionId, 6, 4)}` : null,
    ];
    return {
      value: recordingId,
      text: at === null ? 'Unknown time' : `${dayText(at)}, ${clockText(at)}`,
      detail: facts.filter((fact) => fact !== null).join(' · '),
    };
  });
}
