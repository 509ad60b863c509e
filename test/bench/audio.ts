/** @file Bench. Audio against ffmpeg on the same machine in the same minutes: ratios and their gates. `--minutes N`, `--long N`, `--rounds N`. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { createAudio, readAudioFacts } from '../../src/main/audio/index.ts';
import {
  lengthByFfmpeg,
  packetHashes,
  packetHashesByMediabunny,
} from '../integration/audio-material.ts';
import { speech, speechWithHole } from './audio-material.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    long: { type: 'string', default: '180' },
    rounds: { type: 'string', default: '3' },
  },
});
const minutes = Number(values.minutes);
const long = Number(values.long);
const rounds = Number(values.rounds);

interface Row {
  goal: string;
  value: string;
  gate: string;
  passed: boolean;
}

const folder = await mkdtemp(join(tmpdir(), 'trackvault-bench-'));
try {
  const rows = await measure();
  console.table(
    Object.fromEntries(
      rows.map(({ goal, value, gate, passed }) => [
        goal,
        { value, gate, result: passed ? 'pass' : 'FAIL' },
      ]),
    ),
  );
  process.exitCode = rows.every(({ passed }) => passed) ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measure(): Promise<Row[]> {
  console.error(`Making speech: ${String(minutes)} and ${String(long)} minutes …`);
  const hybrid = speech(folder, 'hybrid', minutes);
  const celt = speech(folder, 'celt', minutes);
  const longHybrid = speech(folder, 'hybrid', long);
  const built = await buildAsShipped();
  console.error(`Measuring, ${String(rounds)} rounds, ours and ffmpeg in turn …`);
  const hybridRatio = await peaksRatio(built.worker, hybrid);
  const celtRatio = await peaksRatio(built.worker, celt);
  const twoThreads = await gainOfTwoThreads(built.worker, hybrid);
  const short = memoryOf(built.memory, hybrid);
  const tall = memoryOf(built.memory, longHybrid);
  const index = await indexRatio(longHybrid);
  const sameHashes =
    (await packetHashes(hybrid, folder)).join() === (await packetHashesByMediabunny(hybrid)).join();
  const lengthOff = await lengthDifference();
  const growth = tall / short;
  return [
    atMost('peaks, hybrid, one thread ÷ ffmpeg', hybridRatio, 1),
    atMost('peaks, CELT, one thread ÷ ffmpeg', celtRatio, 1.2),
    {
      goal: 'two threads, times as fast as one',
      value: twoThreads.toFixed(2),
      gate: '≥ 1.60',
      passed: twoThreads >= 1.6,
    },
    atMost(`memory, ${String(long)} min ÷ ${String(minutes)} min`, growth, 1.1),
    atMost(`memory, ${String(long)} min, MB`, tall / 1e6, 90),
    atMost(`index of ${String(long)} min ÷ ffmpeg -c copy`, index, 0.5),
    {
      goal: 'payload hash of every packet as mediabunny',
      value: sameHashes ? 'equal' : 'different',
      gate: 'equal',
      passed: sameHashes,
    },
    atMost('length with a hole, ms off ffmpeg', lengthOff, 60),
  ];
}

function atMost(goal: string, value: number, most: number): Row {
  return { goal, value: value.toFixed(2), gate: `≤ ${most.toFixed(2)}`, passed: value <= most };
}

/** Worker and memory probe bundled as the app ships them: TypeScript on the fly would be measured otherwise. */
async function buildAsShipped(): Promise<{ worker: URL; memory: string }> {
  const outDir = join(folder, 'built');
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir,
      rolldownOptions: {
        input: {
          worker: join(import.meta.dirname, '../../src/main/audio/audio-worker.ts'),
          memory: join(import.meta.dirname, 'audio-memory.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
      },
    },
  });
  return {
    worker: pathToFileURL(join(outDir, 'worker.mjs')),
    memory: join(outDir, 'memory.mjs'),
  };
}

/** Index, peaks, overview and speech map in one warm thread, against ffmpeg's decode piped to a reducer. */
async function peaksRatio(worker: URL, path: string): Promise<number> {
  const audio = createAudio({ in: 'threads', workerUrl: worker, size: 1 });
  try {
    await audio.prepare(freshSource(speech(folder, 'hybrid', 1)));
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await timed(() => audio.prepare(freshSource(path))));
      theirs.push(await timed(() => reduceByFfmpeg(path)));
    }
    return median(ours) / median(theirs);
  } finally {
    await audio.close();
  }
}

async function gainOfTwoThreads(worker: URL, path: string): Promise<number> {
  const pools = [1, 2].map((size) => createAudio({ in: 'threads', workerUrl: worker, size }));
  const warm = speech(folder, 'hybrid', 1);
  const four = (audio: (typeof pools)[number], file: string) =>
    Promise.all([1, 2, 3, 4].map(() => audio.prepare(freshSource(file))));
  const times: number[][] = pools.map(() => []);
  try {
    for (const audio of pools) await four(audio, warm);
    for (let round = 0; round < rounds; round++) {
      for (const [i, audio] of pools.entries()) {
        times[i]?.push(await timed(() => four(audio, path)));
      }
    }
  } finally {
    await Promise.all(pools.map((audio) => audio.close()));
  }
  return median(times[0] ?? []) / median(times[1] ?? []);
}

/** A process that is nothing but the worker, with the young generation the pool gives it (three halves of 2 MB). */
function memoryOf(probe: string, path: string): number {
  const { derivedDir } = freshSource(path);
  const args = ['--max-semi-space-size=2', probe, path, derivedDir];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

async function indexRatio(path: string): Promise<number> {
  await readAudioFacts(path);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await timed(() => readAudioFacts(path)));
    const copy = ['-v', 'error', '-i', path, '-c', 'copy', '-f', 'null', '-'];
    theirs.push(await timed(async () => void execFileSync('ffmpeg', copy)));
  }
  return median(ours) / median(theirs);
}

async function lengthDifference(): Promise<number> {
  const path = speechWithHole(folder, Math.min(minutes, 10));
  const facts = await readAudioFacts(path);
  if (facts.holes.length !== 1) throw new Error('The hole was not found, or not made.');
  return Math.abs(facts.durationMs - lengthByFfmpeg(path));
}

/** What a waveform tool around ffmpeg does: decode to 16 bit, keep lowest and highest of each 10 ms. */
async function reduceByFfmpeg(path: string): Promise<number> {
  const child = spawn('ffmpeg', ['-v', 'error', '-i', path, '-f', 's16le', '-'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let sum = 0;
  let low = 0;
  let high = 0;
  let seen = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    const samples = new Int16Array(Uint8Array.from(chunk.subarray(0, chunk.length & ~1)).buffer);
    for (const sample of samples) {
      if (sample < low) low = sample;
      if (sample > high) high = sample;
      if (++seen === 480) {
        sum += high - low;
        low = high = seen = 0;
      }
    }
  }
  await ended;
  return sum;
}

function freshSource(path: string) {
  return {
    path,
    sha256: 'f'.repeat(64),
    derivedDir: join(folder, `derived-${String(process.hrtime.bigint())}`),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}
