/** @file Bench. How fast files come, against `curl --parallel` followed by `sync` to the same disk in the same minutes. `--folder DIR`, `--files N`, `--minutes N`, `--rounds N`, `--etag md5|opaque`, `--cold`. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { RecordingId } from '#contract';
import { createAudio } from '../../src/main/audio/index.ts';
import { systemClock } from '../../src/main/clock.ts';
import { createDownloads, toMediaFacts } from '../../src/main/downloads/index.ts';
import { entries } from '../../src/main/entries.ts';
import { createLibrary } from '../../src/main/library/index.ts';
import { Link } from '../../src/main/realtimekit/index.ts';
import { speech } from './audio-material.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: tmpdir() },
    files: { type: 'string', default: '12' },
    minutes: { type: 'string', default: '104' },
    rounds: { type: 'string', default: '5' },
    etag: { type: 'string', default: 'md5' },
    /** Counts the start of all threads from their source; else they have fetched a file before, as in an app that is open. */
    cold: { type: 'boolean', default: false },
  },
});
const lanes = 3;
const recordings = 4;
const files = Number(values.files);
const rounds = Number(values.rounds);
const run = promisify(execFile);

interface Felt {
  tookMs: number;
  /** Processor time of this process, all its threads, user and system. */
  cpuMs: number;
  longestStallMs: number;
  stallsOver50: number;
  peakBytes: number;
}

