/** @file Tests. The log holds no secret even when someone hands it one. */
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
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

  it('blanks what signs a link, wherever it stands', () => {
    for (const text of [
      'X-Amz-Signature=s3cr3t&X-Amz-Credential=s3cr3t/2026 end',
      'tried /key?x=1&Signature=s3cr3t',
      '{"query":"sig=s3cr3t"}',
      'x-amz-security-token%3Ds3cr3t',
      '{"header":"Bearer s3cr3t"}',
      'authorization: bearer%20s3cr3t',
    ]) {
      expect(cleaned(text)).not.toContain('s3cr3t');
    }
    expect(cleaned('{"query":"sig=s3cr3t"}')).toBe('{"query":"sig=…"}');
  });

  it('is three files at most, and gives its last lines back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trackvault-log-'));
    folders.push(folder);
    const path = join(folder, 'main.log');
    const log = createLog(path, { ...systemClock, now: () => 0 });
    const large = 'x'.repeat(900_000);
    for (let each = 0; each < 12; each += 1) log.info(`${String(each)} ${large}`);
    log.info('the last but one');
    log.info('the last');
    const lines = await log.recent(2);
    expect(lines.map((line) => line.slice(-20))).toEqual([
      expect.stringContaining('last but one'),
      expect.stringContaining('the last'),
    ]);
    expect((await readdir(folder)).sort()).toEqual(['main.log', 'main.log.1', 'main.log.2']);
    for (const name of await readdir(folder)) {
      expect((await stat(join(folder, name))).size).toBeLessThan(3_000_000);
    }
    expect((await log.recent(4)).length).toBe(4);
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
