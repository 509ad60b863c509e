/** @file Command line. What reads the archive and needs no network: list, show, search, verify, rebuild. */
import type { z } from 'zod';
import { Failure, MeetingId, RecordingId, type Track, TrackId } from '#contract';
import type { IdField, Library, Page, Selection } from '../library/index.ts';
import type { Output } from './output.ts';
import { duration, size } from './output.ts';
import { foundRow, isoOrNull, recordingRow, trackRow } from './rows.ts';
import { type ExitCode, exitCodes } from './words.ts';

/** Walks a keyset page by page, so memory does not grow with the archive. */
export async function* allOf<Item>(
  page: (after: string | null) => Promise<Page<Item>>,
): AsyncGenerator<Item> {
  let after: string | null = null;
  do {
    const { items, next }: Page<Item> = await page(after);
    yield* items;
    after = next;
  } while (after !== null);
}

/** For what is small by nature: the tracks of a recording, the recordings of a meeting. */
async function gather<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** @throws Failure `input.invalid` for a text that no id can be */
export function idOf<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  const parsed = schema.safeParse(text);
  if (!parsed.success) throw new Failure('input.invalid', 'An id is empty or far too long.');
  return parsed.data;
}

const trackHead = [
  'STARTED (UTC)',
  'LENGTH',
  'SIZE',
  'STATE',
  'READING',
  'SPEAKER',
  'USER ID',
  'PATH',
];

const trackCells = (track: Track): string[] => [
  isoOrNull(track.startedAt)?.slice(0, 19).replace('T', ' ') ?? '–',
  duration(track.durationMs),
  size(track.bytes),
  track.state,
  track.reading,
  track.speaker?.name ?? '?',
  track.userId ?? '–',
  track.path,
];

/** Rows of a table are gathered in groups: aligned enough, and memory stays flat. */
const rowsAtOnce = 200;

/** Writes each item as it comes: JSON lines at once, people's rows in aligned groups. */
async function writeRows<Item>(
  items: AsyncIterable<Item>,
  as: { json: (item: Item) => unknown; head: readonly string[]; cells: (item: Item) => string[] },
  output: Output,
): Promise<number> {
  let count = 0;
  let rows: string[][] = [];
  for await (const item of items) {
    count += 1;
    if (output.json) await output.value(as.json(item));
    else rows.push(as.cells(item));
    if (rows.length === rowsAtOnce) {
      await output.table(as.head, rows);
      rows = [];
    }
  }
  if (rows.length > 0) await output.table(as.head, rows);
  return count;
}

export async function list(
  library: Library,
  query: { meeting?: string | undefined; recording?: string | undefined },
  output: Output,
): Promise<ExitCode> {
  const count = await writeRows(
    allOf((after) =>
      library.tracks({
        ...(query.recording === undefined
          ? {}
          : { recordingId: idOf(RecordingId, query.recording) }),
        ...(query.meeting === undefined ? {} : { meetingId: idOf(MeetingId, query.meeting) }),
        after,
        limit: rowsAtOnce,
      }),
    ),
    { json: trackRow, head: trackHead, cells: trackCells },
    output,
  );
  if (count === 0) output.say('The library holds no such track.');
  return exitCodes.done;
}

/** Shows a track, a recording or a meeting by its id. */
export async function show(library: Library, id: string, output: Output): Promise<ExitCode> {
  const trackId = TrackId.safeParse(id);
  const track = trackId.success ? await library.track(trackId.data) : null;
  if (track !== null) {
    if (output.json) {
      await output.value({ kind: 'track', track: { ...trackRow(track), ...evidenceOf(track) } });
    } else await describeTrack(track, output);
    return exitCodes.done;
  }
  const recordingId = idOf(RecordingId, id);
  const recording = await library.recording(recordingId);
  if (recording !== null) {
    const tracks = await gather(
      allOf((after) => library.tracks({ recordingId, after, limit: rowsAtOnce })),
    );
    if (output.json) {
      await output.value({
        kind: 'recording',
        recording: recordingRow(recording),
        tracks: tracks.map(trackRow),
      });
      return exitCodes.done;
    }
    await output.line(
      `${recording.title ?? 'Untitled'} – ${recording.state} (${recording.vendorStatus})`,
    );
    await output.table(trackHead, tracks.map(trackCells));
    for (const file of recording.absent) await output.line(`${file.state}: ${file.fileName}`);
    return exitCodes.done;
  }
  const recordings = await gather(
    allOf((after) =>
      library.recordings({ meetingId: idOf(MeetingId, id), after, limit: rowsAtOnce }),
    ),
  );
  if (recordings.length === 0) {
    throw new Failure(
      'recording.unknown',
      'No track, recording or meeting of the library has this id.',
    );
  }
  if (output.json) {
    await output.value({
      kind: 'meeting',
      meetingId: id,
      recordings: recordings.map(recordingRow),
    });
    return exitCodes.done;
  }
  await output.table(
    ['RECORDING', 'INVOKED (UTC)', 'STATE', 'TRACKS', 'SIZE', 'LENGTH'],
    recordings.map((each) => [
      each.recordingId,
      isoOrNull(each.invokedAt) ?? '–',
      each.state,
      String(each.trackCount),
      size(each.bytes),
      duration(each.lengthMs),
    ]),
  );
  return exitCodes.done;
}

