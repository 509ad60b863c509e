/** @file Tests. The scripted sessions play, and their tables agree with what the stand-in stores. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CoverageReason } from '../../src/preload/contract/coverage.ts';
import type { Sandbox } from '../sandbox/index.ts';
import { playSession, scriptedSessions, startStage } from '../sandbox/scripted-sessions.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startStage();
});
afterEach(() => sandbox.close());

test('there are twenty and more, each of its own name', () => {
  const names = scriptedSessions.map(({ name }) => name);
  expect(names.length).toBeGreaterThanOrEqual(20);
  expect(new Set(names).size).toBe(names.length);
});

test('every reason is a word of the contract', () => {
  const reasons = scriptedSessions
    .flatMap(({ expected }) => Object.values(expected))
    .flatMap(({ cells }) => Object.values(cells))
    .flatMap((words) => words.split(': ').slice(1));
  expect(reasons.length).toBeGreaterThan(20);
  for (const reason of reasons) expect(CoverageReason.options).toContain(reason);
});

test.each(scriptedSessions)('$name', async (session) => {
  const played = await playSession(sandbox, session);
  expect([...played.recordings.keys()].sort()).toEqual(Object.keys(session.expected).sort());
  for (const [key, { cells, extra = [] }] of Object.entries(session.expected)) {
    const id = played.recordings.get(key);
    const stored = sandbox.originals().filter((each) => each.recordingId === id);
    // What was fetched or may be is stored; of the others nothing is.
    const withFile = Object.entries(cells).filter(([connection, words]) => {
      const { peerId } = played.connections.get(connection) ?? {};
      if (peerId === undefined) throw new Error(`nobody joins as ${connection}`);
      const isStored = stored.some(({ fileName }) => fileName.includes(peerId));
      const mayBeStored = /^(received|short)|not-fetched|file-lost/.test(words);
      if (isStored) expect(mayBeStored, `${connection}: ${words}`).toBe(true);
      if (/^(received|short)|not-fetched/.test(words)) expect(isStored, connection).toBe(true);
      return isStored;
    });
    expect(stored).toHaveLength(withFile.length + extra.length);
  }
});
