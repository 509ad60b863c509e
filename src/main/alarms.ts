/** @file Main process. Files with a deadline that are not here: told at 48, 12 and 1 hour before it, once each, whatever slept or was restarted. Pure. */
import { type Alarm, type Passage, alarmHours } from '#contract';

const hourMs = 3_600_000;

/** What was told and seen of one recording, kept in the profile. */
export interface AlarmMemory {
  recordingId: string;
  /** The nearest of the three times a note was shown for; null: none yet. */
  toldHours: number | null;
  /** The nearest a person has seen in the window. */
  seenHours: number | null;
}

/** The nearest deadline first. `now` is epoch ms by the service's clock. */
export function alarmsOf(
  passages: readonly Passage[],
  memory: readonly AlarmMemory[],
  now: number,
): Alarm[] {
  const known = new Map(memory.map((each) => [each.recordingId, each]));
  return passages
    .flatMap((passage): Alarm[] => {
      const { recording, deadlineAt, files } = passage;
      const missing = files.total - files.kept - files.lost;
      if (deadlineAt === null || deadlineAt <= now || missing <= 0) return [];
      const hours = alarmHours.findLast((each) => deadlineAt - now <= each * hourMs);
      if (hours === undefined) return [];
      const { recordingId, meetingId, title } = recording;
      const seenHours = known.get(recordingId)?.seenHours ?? null;
      const seen = seenHours !== null && seenHours <= hours;
      return [{ recordingId, meetingId, title, hours, files: missing, deadlineAt, seen }];
    })
    .sort((a, b) => a.deadlineAt - b.deadlineAt);
}

/** Those of which nobody was told at their present time yet. */
export function untold(alarms: readonly Alarm[], memory: readonly AlarmMemory[]): Alarm[] {
  const known = new Map(memory.map((each) => [each.recordingId, each]));
  return alarms.filter(({ recordingId, hours }) => {
    const told = known.get(recordingId)?.toldHours ?? null;
    return told === null || told > hours;
  });
}

/** Of other libraries, or of one that is not open now; the oldest go first. */
const elsewhereAtMost = 500;

/** The memory after some were told or seen; what is listed and has no alarm any more is forgotten. */
export function remembered(
  memory: readonly AlarmMemory[],
  now: { passages: readonly Passage[]; alarms: readonly Alarm[] },
  what: 'told' | 'seen',
  recordingIds: ReadonlySet<string>,
): AlarmMemory[] {
  const known = new Map(memory.map((each) => [each.recordingId, each]));
  const listed = new Set<string>(now.passages.map(({ recording }) => recording.recordingId));
  const elsewhere = memory.filter((each) => !listed.has(each.recordingId));
  const here = now.alarms.flatMap(({ recordingId, hours }) => {
    const before = known.get(recordingId) ?? { recordingId, toldHours: null, seenHours: null };
    if (!recordingIds.has(recordingId)) {
      return before.toldHours === null && before.seenHours === null ? [] : [before];
    }
    return [what === 'told' ? { ...before, toldHours: hours } : { ...before, seenHours: hours }];
  });
  return [...elsewhere.slice(-elsewhereAtMost), ...here];
}

/** When the next alarm begins, epoch ms; null when none is ahead. */
export function nextAlarmAt(passages: readonly Passage[], now: number): number | null {
  const times = passages.flatMap(({ deadlineAt, files }) => {
    if (deadlineAt === null || files.total - files.kept - files.lost <= 0) return [];
    return alarmHours.map((hours) => deadlineAt - hours * hourMs).filter((at) => at > now);
  });
  return times.length === 0 ? null : Math.min(...times);
}
