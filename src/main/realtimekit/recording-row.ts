/** @file Main process. The vendor's recording object as our noun: kind, state, times, files (contract 8.1). */
import { z } from 'zod';

import { Id, reader, Text, Time, type ReadRow } from './answers.ts';
import { fileBehindAddress, readDownloadOffer, type DownloadOffer } from './download-offer.ts';
import { safeJson, safeText } from './safe-text.ts';
import {
  recordingStatuses,
  type RecordingKind,
  type RecordingStatus,
  type VendorRecording,
} from './vendor.ts';

const Seconds = z.coerce.number().nonnegative().nullable().catch(null);
const Meeting = z.object({ id: Text, title: Text }).catch({ id: null, title: null });
/** An object with `reason`, or a plain text, even one in another language's spelling. */
const Reason = z
  .union([z.string().min(1), z.object({ reason: z.string().min(1) }).transform((o) => o.reason)])
  .transform((text) => safeText(text))
  .nullable()
  .catch(null);

const RecordingRow = z.object({
  id: Id,
  status: z.string().min(1),
  type: Text,
  meeting_id: Text,
  meeting: Meeting,
  session_id: Text,
  invoked_time: Time,
  started_time: Time,
  stopped_time: Time,
  recording_duration: Seconds,
  output_file_name: Text,
  download_url: z.unknown().optional(),
  download_url_expiry: Time,
  err_message: Text,
  errMessage: Text,
  start_reason: Reason,
  stop_reason: Reason,
});
type RecordingRow = z.output<typeof RecordingRow>;

/** Reads one recording; `apiIsLoopback` decides whether plain http links count. */
export function readRecording(apiIsLoopback: boolean): ReadRow<VendorRecording> {
  return reader(RecordingRow, (row, value): VendorRecording => {
    const linksExpireAt = row.download_url_expiry;
    const context = { linksExpireAt, apiIsLoopback };
    const offered = readDownloadOffer(row.download_url, context);
    const kind = kindOf(row, offered);
    const offer =
      kind !== 'composite' && offered.shape === 'address' && typeof row.download_url === 'string'
        ? fileBehindAddress(row.download_url, context)
        : offered;
    const errorText = row.err_message ?? row.errMessage;
    return {
      id: row.id,
      status: statusOf(row.status),
      statusText: row.status,
      kind,
      meetingId: row.meeting_id ?? row.meeting.id,
      meetingTitle: row.meeting.title,
      sessionId: row.session_id,
      invokedAt: row.invoked_time,
      startedAt: row.started_time,
      stoppedAt: row.stopped_time,
      durationMs: row.recording_duration === null ? null : row.recording_duration * 1000,
      linksExpireAt,
      outputFileName: row.output_file_name,
      errorText: errorText === null ? null : safeText(errorText),
      startReason: row.start_reason,
      stopReason: row.stop_reason,
      files: offer.files,
      problems: offer.problems,
      shape: offer.shape,
      raw: safeJson(value),
    };
  });
}

function statusOf(word: string): RecordingStatus {
  return recordingStatuses.find((known) => known === word) ?? 'unknown';
}

/**
 * Contract 8.1: any certain sign makes it a track recording; a plain address makes it composite;
 * `.webm` alone is not enough, for composites in VP8 end so too. Without any clue the question
 * stays open, since calling it composite would mean never looking at it again.
 */
function kindOf(row: RecordingRow, offer: DownloadOffer): RecordingKind {
  const name = row.output_file_name ?? '';
  const holdsLayers = !['none', 'address', 'not-understood'].includes(offer.shape);
  const isListOrObject = typeof row.download_url === 'object' && row.download_url !== null;
  if (row.type?.toUpperCase() === 'TRACK' || holdsLayers || isListOrObject) return 'track';
  if (/\{\{\s*user_id\s*\}\}/.test(name)) return 'track';
  if (offer.shape === 'address') return 'composite';
  return name === '' || /\.webm$/i.test(name) ? 'probably-track' : 'composite';
}
