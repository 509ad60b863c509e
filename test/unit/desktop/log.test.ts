/** @file Tests. The log holds no secret even when someone hands it one. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/main/clock.ts';
import { cleaned, createLog } from '../../../src/main/desktop/log.ts';

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

describe('the log', () => {
  it('cuts the query of every address', () => {
    expect(cleaned('GET https://host.example/a/b.webm?X-Amz-Signature=abc failed')).toBe(
      'GET https://host.example/a/b.webm?… failed',
    );
  });

  it('blanks bearer words and token shapes', () => {
    expect(cleaned('Authorization: Bearer s3cr3t')).not.toContain('s3cr3t');
    expect(cleaned('token cfut_abcDEF123 given')).toBe('token … given');
  });

  it('writes one line an event, in order', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trackvault-log-'));
    folders.push(folder);
    const path = join(folder, 'logs', 'main.log');
    const log = createLog(path, { ...systemClock, now: () => 0 });
    log.info('first');
    log.bug('second', new Error('at https://host.example/?token=abc'));
    await log.flush();
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('"what":"first"');
    expect(lines[1]).not.toContain('token=abc');
  });
});
