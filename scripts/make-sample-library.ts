/** @file Sample library. Makes `resources/sample-library` anew by the product's own library code; the same bytes each time: `node scripts/make-sample-library.ts [--out folder]`. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, cp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  type CustomParticipantId,
  MeetingId,
  PeerId,
  RecordingId,
  SessionId,
  UserId,
} from '#contract';
import { readAudioFacts } from '../src/main/audio/index.ts';
import type { Clock } from '../src/main/clock.ts';
import { toMediaFacts } from '../src/main/downloads/index.ts';
import { writeFormat } from '../src/main/library/format.ts';
import { openLibrary, type Library, type Observation } from '../src/main/library/index.ts';
import { type SampleMeeting, type SampleTrack, sampleMeetings } from './sample/meetings.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const dayMs = 24 * 60 * minuteMs;
const budgetBytes = 900_000;

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const target = values.out ?? fileURLToPath(new URL('../resources/sample-library', import.meta.url));
const audioFolder = fileURLToPath(new URL('../test/fixtures/audio/', import.meta.url));
const indexWorkerUrl = new URL('../src/main/library/index-worker.ts', import.meta.url);

/** The only parts of a library that are the archive; everything else is made when it is opened. */
const kept = ['trackvault.json', 'ledger.jsonl', 'observed', 'recordings', 'verifications'];

let now = 0;
const clock: Clock = {
  now: () => now,
  // Nothing happens by itself while this is made.
  sleep: (_ms, signal) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener(
        'abort',
        () => {
          reject(new Error('aborted', { cause: signal.reason }));
        },
        { once: true },
      );
    }),
};