const folder = await mkdtemp(join(values.folder, 'trackvault-throughput-'));
try {
  await bench();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function bench(): Promise<void> {
  const file = speech(folder, 'celt', Number(values.minutes));
  const { size } = await stat(file);
  const { bavail, bsize } = await statfs(folder);
  const total = size * files;
  if (bavail * bsize < 2 * total) throw new Error('The disk has too little room for this bench.');
  const host = spawn(
    process.execPath,
    [fileURLToPath(new URL('./throughput-host.ts', import.meta.url)), file, values.etag],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const said: unknown[] = await once(host.stdout, 'data');
    const origin = `http://127.0.0.1:${String(said[0]).trim()}`;
    const addresses = Array.from({ length: files }, (_, at) => `${origin}/${String(at)}.webm`);
    console.error(`${String(files)} files of ${mega(size)} MB, ${mega(total)} MB in all`);
    // Once for nothing: the first round would pay for a cold disk.
    await byCurl(addresses.slice(0, lanes));
    await byDownloads(addresses.slice(0, lanes), size);
    const curl: number[] = [];
    const ours: Felt[] = [];
    for (let round = 0; round < rounds; round += 1) {
      curl.push(await byCurl(addresses));
      ours.push(await byDownloads(addresses, size));
      const [ms, felt] = [curl.at(-1) ?? Number.NaN, ours.at(-1)];
      console.error(
        `round ${String(round + 1)}: curl ${ms.toFixed(0)} ms, Trackvault ${felt?.tookMs.toFixed(0) ?? ''} ms, longest stall ${felt?.longestStallMs.toFixed(0) ?? ''} ms`,
      );
    }
    report(total, curl, ours);
  } finally {
    host.kill();
  }
}

/** Ms until every byte is on disk. */
async function byCurl(addresses: readonly string[]): Promise<number> {
  const to = join(folder, 'curl');
  await mkdir(to);
  await run('sync');
  const args = addresses.flatMap((address, at) => [address, '-o', join(to, String(at))]);
  const startedAt = performance.now();
  await run('curl', ['-s', '--fail', '--parallel', '--parallel-max', String(lanes), ...args]);
  await run('sync');
  const tookMs = performance.now() - startedAt;
  await rm(to, { recursive: true });
  return tookMs;
}

/** The same files into an archive: fetched, hashed, walked, made durable, kept in a bag. */
async function byDownloads(addresses: readonly string[], size: number): Promise<Felt> {
  const dir = join(folder, 'library');
  const clock = systemClock;
  const actor = { osUser: 'bench', machine: 'bench', through: 'test' };
  const library = await createLibrary({ dir, clock, actor, indexWorkerUrl: entries.indexWorker });
  const audio = createAudio({ in: 'threads', workerUrl: entries.audioWorker });
  const downloads = await createDownloads({
    library,
    freshLink: () => Promise.reject(new Error('no link ends here')),
    facts: async (path) => toMediaFacts(await audio.facts(path)),
    clock,
    queuePath: join(dir, 'queue.db'),
    transferWorkerUrl: entries.transferWorker,
    atOnce: () => lanes,
  });
  const fetchAll = async (name: string, wanted: readonly string[]) => {
    await downloads.enqueue(
      wanted.map((address, at) => ({
        // As calls are: a few people in each.
        recordingId: RecordingId.parse(
          `fffd7c39-4e1b-46f8-b5a0-${String(at % recordings).padStart(12, '0')}`,
        ),
        layerName: 'default',
        fileName: `${name}-${String(at)}.webm`,
        deadlineAt: null,
        link: new Link(address),
      })),
    );
    await downloads.whenIdle();
  };
  const before = values.cold ? [] : addresses.slice(0, lanes);
  await fetchAll('before', before);
  await run('sync');
  const feel = startFeeling();
  await fetchAll('wanted', addresses);
  const felt = feel();
  const { counts } = downloads.status();
  await downloads.stop();
  const wantedCount = addresses.length + before.length;
  const tracks = await library.tracks({ limit: wantedCount + 1 });
  await audio.close();
  await library.close();
  const whole = tracks.items.filter(({ bytes, state }) => bytes === size && state === 'kept');
  if (counts.kept !== wantedCount || whole.length !== wantedCount) {
    throw new Error('Not every file was kept.');
  }
  await rm(dir, { recursive: true });
  return felt;
}

/** Feels how long this thread, which is the app's main thread, lets others wait; and its memory. */
function startFeeling(): () => Felt {
  const beatMs = 4;
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const waits: number[] = [];
  let peakBytes = 0;
  let last = startedAt;
  const beat = setInterval(() => {
    const now = performance.now();
    waits.push(now - last - beatMs);
    last = now;
    if (waits.length % 50 === 0) peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, beatMs);
  return () => {
    clearInterval(beat);
    const { user, system } = process.cpuUsage(cpuBefore);
    return {
      tookMs: performance.now() - startedAt,
      cpuMs: (user + system) / 1_000,
      longestStallMs: Math.max(...waits),
      stallsOver50: waits.filter((ms) => ms > 50).length,
      peakBytes,
    };
  };
}

function report(total: number, curl: readonly number[], ours: readonly Felt[]): void {
  const rate = (ms: number) => (total / 1e3 / ms).toFixed(0);
  const ratios = curl.map((ms, at) => ms / (ours[at]?.tookMs ?? Number.NaN));
  const median = (all: readonly number[]) =>
    all.toSorted((a, b) => a - b)[all.length >> 1] ?? Number.NaN;
  console.table(
    ours.map(({ tookMs, cpuMs, longestStallMs, stallsOver50, peakBytes }, at) => ({
      'curl + sync, ms': curl[at]?.toFixed(0),
      'Trackvault, ms': tookMs.toFixed(0),
      ratio: ratios[at]?.toFixed(2),
      'processor, ms': cpuMs.toFixed(0),
      'longest stall, ms': longestStallMs.toFixed(0),
      'stalls > 50 ms': stallsOver50,
      'memory at most, MB': mega(peakBytes),
    })),
  );
  const [theirMs, ourMs] = [median(curl), median(ours.map(({ tookMs }) => tookMs))];
  console.log(
    `Medians: curl + sync ${rate(theirMs)} MB/s, Trackvault ${rate(ourMs)} MB/s; ratio ${median(ratios).toFixed(2)}; longest stall ${Math.max(...ours.map((felt) => felt.longestStallMs)).toFixed(0)} ms.`,
  );
}

function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
