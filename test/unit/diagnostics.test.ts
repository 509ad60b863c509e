/** @file Tests. The text for a support case says what helps and nothing that is a person's. */
import type { AppInfo, PullStatus, Settings } from '#contract';
import { RecordingId } from '#contract';
import { describe, expect, it } from 'vitest';
import { type DiagnosticFacts, diagnosticsText } from '../../src/main/diagnostics.ts';
import { idlePull } from '../../src/main/sync/index.ts';

/** Stands wherever a name, a title, an id, a path or a secret can stand. */
const canary = 'Zephyrine';
const path = `/home/${canary}/My ${canary} Archive/recordings/2026/2026-11-18_${canary}_9f3c01ab`;

const info: AppInfo = {
  version: '1.2.3',
  electron: '33.0.0',
  chrome: '130',
  node: '20.18.1',
  platform: 'linux',
  keychain: { available: false, reason: `The keychain of ${canary} does not answer.` },
  offers: { startAtLogin: true, tray: false },
  logDir: `/home/${canary}/logs`,
};

const settings: Settings = {
  appearance: { theme: 'dark' },
  layout: {
    panes: { [canary]: 20 },
    closed: [canary],
    meetingColumns: ['when'],
    meetingSort: { by: 'when', descending: true },
  },
  behaviour: { startAtLogin: true, stayInTray: false, offered: true, notifications: true },
  fetching: { automatic: true, everyMinutes: 7, atOnce: 5, speedLimit: null },
  relay: { enabled: false, port: 8790 },
};

const failure = { code: 'link.expired' as const, message: canary, details: { file: canary } };
const recordingId = RecordingId.parse(canary);
const pull: PullStatus = {
  ...idlePull,
  state: 'failed',
  failure: { code: 'api.unreachable', message: canary },
  transfers: [1, 2].map((each) => ({
    key: `${canary}${String(each)}`,
    recordingId,
    title: canary,
    fileName: canary,
    state: 'failed',
    receivedBytes: 0,
    totalBytes: null,
    attempts: 1,
    failure,
    retryAt: null,
    deadlineAt: null,
  })),
  atRisk: [{ recordingId, title: canary, why: 'failed', deadlineAt: null }],
};

const line = (level: string, what: string, facts?: object) =>
  JSON.stringify({ at: '2026-11-22T10:00:00.000Z', level, what, ...(facts && { facts }) });

const stack = [
  `Error: ENOENT: no such file or directory, open '${path}/data/${canary}.webm'`,
  `    at keep (file:///home/${canary}/app/out/main/shared-1a2b.js:10:5)`,
  `    at async ${path}/out/main/index.js:200:17`,
].join('\n');

const facts: DiagnosticFacts = {
  at: 0,
  info,
  system: { release: '6.1', arch: 'x64', locale: 'en-GB', memoryBytes: 8e9 },
  settings,
  workspaces: ['keychain', 'missing'],
  library: {
    state: 'open',
    libraryId: canary,
    dir: path,
    access: 'reader',
    readingBecause: { code: 'library.locked', message: canary },
    sample: false,
    recordings: 12,
  },
  libraryFormat: 1,
  totals: { recordings: 12, tracks: 40, bytes: 123_456 },
  pull,
  log: [
    line('info', 'row-not-understood', { call: 'recordings', message: `${canary} is no number` }),
    line('warn', `${path}: the manifest of ${canary} does not fit`),
    line('warn', `recordings/2026/${canary}/bag-info.txt: not readable`),
    line('warn', `The title “${canary}” and '${canary}' and "${canary}" are odd`),
    line('warn', 'the page ended', { reason: 'crashed', exitCode: 5, title: canary }),
    line('warn', 'a process ended', { name: `of ${canary}`, type: 'Utility' }),
    line('bug', 'unforeseen', { stack: `TypeError: ${canary} is not a function\n${stack}` }),
    line('bug', 'call library.verify', { stack }),
    line('bug', 'unforeseen', { stack: `${canary}: ${canary}` }),
    `half a line of ${canary}`,
    '{"level":"info"}',
  ],
};

describe('the text for a support case', () => {
  it('names no person, no meeting, no id, no path and no secret', () => {
    expect(diagnosticsText(facts)).not.toContain(canary);
    expect(diagnosticsText(facts)).not.toMatch(/\/home|recordings\/2026|\.webm/);
    const failed = { state: 'closed' as const, dir: path, failure };
    expect(diagnosticsText({ ...facts, library: failed })).not.toContain(canary);
    expect(diagnosticsText({ ...facts, library: { state: 'opening', dir: path } })).not.toContain(
      canary,
    );
  });

  it('says versions, settings, counts and codes', () => {
    const text = diagnosticsText(facts);
    for (const expected of [
      'Trackvault: 1.2.3',
      '"electron":"33.0.0"',
      '"locale":"en-GB"',
      'keychain: not available',
      '"everyMinutes":7,"atOnce":5',
      'workspaces: ["keychain","missing"]',
      '"access":"reader","sample":false,"readingBecause":"library.locked"',
      'library format: 1',
      'holds: {"recordings":12,"tracks":40,"bytes":123456}',
      '"failure":"api.unreachable"',
      '"codes":{"link.expired":2}',
    ]) {
      expect(text).toContain(expected);
    }
  });

  it('keeps of the log what leads to the trouble', () => {
    const text = diagnosticsText(facts);
    expect(text).toContain('info row-not-understood call=recordings');
    expect(text).toContain('warn the page ended reason=crashed exitCode=5');
    expect(text).toContain('bug unforeseen TypeError shared-1a2b.js:10 index.js:200');
    expect(text).toContain('bug call library.verify Error ENOENT shared-1a2b.js:10 index.js:200');
  });
});
