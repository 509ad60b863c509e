/** @file Main process. Where results lie under `derived/`, by content hash and pipeline version. All of it may be deleted at any time. */
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Raise when results of the same bytes would differ: what older versions left is then not looked at. */
export const PIPELINE_VERSION = 1;

export const derivedNames = ['peaks', 'overview', 'speech', 'packets', 'playback'] as const;
export type DerivedName = (typeof derivedNames)[number];
export type DerivedFiles = Record<DerivedName, string>;

/** Absolute paths of the results for bytes with this SHA-256 (64 lower-case hex), whether they exist or not. */
export function derivedFiles(derivedDir: string, sha256: string): DerivedFiles {
  const folder = join(derivedDir, sha256.slice(0, 2), sha256, `v${PIPELINE_VERSION}`);
  return {
    peaks: join(folder, 'peaks.dat'),
    overview: join(folder, 'overview.dat'),
    speech: join(folder, 'speech.json'),
    packets: join(folder, 'packets.bin'),
    playback: join(folder, 'playback.webm'),
  };
}

/** Which results exist. Each is written under another name and renamed, so what exists is whole. */
export async function existingDerived(
  derivedDir: string,
  sha256: string,
): Promise<Record<DerivedName, boolean>> {
  const files = derivedFiles(derivedDir, sha256);
  const [peaks, overview, speech, packets, playback] = await Promise.all([
    exists(files.peaks),
    exists(files.overview),
    exists(files.speech),
    exists(files.packets),
    exists(files.playback),
  ]);
  return { peaks, overview, speech, packets, playback };
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

let written = 0;

/** Has `write` fill a file beside `target`, then gives it that name. On failure nothing is left behind. */
export async function writeWhole<Answer>(
  target: string,
  write: (path: string) => Promise<Answer>,
): Promise<Answer> {
  await mkdir(dirname(target), { recursive: true });
  const part = `${target}.${process.pid}-${process.hrtime.bigint()}-${++written}.part`;
  try {
    const answer = await write(part);
    await rename(part, target);
    return answer;
  } catch (thrown) {
    await rm(part, { force: true });
    throw thrown;
  }
}
