/** @file Command line. What should be here of a recording or of a meeting's recordings against what is, person by person. */
import {
  type Coverage,
  type CoverageCell,
  type CoverageReason,
  type CoverageRow,
  type CoverageState,
  MeetingId,
  RecordingId,
} from '#contract';
import { coverageOfRecording } from '../coverage.ts';
import type { Library } from '../library/index.ts';
import { allOf, idOf } from './archive-commands.ts';
import { type Output, duration } from './output.ts';
import { isoOrNull } from './rows.ts';
import { type ExitCode, exitCodes } from './words.ts';

const states: Record<CoverageState, string> = {
  received: 'received',
  short: 'short',
  pending: 'pending',
  'not-recorded-by-choice': 'not recorded by choice',
  outside: 'not there meanwhile',
  missing: 'MISSING',
  extra: 'extra',
};

const reasons: Record<CoverageReason, string> = {
  'service-still-works': 'the service has not finished',
  'file-not-fetched-yet': 'listed and not fetched yet',
  'file-lost': 'the file can no longer be fetched',
  'recording-errored': 'the recording failed at the service',
  'recording-gone': 'the service no longer knows the recording',
  'finished-without-files': 'the service finished without any file',
  'ordered-by-custom-id': 'ordered by a custom id: the service records nobody then',
  'left-before-it-began': 'left before it began',
  'joined-after-it-ended': 'joined after it ended',
  'selection-unknown': 'started elsewhere: who was chosen is not known',
  unknown: 'no reason known: never unmuted, or an old SDK in the call',
  'nobody-known': 'of nobody who is known to have been in the call',
};

/** @throws Failure `recording.unknown` for an id of neither a recording nor a meeting */
export async function coverage(
  library: Library,
  id: string,
  now: number,
  output: Output,
): Promise<ExitCode> {
  const recordingIds = await recordingsOf(library, id);
  let isWhole = true;
  for (const recordingId of recordingIds) {
    const found = await coverageOfRecording(library, () => null, recordingId, now);
    isWhole &&= found.counts.missing + found.counts.short === 0;
    if (output.json) await output.value(coverageRow(found));
    else await write(found, output);
  }
  return isWhole ? exitCodes.done : exitCodes.failed;
}

/** The recording itself, or all of the meeting. */
async function recordingsOf(library: Library, id: string): Promise<RecordingId[]> {
  const own = idOf(RecordingId, id);
  const found: RecordingId[] = [];
  if ((await library.recording(own)) === null) {
    const meetingId = idOf(MeetingId, id);
    for await (const { recordingId, kind } of allOf((after) =>
      library.recordings({ meetingId, after }),
    )) {
      if (kind !== 'composite') found.push(recordingId);
    }
  }
  // Of neither: the recording's own refusal says so.
  return found.length === 0 ? [own] : found;
}

const coverageRow = (found: Coverage) => ({
  ...found,
  order: found.order === null ? null : { ...found.order, at: isoOrNull(found.order.at) },
  rows: found.rows.map((row) => ({
    ...row,
    cells: row.cells.map((cell) => ({
      ...cell,
      joinedAt: isoOrNull(cell.joinedAt),
      leftAt: isoOrNull(cell.leftAt),
    })),
  })),
  observedAt: isoOrNull(found.observedAt),
});

async function write(found: Coverage, output: Output): Promise<void> {
  await output.line(`${found.recordingId}: ${takenText(found)}`);
  await output.table(
    ['PERSON', 'USER ID', 'CONNECTION', 'JOINED (UTC)', 'LEFT (UTC)', 'STATE', 'WHY'],
    found.rows.flatMap((row) => row.cells.map((cell) => cellsOf(row, cell))),
  );
  const counts = Object.entries(found.counts).filter(([, count]) => count > 0);
  await output.line(counts.map(([state, count]) => `${String(count)} ${state}`).join(', '));
}

function takenText({ taken, order }: Coverage): string {
  switch (taken.kind) {
    case 'everyone':
      return 'everyone was to be recorded';
    case 'chosen':
      return `${String(taken.userIds.length)} chosen people, ordered by ${order?.by ?? 'us'}`;
    case 'unknown':
      return 'started elsewhere: who was chosen is not known';
  }
}

function cellsOf(row: CoverageRow, cell: CoverageCell): string[] {
  const short = cell.state === 'short' ? ` by ${duration(cell.shortMs)}` : '';
  return [
    row.name ?? '?',
    row.userId ?? row.customParticipantId ?? '–',
    cell.peerId ?? '–',
    timeOfDay(cell.joinedAt),
    timeOfDay(cell.leftAt),
    `${states[cell.state]}${short}`,
    cell.why === null ? '' : reasons[cell.why],
  ];
}

const timeOfDay = (at: number | null): string =>
  isoOrNull(at)?.slice(0, 19).replace('T', ' ') ?? '–';
