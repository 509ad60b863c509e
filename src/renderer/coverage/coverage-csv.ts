/** @file Renderer. The ledger of coverage as CSV (RFC 4180), one line a connection. Pure. */
import type { Coverage } from '#contract';
import { reasonTexts } from './coverage-words.ts';

const columns = [
  'recording_id',
  'name',
  'name_from',
  'user_id',
  'custom_participant_id',
  'peer_id',
  'joined_at',
  'left_at',
  'state',
  'reason',
  'short_s',
  'files',
] as const;

/** Times are UTC in ISO 8601, lengths seconds; several files stand one below the other in their field. */
export function coverageCsv({ recordingId, rows }: Coverage): string {
  const lines = rows.flatMap(({ name, nameFrom, userId, customParticipantId, cells }) =>
    cells.map(({ peerId, joinedAt, leftAt, state, why, shortMs, files }) => [
      recordingId,
      name,
      nameFrom,
      userId,
      customParticipantId,
      peerId,
      isoText(joinedAt),
      isoText(leftAt),
      state,
      why === null ? '' : reasonTexts[why],
      state === 'short' ? String(Math.round(shortMs / 1000)) : '',
      files.map(({ fileName }) => fileName).join('\n'),
    ]),
  );
  return [columns, ...lines].map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

const isoText = (at: number | null): string => (at === null ? '' : new Date(at).toISOString());

/** Names come from anybody: what a spreadsheet would take for a formula is shown to it as text. */
function field(value: string | null): string {
  const text = value ?? '';
  const plain = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
