/** @file Tests. The audio fixtures are what their truth says, and the scenarios' file names agree with it. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { audioFolder, readTruth, type TrackTruth } from '../fixtures/truth.ts';
import { alignmentRecordings, startSandbox, type Original } from '../sandbox/index.ts';

const run = promisify(execFile);
const slugs = [
  'harbour-pilots',
  'editorial-round',
  'town-hall',
  'sound-check',
  'sound-check-padded',
];
const tracks = slugs.flatMap((slug) => readTruth(slug).tracks);
const pathOf = (track: TrackTruth) => fileURLToPath(new URL(track.file, audioFolder));

describe('the audio fixtures', () => {
  test('all of them together are within two million bytes', () => {
    const sizes = readdirSync(audioFolder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(webm|mp4)$/.test(name))
      .map((name) => statSync(new URL(name, audioFolder)).size);
    expect(sizes.length).toBeGreaterThan(14);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(2_000_000);
  });

  test('three meetings of three to six people hold every oddity that matters for alignment', () => {
    const meetings = slugs.slice(0, 3).map(readTruth);
    const people = meetings.map(({ tracks }) => new Set(tracks.map((each) => each.speaker)).size);
    expect(people).toEqual([4, 3, 6]);
    const all = meetings.flatMap((meeting) => meeting.tracks);
    expect(all.filter((each) => each.connection === 2)).toHaveLength(1);
    expect(all.some((each) => each.startOffsetMs > 20_000 && each.connection === 1)).toBe(true);
    expect(all.flatMap((each) => each.holes)).toEqual([{ startMs: 32_260, endMs: 50_260 }]);
    expect(all.filter((each) => each.style === 'live')).toHaveLength(2);
    expect(new Set(all.map((each) => each.packetMs))).toEqual(new Set([20, 60]));
  });

  test.each(tracks)(
    '$file has the bytes, packets, holes and length of its truth',
    async (track) => {
      const bytes = readFileSync(pathOf(track));
      expect(bytes.length).toBe(track.bytes);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(track.sha256);
      const entries = ['-show_entries', 'packet=pts_time,size', '-of', 'csv=p=0'];
      const { stdout } = await run('ffprobe', ['-v', 'error', ...entries, pathOf(track)]);
      const packets = stdout
        .trim()
        .split('\n')
        .map((line) => line.split(',').map(Number));
      expect(packets).toHaveLength(track.packets);
      const timesMs = packets.map(([seconds = NaN]) => seconds * 1000);
      const gaps = timesMs.slice(1).map((at, i) => at - (timesMs[i] ?? 0));
      const holes = gaps.filter((gap) => gap > track.packetMs + 20);
      expect(holes).toHaveLength(track.holes.length);
      for (const [i, hole] of track.holes.entries()) {
        expect(holes[i]).toBeCloseTo(hole.endMs - hole.startMs + track.packetMs, -1);
      }
      const lengthMs = (timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0) + track.packetMs;
      expect(Math.abs(lengthMs - track.durationMs)).toBeLessThan(10);
      const smallest = Math.min(...packets.map(([, size = 0]) => size));
      expect(smallest <= 2).toBe(track.dtx);
    },
  );

  test.each(tracks)('$file speaks where its truth says, and nowhere else', async (track) => {
    const filter = [
      '-af',
      'aresample=async=1:first_pts=0',
      '-f',
      's16le',
      '-ar',
      '8000',
      '-ac',
      '1',
    ];
    const { stdout } = await run(
      'ffmpeg',
      ['-v', 'error', '-i', pathOf(track), ...filter, 'pipe:1'],
      {
        encoding: 'buffer',
        maxBuffer: 1 << 26,
      },
    );
    const peakIn = (fromMs: number, toMs: number) => {
      let peak = 0;
      const end = Math.min(Math.floor(toMs) * 8, Math.floor(stdout.length / 2));
      for (let i = Math.max(0, Math.floor(fromMs)) * 8; i < end; i++) {
        peak = Math.max(peak, Math.abs(stdout.readInt16LE(i * 2)));
      }
      return peak;
    };
    const marginMs = 60;
    const edges = track.turns.flatMap(({ startMs, endMs }) => [
      startMs - marginMs,
      endMs + marginMs,
    ]);
    const silences = [0, ...edges, track.durationMs].flatMap((fromMs, i, all) =>
      i % 2 === 0 ? [{ fromMs, toMs: all[i + 1] ?? fromMs }] : [],
    );
    for (const { fromMs, toMs } of silences) expect(peakIn(fromMs, toMs)).toBeLessThan(400);
    for (const turn of track.turns) {
      expect(peakIn(turn.startMs, turn.startMs + 250), turn.says).toBeGreaterThan(800);
      expect(peakIn(turn.endMs - 400, turn.endMs), turn.says).toBeGreaterThan(300);
    }
  });

  test('the live style has no Duration, no Cues and unknown sizes; the finished style has them', () => {
    const has = (track: TrackTruth, hex: string) =>
      readFileSync(pathOf(track)).includes(Buffer.from(hex, 'hex'));
    for (const track of tracks) {
      const isLive = track.style === 'live';
      expect(has(track, '1853806701ffffffffffffff'), track.file).toBe(isLive);
      expect(has(track, '1f43b67501ffffffffffffff')).toBe(isLive);
      expect(has(track, '1c53bb6b')).toBe(!isLive);
      // Duration as an eight-byte float.
      expect(has(track, '448988')).toBe(!isLive);
    }
  });
});

describe('names and offsets', () => {
  const stampOf = (original: Original) =>
    Number(/_(\d{13})(?:\.\d+)?\.webm$/.exec(original.fileName)?.[1]);

  test.each(['harbour-pilots', 'editorial-round', 'town-hall'])(
    'the stamps of %s lie apart as its truth says (U13, reading A)',
    async (slug) => {
      const sandbox = await startSandbox();
      const truth = readTruth(slug);
      const found = sandbox.originals().filter((each) => each.path?.includes(`/${slug}/`));
      await sandbox.close();
      expect(found).toHaveLength(truth.tracks.length);
      const first = Math.min(...found.map(stampOf));
      for (const track of truth.tracks) {
        const original = found.find((each) => each.path?.endsWith(`/${track.file}`));
        expect(original && stampOf(original) - first).toBe(track.startOffsetMs);
        expect(original?.sha256).toBe(track.sha256);
      }
    },
  );

  test('padded files have one stamp and all begin with the recording (U13, reading B)', async () => {
    const sandbox = await startSandbox({ scenario: 'padded' });
    const { padded, ownStart } = alignmentRecordings;
    const stamps = (id: string) =>
      new Set(
        sandbox
          .originals()
          .filter((each) => each.recordingId === id)
          .map(stampOf),
      ).size;
    expect([stamps(padded), stamps(ownStart)]).toEqual([1, 2]);
    await sandbox.close();
    expect(readTruth('sound-check-padded').tracks.map((each) => each.startOffsetMs)).toEqual([
      0, 0,
    ]);
  });

  test('names hold the extra media_kind, a fraction, and a prefix with an underscore', async () => {
    const sandbox = await startSandbox();
    const names = sandbox.originals().map((each) => each.fileName);
    await sandbox.close();
    expect(names.filter((name) => name.includes('_peer_media_kind_audio_'))).toHaveLength(1);
    expect(names.filter((name) => /_\d{13}\.\d+\.webm$/.test(name))).toHaveLength(1);
    expect(names.filter((name) => name.startsWith('desk_friday_'))).toHaveLength(4);
  });
});

test('as a process it prints its addresses, obeys its options, and reports when it is stopped', async () => {
  const main = fileURLToPath(new URL('../sandbox/main.ts', import.meta.url));
  const options = [
    '--scenario',
    'padded',
    '--token',
    'cfut_Mine',
    '--switches',
    '{"linkStyle":"google"}',
  ];
  const child = spawn(process.execPath, [main, ...options, '--until-stdin-ends'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => {
    const { value } = await lines.next();
    return z.record(z.string(), z.unknown()).parse(JSON.parse(z.string().parse(value)));
  };
  const { apiRoot, token, accountId, appId, originals } = await read();
  expect([token, z.array(z.unknown()).parse(originals).length]).toEqual(['cfut_Mine', 4]);
  const base = `${String(apiRoot)}/accounts/${String(accountId)}/realtime/kit/${String(appId)}`;
  const reply = await fetch(`${base}/recordings`, {
    headers: { Authorization: 'Bearer cfut_Mine' },
  });
  expect(await reply.text()).toContain('X-Goog-Signature');
  child.stdin.end();
  expect(await read()).toEqual({ requests: 1, violations: [] });
  expect(await once(child, 'exit')).toEqual([0, null]);
});
