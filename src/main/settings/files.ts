/** @file Main process. Small files of the profile: replaced whole, so a crash leaves the old or the new one. */
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Null for what is not JSON: nothing of ours is. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export async function replaceFile(path: string, text: string): Promise<void> {
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
}