const evidenceOf = (track: Track) => ({
  candidates: track.candidates,
  flags: track.flags,
  evidence: track.evidence,
  holes: track.holes,
  media: track.media,
  verifiedAt: isoOrNull(track.verifiedAt),
});

async function describeTrack(track: Track, output: Output): Promise<void> {
  const facts: [string, string][] = [
    ['file name', track.fileName],
    ['path', track.path],
    ['reading', track.reading],
    ['prefix', track.prefix ?? '–'],
    ['user_id', track.userId ?? '–'],
    ['peer_id', track.peerId ?? '–'],
    ['speaker', track.speaker === null ? 'unknown' : track.speaker.name],
    ['started', isoOrNull(track.startedAt) ?? '–'],
    ['length', duration(track.durationMs)],
    ['holes', String(track.holes.length)],
    ['size', size(track.bytes)],
    ['sha256', track.sha256],
    [
      'state',
      `${track.state}${track.verifiedAt === null ? '' : ` ${isoOrNull(track.verifiedAt) ?? ''}`}`,
    ],
  ];
  for (const [name, value] of facts) await output.line(`${name.padEnd(10)} ${value}`);
  for (const { kind, value } of track.speaker?.evidence ?? [])
    await output.line(`because    ${kind}: ${value}`);
  for (const candidate of track.candidates.slice(0, track.reading === 'ambiguous' ? 64 : 0)) {
    await output.line(
      `maybe      prefix "${candidate.prefix}" user "${candidate.userId}" peer "${candidate.peerId}"`,
    );
  }
  for (const flag of track.flags) await output.line(`note       ${flag}`);
}

/** `user:`, `peer:` and `custom:` say which id is meant; without them it is the `user_id`. */
const fields: Record<string, IdField> = {
  user: 'userId',
  peer: 'peerId',
  custom: 'customParticipantId',
};

export async function search(
  library: Library,
  query: { text: string; startsWith: boolean },
  output: Output,
): Promise<ExitCode> {
  const head = /^(user|peer|custom):(.*)$/su.exec(query.text);
  const field = fields[head?.[1] ?? 'user'] ?? 'userId';
  const text = head?.[2] ?? query.text;
  if (text === '') throw new Failure('input.invalid', 'There is no id to search for.');
  const hits = allOf((after) =>
    library.findById({
      text,
      field,
      how: query.startsWith ? 'prefix' : 'exact',
      after,
      limit: rowsAtOnce,
    }),
  );
  const count = await writeRows(
    hits,
    {
      json: foundRow,
      head: ['MATCH', ...trackHead, 'WHY'],
      cells: (found) => [found.match, ...trackCells(found.track), found.why.join('; ')],
    },
    output,
  );
  if (count === 0) output.say('No track of the library has this id, nor may have it.');
  return exitCodes.done;
}

export async function verify(
  library: Library,
  query: { recordings: string[] },
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const selection: Selection =
    query.recordings.length === 0
      ? { all: true }
      : { recordingIds: query.recordings.map((id) => idOf(RecordingId, id)) };
  const report = await library.verify(selection, { signal });
  const wrong = report.findings.filter((finding) => finding.found !== 'verified');
  if (output.json) {
    await output.value({
      startedAt: isoOrNull(report.startedAt),
      endedAt: isoOrNull(report.endedAt),
      verified: report.verified,
      damaged: report.damaged,
      missing: report.missing,
      bytes: report.bytes,
      problems: wrong,
    });
  } else {
    for (const finding of wrong)
      await output.line(`${finding.found}: ${finding.path} ${finding.detail ?? ''}`);
    await output.line(
      `${String(report.verified)} verified (${size(report.bytes)}), ${String(report.damaged)} damaged, ${String(report.missing)} missing.`,
    );
  }
  return wrong.length === 0 ? exitCodes.done : exitCodes.failed;
}

export async function rebuild(library: Library, output: Output): Promise<ExitCode> {
  let recordings = 0;
  await library.rebuild((done, total) => {
    recordings = total;
    if (done === total || done % 500 === 0)
      output.say(`Indexed ${String(done)} of ${String(total)} recordings.`);
  });
  if (output.json) await output.value({ rebuilt: true, recordings });
  else await output.line('The index was built again from the files.');
  return exitCodes.done;
}
