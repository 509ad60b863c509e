/** @file Index. Tracks: row, value, queries. */
import { z } from 'zod';
import {
  type Candidate,
  Evidence,
  Hole,
  MediaState,
  MeetingId,
  Reading,
  RecordingId,
  SessionId,
  Speaker,
  TrackId,
  TrackState,
  type Track,
} from '#contract';
import type { Concluded } from '../conclude.ts';
import type { FileIdentity, Page, TrackQuery } from '../types.ts';
import type { Catalogue } from './database.ts';
import { jsonColumn, searchKey, toJson } from './json-text.ts';
import { cursorOf, pageOf, readCursor, type Loose } from './paging.ts';

const NullableText = z.string().nullable();

const Row = z.object({
  track_id: TrackId,
  recording_id: RecordingId,
  meeting_id: MeetingId.nullable(),
  session_id: SessionId.nullable(),
  layer_json: jsonColumn(z.string()),
  file_json: jsonColumn(z.string()),
  path: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  reading: Reading,
  prefix_json: jsonColumn(NullableText),
  user_id_json: jsonColumn(NullableText),
  peer_id_json: jsonColumn(NullableText),
  stream_kind: NullableText,
  media_kind: NullableText,
  track_stamp: NullableText,
  flags_json: jsonColumn(z.array(z.string())),
  evidence_json: jsonColumn(z.array(Evidence)),
  custom_id_json: jsonColumn(NullableText),
  speaker_json: jsonColumn(Speaker.nullable()),
  started_at: z.number().nullable(),
  sort_at: z.number(),
  duration_ms: z.number().nullable(),
  holes_json: jsonColumn(z.array(Hole)),
  media_json: jsonColumn(MediaState),
  imported_from_json: jsonColumn(NullableText),
  state: TrackState,
  verified_at: z.number().nullable(),
});
type Row = z.infer<typeof Row>;

const CandidateRow = z.object({
  prefix_json: jsonColumn(z.string()),
  user_id_json: jsonColumn(z.string()),
  peer_id_json: jsonColumn(z.string()),
  reasons_json: jsonColumn(z.array(z.string())),
});

function toTrack(catalogue: Catalogue, row: Row): Track {
  return {
    trackId: row.track_id,
    recordingId: row.recording_id,
    meetingId: row.meeting_id,
    sessionId: row.session_id,
    layerName: row.layer_json,
    fileName: row.file_json,
    path: row.path,
    bytes: row.bytes,
    sha256: row.sha256,
    reading: row.reading,
    prefix: row.prefix_json,
    userId: row.user_id_json,
    peerId: row.peer_id_json,
    streamKind: row.stream_kind,
    mediaKind: row.media_kind,
    trackStamp: row.track_stamp,
    candidates: row.reading === 'ambiguous' ? readCandidates(catalogue, row.track_id) : [],
    flags: row.flags_json,
    evidence: row.evidence_json,
    customParticipantId: row.custom_id_json,
    speaker: row.speaker_json,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    holes: row.holes_json,
    media: row.media_json,
    importedFrom: row.imported_from_json,
    state: row.state,
    verifiedAt: row.verified_at,
  };
}

function readCandidates(catalogue: Catalogue, trackId: string): Candidate[] {
  return z
    .array(CandidateRow)
    .parse(
      catalogue
        .sql(
          `SELECT prefix_json, user_id_json, peer_id_json, reasons_json FROM candidates
           WHERE track_id = ? ORDER BY rank`,
        )
        .all(trackId),
    )
    .map((row) => ({
      prefix: row.prefix_json,
      userId: row.user_id_json,
      peerId: row.peer_id_json,
      reasons: row.reasons_json,
    }));
}

