/** @file Bench. Speech by espeak-ng, encoded by ffmpeg as recorders do, as long as asked. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const words = [
  'The harbour pilot said that the tide would turn at nine, and everyone agreed.',
  'We waited for the signal, and then the boats went out one after another.',
  'Nobody spoke for a while, since the wind had risen and the water was grey.',
  'Then she laughed and asked whether anyone had remembered the coffee, which of course nobody had.',
  'I said we should turn around before the weather got worse.',
  'But the others wanted to go on until the lighthouse, so we went.',
];

export type Mode = 'hybrid' | 'celt';

/** What a browser's recorder does at its usual bit rates: 13 and 58 MB an hour. */
const encoding: Record<Mode, readonly string[]> = {
  hybrid: ['-b:a', '32k', '-application', 'voip', '-frame_duration', '60'],
  celt: ['-b:a', '129k', '-application', 'audio', '-frame_duration', '20'],
};

/** A person who speaks and listens in turn; made once per folder. */
function minuteOfSpeech(folder: string): string {
  const path = join(folder, 'minute.wav');
  if (existsSync(path)) return path;
  const spoken = join(folder, 'spoken.wav');
  execFileSync('espeak-ng', ['-v', 'en-us', '-s', '165', '-w', spoken, words.join(' ')]);
  const loop = ['-stream_loop', '2', '-i', spoken, '-t', '60', '-ar', '48000', '-ac', '1'];
  ffmpeg([...loop, path]);
  return path;
}

/** A file of `minutes` in `mode`: ten minutes are encoded, more are the same packets again. */
export function speech(folder: string, mode: Mode, minutes: number): string {
  const path = join(folder, `${mode}-${String(minutes)}.webm`);
  if (existsSync(path)) return path;
  const seconds = String(minutes * 60);
  if (minutes <= 10) {
    const source = ['-stream_loop', '-1', '-i', minuteOfSpeech(folder), '-t', seconds];
    ffmpeg([...source, '-c:a', 'libopus', ...encoding[mode], path]);
  } else {
    ffmpeg([
      '-stream_loop',
      '-1',
      '-i',
      speech(folder, mode, 10),
      '-t',
      seconds,
      '-c',
      'copy',
      path,
    ]);
  }
  return path;
}

/** The same with half a minute cut out of the timestamps after the first half. */
export function speechWithHole(folder: string, minutes: number): string {
  const path = join(folder, `hole-${String(minutes)}.webm`);
  const half = (minutes * 60) / 2;
  const shift = `setts=ts='TS+gte(TS*TB,${String(half)})*30/TB'`;
  ffmpeg(['-i', speech(folder, 'hybrid', minutes), '-c', 'copy', '-bsf:a', shift, path]);
  return path;
}

function ffmpeg(args: readonly string[]): void {
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
