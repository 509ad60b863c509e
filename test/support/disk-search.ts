/** @file Tests. Looks for a secret in files and texts, in every form it could have taken on its way there. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A secret as it would look in UTF-8, UTF-16, base64 (at each of its three phases), hex and per cent. */
export function formsOf(secret: string): Buffer[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((phase) => {
    const text = Buffer.concat([Buffer.alloc(phase), bytes]).toString('base64');
    // The first and last characters hang on the neighbours of the secret.
    return text.slice(phase === 0 ? 0 : 4, -4);
  });
  const texts = [
    secret,
    encodeURIComponent(secret),
    [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    bytes.toString('hex'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    [...secret].reverse().join(''),
  ];
  const wide = Buffer.from(secret, 'utf16le');
  return [...texts.map((text) => Buffer.from(text)), wide, Buffer.from(wide).swap16()];
}

/** Files under a folder that hold a secret in any form, and how many files were read. */
export async function filesWith(
  folder: string,
  secrets: readonly string[],
): Promise<{ found: string[]; read: number }> {
  const forms = secrets.flatMap(formsOf);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  let read = 0;
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (forms.some((form) => entry.name.includes(form.toString('latin1')))) found.push(path);
    if (!entry.isFile()) continue;
    const bytes = await readFile(path);
    read += 1;
    if (forms.some((form) => bytes.includes(form))) found.push(path);
  }
  return { found, read };
}