/** Puts the tracks of a recording in place of those that were there. */
export function writeTracks(catalogue: Catalogue, concluded: Concluded): void {
  const { recording, meetingKey } = concluded;
  catalogue.sql('DELETE FROM tracks WHERE recording_id = ?').run(recording.recordingId);
  const putTrack = catalogue.sql(
    `INSERT INTO tracks VALUES (${Array<string>(29).fill('?').join(', ')})`,
  );
  const putCandidate = catalogue.sql('INSERT INTO candidates VALUES (?, ?, ?, ?, ?, ?)');
  const putId = catalogue.sql('INSERT OR IGNORE INTO track_ids VALUES (?, ?, ?, ?, ?)');
  for (const { track, sortAt, ids } of concluded.tracks) {
    putTrack.run(
      track.trackId,
      track.recordingId,
      meetingKey,
      track.meetingId,
      track.sessionId,
      toJson(track.layerName),
      toJson(track.fileName),
      track.path,
      track.bytes,
      track.sha256,
      track.reading,
      toJson(track.prefix),
      toJson(track.userId),
      toJson(track.peerId),
      track.streamKind,
      track.mediaKind,
      track.trackStamp,
      toJson(track.flags),
      toJson(track.evidence),
      toJson(track.customParticipantId),
      toJson(track.speaker),
      track.startedAt,
      sortAt,
      track.durationMs,
      toJson(track.holes),
      toJson(track.media),
      toJson(track.importedFrom),
      track.state,
      track.verifiedAt,
    );
    track.candidates.forEach((one, rank) => {
      putCandidate.run(
        track.trackId,
        rank,
        toJson(one.prefix),
        toJson(one.userId),
        toJson(one.peerId),
        toJson(one.reasons),
      );
    });
    for (const { field, id, certain, why } of ids)
      putId.run(field, certain ? 1 : 0, searchKey(id), track.trackId, toJson(why));
  }
}

const columns = Object.keys(Row.shape).join(', ');

/** Text of a query with its bound values, so that tests can ask for its plan. */
export interface Query {
  text: string;
  values: unknown[];
}

/** Tracks of a recording, of a meeting or of all, by start. */
export function tracksQuery(query: Loose<TrackQuery>, limit: number): Query {
  const cursor = readCursor(query.after, z.tuple([z.number(), z.string()]));
  const where: string[] = [];
  const values: unknown[] = [];
  if (query.recordingId !== undefined) {
    where.push('recording_id = ?');
    values.push(query.recordingId);
  } else if (query.meetingId !== undefined) {
    where.push('meeting_key = ?');
    values.push(query.meetingId);
  }
  if (cursor !== null) {
    where.push('(sort_at, track_id) > (?, ?)');
    values.push(...cursor);
  }
  const condition = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
  return {
    text: `SELECT ${columns} FROM tracks ${condition} ORDER BY sort_at, track_id LIMIT ?`,
    values: [...values, limit + 1],
  };
}

export function readTracks(
  catalogue: Catalogue,
  query: Loose<TrackQuery>,
  limit: number,
): Page<Track> {
  const { text, values } = tracksQuery(query, limit);
  const rows = z.array(Row).parse(catalogue.sql(text).all(...values));
  const page = pageOf(rows, limit, (row) => cursorOf([row.sort_at, row.track_id]));
  return { items: page.items.map((row) => toTrack(catalogue, row)), next: page.next };
}

/** A file by its identity, whatever bytes came under it. */
export const holdsQuery = `SELECT 1 FROM tracks
  WHERE recording_id = ? AND file_json = ? AND layer_json = ? AND state IN ('kept', 'verified')
  LIMIT 1`;

export function holdsFile(catalogue: Catalogue, file: FileIdentity): boolean {
  const { recordingId, layerName, fileName } = file;
  return (
    catalogue.sql(holdsQuery).get(recordingId, toJson(fileName), toJson(layerName)) !== undefined
  );
}

export function readTrack(catalogue: Catalogue, trackId: string): Track | null {
  const found = catalogue.sql(`SELECT ${columns} FROM tracks WHERE track_id = ?`).get(trackId);
  return found === undefined ? null : toTrack(catalogue, Row.parse(found));
}
