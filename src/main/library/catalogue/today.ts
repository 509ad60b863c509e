/** @file Index. What deserves attention now: at risk, lost, running, in need of a person, just arrived. Each list along an index of its own. */
import { z } from 'zod';
import type { Today } from '#contract';
import type { Catalogue } from './database.ts';
import { recordingColumns, RecordingRow, toRecording } from './recording-row.ts';
import type { Query } from './tracks.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;
const monthMs = 30 * dayMs;

const listLimit = 50;
const arrivedLimit = 12;

/** A recording lasts a day at most (contract 10.1). */
const longestMs = dayMs + hourMs;
/** Asked for and never begun: such rows hang for ever (contract 10.2). */
const neverBegunMs = 10 * minuteMs;

type List = 'atRisk' | 'lost' | 'running' | Trouble | 'arrived';
type Trouble = Today['needsYou'][number]['why'];

const Row = RecordingRow.extend({
  received_at: z.number().nullable(),
  damaged_count: z.number(),
  missing_count: z.number(),
});
const columns = `${recordingColumns}, received_at, damaged_count, missing_count`;

/** @param now epoch ms */
export function todayQueries(now: number): Record<List, Query> {
  const select = `SELECT ${columns} FROM recordings INDEXED BY`;
  const ofState = (state: string, since: number, more = ''): Query => ({
    text: `${select} recordings_by_state WHERE state = ? AND sort_at >= ? ${more}
           ORDER BY sort_at DESC, recording_id DESC LIMIT ?`,
    values: [state, since, listLimit],
  });
  const withTracks = (index: string, count: string): Query => ({
    text: `${select} ${index} WHERE ${count} > 0
           ORDER BY sort_at DESC, recording_id DESC LIMIT ?`,
    values: [listLimit],
  });
  return {
    atRisk: {
      text: `${select} recordings_at_risk WHERE pending_count > 0
             ORDER BY deadline_at IS NULL, deadline_at, recording_id LIMIT ?`,
      values: [listLimit],
    },
    lost: {
      text: `${select} recordings_lost WHERE lost_at IS NOT NULL AND lost_at >= ?
             ORDER BY lost_at DESC, recording_id DESC LIMIT ?`,
      values: [now - weekMs, listLimit],
    },
    running: ofState(
      'running',
      now - longestMs,
      `AND (vendor_status_json <> '"INVOKED"' OR observed_at - sort_at <= ${String(neverBegunMs)})`,
    ),
    damaged: withTracks('recordings_damaged', 'damaged_count'),
    missing: withTracks('recordings_missing', 'missing_count'),
    errored: ofState('errored', now - monthMs),
    'without-files': ofState('without-files', now - monthMs),
    arrived: {
      text: `${select} recordings_arrived WHERE received_at IS NOT NULL AND received_at >= ?
             ORDER BY received_at DESC, recording_id DESC LIMIT ?`,
      values: [now - weekMs, arrivedLimit],
    },
  };
}

/** From the index alone: answers at once after the start, and without a network. */
export function readToday(catalogue: Catalogue, now: number): Today {
  const queries = todayQueries(now);
  const read = (list: List): z.infer<typeof Row>[] => {
    const { text, values } = queries[list];
    return z.array(Row).parse(catalogue.sql(text).all(...values));
  };
  const trouble = (
    why: Trouble,
    tracksOf: (row: z.infer<typeof Row>) => number,
  ): Today['needsYou'] =>
    read(why).map((row) => ({ recording: toRecording(row), why, tracks: tracksOf(row) }));
  return {
    atRisk: read('atRisk').map(toRecording),
    lost: read('lost').map(toRecording),
    running: read('running').map(toRecording),
    needsYou: [
      ...trouble('damaged', (row) => row.damaged_count),
      ...trouble('missing', (row) => row.missing_count),
      ...trouble('errored', () => 0),
      ...trouble('without-files', () => 0),
    ],
    arrived: read('arrived').map((row) => ({
      recording: toRecording(row),
      receivedAt: row.received_at ?? 0,
    })),
  };
}
