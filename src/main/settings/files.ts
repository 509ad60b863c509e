/** @file Main process. Small files of the profile: replaced whole, so a crash leaves the old or the new one. */
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '#contract';

/** Null for what is not JSON: nothing of ours is. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @throws Failure `disk.full`, `disk.refused` */
export async function replaceFile(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const next = `${path}.next`;
    const file = await open(next, 'w', 0o600);
    try {
      await file.writeFile(`${text}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } catch (thrown) {
    const code = systemCode(thrown) ?? 'unknown';
    throw code === 'ENOSPC' || code === 'EDQUOT'
      ? new Failure('disk.full', 'The disk of the profile is full.', { cause: thrown })
      : new Failure('disk.refused', `The profile cannot be written (${code}).`, { cause: thrown });
  }
}

/** The code of a system error, or null for anything else that was thrown. */
export function systemCode(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : null;
}