/** A version 4 UUID that follows from a text. */
function uuid(text: string): string {
  const hex = createHash('sha256').update(`sample library: ${text}`).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
  return [...parts, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

const userOf = (name: string): UserId => UserId.parse(uuid(`user ${name}`));
const peerOf = (meeting: SampleMeeting, track: SampleTrack): PeerId =>
  PeerId.parse(uuid(`peer ${meeting.key} ${track.audio}`));
const noCustomId: CustomParticipantId | null = null;

interface SampleFile {
  track: SampleTrack;
  path: string;
  fileName: string;
  durationMs: number;
}

/** Files with the names the service would give them (contract 9). */
async function filesOf(meeting: SampleMeeting): Promise<SampleFile[]> {
  const startsAt = meeting.invokedAt + 5 * secondMs;
  return Promise.all(
    meeting.tracks.map(async (track) => {
      const path = join(audioFolder, track.audio);
      const user = userOf(meeting.people[track.who] ?? '');
      const stamp = String(startsAt + track.joinsAtMs);
      const peer = peerOf(meeting, track);
      const facts = await readAudioFacts(path);
      return {
        track,
        path,
        fileName: `${meeting.prefix}_${user}_${peer}_peer_audio_${stamp}.webm`,
        durationMs: facts.durationMs,
      };
    }),
  );
}

/** What the service would have said last, and how its answer read (contract 8.1). */
function observationOf(meeting: SampleMeeting, files: readonly SampleFile[]): Observation {
  const { key, title, invokedAt } = meeting;
  const startsAt = invokedAt + 5 * secondMs;
  const lengthMs = Math.max(...files.map(({ track, durationMs }) => track.joinsAtMs + durationMs));
  const startedAt = invokedAt + 4 * secondMs;
  const stoppedAt = startedAt + Math.ceil(lengthMs / secondMs + 2) * secondMs;
  const deadlineAt = stoppedAt + 7 * dayMs;
  const recordingId = RecordingId.parse(uuid(`recording ${key}`));
  const meetingId = MeetingId.parse(uuid(`meeting ${key}`));
  const sessionId = SessionId.parse(uuid(`session ${key}`));
  const names = Object.values(meeting.people);
  const caller = { type: 'ORGANIZATION', name: 'Studio interviews' };
  return {
    recordingId,
    kind: 'track',
    status: 'UPLOADED',
    meetingId,
    sessionId,
    title,
    errorMessage: null,
    invokedAt,
    startedAt,
    stoppedAt,
    recordingDurationMs: stoppedAt - startedAt,
    deadlineAt,
    shape: 'layers',
    files: files.map(({ fileName }) => ({
      layerName: 'default',
      fileName,
      customParticipantId: noCustomId,
      peerId: null,
    })),
    sessionPeople: files.map(({ track, durationMs }) => ({
      peerIds: [peerOf(meeting, track)],
      userId: userOf(meeting.people[track.who] ?? ''),
      customParticipantId: noCustomId,
      displayName: meeting.people[track.who] ?? null,
      joinedAt: startsAt + track.joinsAtMs,
      leftAt: startsAt + track.joinsAtMs + Math.round(durationMs),
    })),
    meetingPeople: names.map((name) => ({
      userId: userOf(name),
      customParticipantId: noCustomId,
      name,
    })),
    source: {
      host: 'api.example.org',
      accountId: uuid('account').replaceAll('-', ''),
      appId: uuid('app'),
    },
    raw: {
      id: recordingId,
      status: 'UPLOADED',
      type: '',
      meeting_id: meetingId,
      session_id: sessionId,
      output_file_name:
        '{{file_name_prefix}}_{{user_id}}_{{peer_id}}_{{stream_kind}}_{{media_kind}}_{{date_time}}.webm',
      invoked_time: new Date(invokedAt).toISOString(),
      started_time: new Date(startedAt).toISOString(),
      stopped_time: new Date(stoppedAt).toISOString(),
      recording_duration: (stoppedAt - startedAt) / secondMs,
      file_size: 0,
      audio_download_url: null,
      download_url: [
        {
          layer_name: 'default',
          download_urls: Object.fromEntries(
            files.map(({ fileName }) => [fileName, { download_url: 'files.example.org' }]),
          ),
        },
      ],
      download_url_expiry: new Date(deadlineAt).toISOString(),
      storage_config: null,
      start_reason: { reason: 'API_CALL', caller },
      stop_reason: { reason: 'ALL_PEERS_LEFT' },
    },
  };
}

/** As a pull would: learned, fetched, read again, sealed, read back. */
async function archive(library: Library, meeting: SampleMeeting): Promise<void> {
  const files = await filesOf(meeting);
  const observation = observationOf(meeting, files);
  const { recordingId, stoppedAt } = observation;
  now = (stoppedAt ?? 0) + 3 * minuteMs;
  await library.observe(observation);
  for (const { path, fileName } of files) {
    now += 2 * secondMs;
    const file = { recordingId, layerName: 'default', fileName };
    const bytes = await readFile(path);
    const partPath = library.partPath(file);
    await mkdir(dirname(partPath), { recursive: true });
    await copyFile(path, partPath);
    await library.keep({
      ...file,
      partPath,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      etag: `"${createHash('md5').update(bytes).digest('hex')}"`,
      lastModified: new Date((stoppedAt ?? 0) + minuteMs).toUTCString(),
      receivedAt: now,
      ...toMediaFacts(await readAudioFacts(path)),
    });
  }
  now += 6 * minuteMs;
  await library.observe(observation);
  const state = await library.seal(recordingId);
  if (state !== 'sealed') throw new Error(`${meeting.title} is ${state}`);
}

async function bytesIn(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const folder = await mkdtemp(join(tmpdir(), 'sample-library-'));
try {
  const dir = join(folder, 'library');
  await writeFormat(dir, uuid('library'));
  now = (sampleMeetings[0]?.invokedAt ?? 0) - minuteMs;
  const actor = { osUser: 'sample', machine: 'trackvault', through: 'app' };
  const library = await openLibrary({ dir, clock, actor, indexWorkerUrl });
  try {
    for (const meeting of sampleMeetings) await archive(library, meeting);
    now += minuteMs;
    const { damaged, missing } = await library.verify({ all: true });
    if (damaged + missing > 0) throw new Error('the sample does not verify');
  } finally {
    await library.close();
  }
  await rm(target, { recursive: true, force: true });
  for (const name of kept) await cp(join(dir, name), join(target, name), { recursive: true });
  const total = await bytesIn(target);
  process.stdout.write(`${String(total)} bytes of ${String(budgetBytes)} in ${target}\n`);
  if (total > budgetBytes) throw new Error('the sample library is larger than its budget');
} finally {
  await rm(folder, { recursive: true, force: true });
}
