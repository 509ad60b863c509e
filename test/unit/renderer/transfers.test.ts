/** @file Tests. What the screens of transfers and of the day say: steps, standings, deadlines, reasons, and which lines are drawn. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorkspaceId } from '../../../src/preload/contract/nouns.ts';
import type { Recording } from '../../../src/preload/contract/nouns.ts';
import type { PullStatus } from '../../../src/preload/contract/pull.ts';
import type { Today } from '../../../src/preload/contract/today.ts';
import {
  pipelineSteps,
  type Passage,
  type Stall,
} from '../../../src/preload/contract/transfers.ts';
import { scrolledToLine, stretchInSight } from '../../../src/renderer/parts/windowed.ts';
import { countText, nextText, pauseText } from '../../../src/renderer/screens/pull-words.ts';
import {
  checkedText,
  namesText,
  needsOf,
  risksOf,
  runningText,
  wellText,
  type World,
} from '../../../src/renderer/screens/today-words.ts';
import {
  amountText,
  deadlineWords,
  fileStates,
  filesText,
  marksOf,
  mayCancel,
  mayRetry,
  passageReason,
  sectionOf,
  standingWords,
} from '../../../src/renderer/screens/transfer-words.ts';
import { madeUpRecording } from '../../support/made-up-recording.ts';

const now = new Date(2026, 10, 20, 12).getTime();
const hourMs = 3_600_000;

const recordingWith = (more: Partial<Recording> = {}): Recording =>
  madeUpRecording(now, { deadlineAt: now + 30 * hourMs, ...more });

const noFiles = {
  total: 0,
  kept: 0,
  verified: 0,
  failed: 0,
  cancelled: 0,
  spoilt: 0,
  lost: 0,
  paused: 0,
  notChosen: 0,
};
const passageWith = (more: Partial<Passage> = {}): Passage => ({
  recording: recordingWith(),
  step: 'fetching',
  standing: 'moving',
  files: { ...noFiles, total: 3, kept: 1 },
  timeline: [],
  stall: null,
  receivedBytes: 0,
  totalBytes: null,
  bytesPerSecond: 0,
  attempts: 0,
  retryAt: null,
  deadlineAt: null,
  risk: 'pending',
  failure: null,
  ...more,
});

const pullWith = (more: Partial<PullStatus> = {}): PullStatus => ({
  state: 'done',
  recordings: 1,
  composites: 0,
  files: { total: 4, kept: 4, failed: 0 },
  bytesPerSecond: 0,
  pausedUntil: null,
  pausedBecause: null,
  pausedByPerson: false,
  wasOff: null,
  nextAt: null,
  transfers: [],
  failure: null,
  endedAt: now,
  atRisk: [],
  ...more,
});

describe('the pipeline', () => {
  it('has one mark for where it is, and none once all is verified', () => {
    expect(marksOf({ step: 'uploading', standing: 'moving' })).toEqual([
      'passed',
      'passed',
      'here',
      'ahead',
      'ahead',
      'ahead',
    ]);
    expect(marksOf({ step: 'verified', standing: 'done' })).toEqual(Array(6).fill('passed'));
  });

  it('names every step in every standing in words, with a whole sentence of what that means', () => {
    for (const step of pipelineSteps) {
      for (const standing of ['moving', 'waiting', 'done', 'stuck'] as const) {
        const { text, means } = standingWords(passageWith({ step, standing }));
        expect(text, `${step} ${standing}`).toMatch(/^[A-Z“]/u);
        expect(means, `${step} ${standing}`).toMatch(/^[A-Z“].*[.!]$/su);
      }
    }
    for (const { means } of Object.values(fileStates)) expect(means).toMatch(/^[A-Z].*\.$/u);
  });

  it('passes on the service’s own words, and its unknown ones as they are', () => {
    const errored = recordingWith({
      state: 'errored',
      vendorStatus: 'ERRORED',
      errorMessage: 'no worker',
    });
    const failed = passageWith({
      recording: errored,
      step: 'recording',
      standing: 'stuck',
      files: noFiles,
    });
    expect(standingWords(failed).means).toContain('“no worker”');
    const strange = recordingWith({ vendorStatus: 'STOPPED' });
    expect(standingWords(passageWith({ recording: strange, step: 'uploading' })).text).toBe(
      '“STOPPED”',
    );
  });

  it('sorts what needs a person from what goes on, ended incomplete and is done', () => {
    const standings = ['waiting', 'moving', 'stuck', 'done'] as const;
    expect(standings.map((standing) => sectionOf({ standing, files: noFiles }))).toEqual([
      'needs',
      'moving',
      'incomplete',
      'done',
    ]);
    const leftOut = { ...noFiles, total: 2, notChosen: 2 };
    expect(sectionOf({ standing: 'waiting', files: leftOut })).toBe('not-chosen');
    expect(sectionOf({ standing: 'waiting', files: { ...leftOut, failed: 1 } })).toBe('needs');
  });
});

describe('a line', () => {
  it('warns below a day and alarms below six hours', () => {
    const tone = (hours: number) => deadlineWords(now + hours * hourMs, now)?.tone;
    expect([25, 23, 7, 5, -1].map(tone)).toEqual(['quiet', 'warn', 'warn', 'bad', 'bad']);
    expect(deadlineWords(null, now)).toBeNull();
  });

  it('counts its files and says what became of those that are not here', () => {
    expect(filesText(passageWith())).toBe('1 of 3 files');
    expect(
      filesText(
        passageWith({
          files: { ...noFiles, total: 5, kept: 1, failed: 1, cancelled: 1, spoilt: 1, lost: 1 },
        }),
      ),
    ).toBe('1 of 5 files · 1 failed · 1 damaged or missing · 1 called off · 1 lost');
    expect(filesText(passageWith({ files: noFiles }))).toBe('no files yet');
    expect(filesText(passageWith({ files: noFiles, standing: 'stuck' }))).toBe('no files');
  });

  it('shows bytes of bytes, and no zero of an unknown size', () => {
    expect(amountText(0, null)).toBe('');
    expect(amountText(1_400_000, 3_000_000)).toBe('1.4 MB of 3.0 MB');
    expect(amountText(3_000_000, 3_000_000)).toBe('3.0 MB');
  });

  it('gives the reason of a failure with the moment of the next try, and nothing while all is well', () => {
    const failure = { code: 'file.incomplete', message: 'for the log' } as const;
    const said = passageReason(passageWith({ failure, retryAt: now + 60_000 }), now);
    expect(said).toMatch(
      /^The connection ended before the file was whole\. Tried again at 12:01:00\.$/,
    );
    expect(passageReason(passageWith({ bytesPerSecond: 5 }), now)).toBe('');
  });

  it('offers only wishes that change something', () => {
    expect(mayRetry(passageWith())).toBe(false);
    expect(mayCancel(passageWith())).toBe(true);
    const calledOff = passageWith({
      standing: 'waiting',
      files: { ...noFiles, total: 2, kept: 1, cancelled: 1 },
    });
    expect([mayRetry(calledOff), mayCancel(calledOff)]).toEqual([true, false]);
    const done = passageWith({
      standing: 'done',
      files: { ...noFiles, total: 2, kept: 2, verified: 2 },
    });
    expect([mayRetry(done), mayCancel(done)]).toEqual([false, false]);
  });
});

describe('the pass', () => {
  it('says why it pauses and until when, and nothing once that is over', () => {
    const paused = (pausedBecause: PullStatus['pausedBecause']) =>
      pauseText({ pausedUntil: now + 65_000, pausedBecause, pausedByPerson: false }, now);
    expect(paused('api.rate-limited')).toBe('paused by the service until 12:01:05');
    expect(paused('disk.full')).toContain('the disk is full');
    expect(paused('credentials.expired')).toMatch(
      /^The token has expired\. Tried again at 12:01:05\.$/,
    );
    const over = {
      pausedUntil: now - 1,
      pausedBecause: 'disk.full',
      pausedByPerson: false,
    } as const;
    expect(pauseText(over, now)).toBe('');
    expect(pauseText({ ...over, pausedByPerson: true }, now)).toBe(
      'by you, until you let them go on',
    );
  });

  it('says when it looks again, or that it will not by itself', () => {
    expect(nextText(pullWith({ nextAt: now + 10 * 60_000 }), true, now)).toBe(
      'looks again at 12:10',
    );
    expect(nextText(pullWith(), false, now)).toBe('looks again when you ask');
    expect(nextText(pullWith({ state: 'fetching' }), false, now)).toBe('');
  });

  it('does not repeat itself once it is done', () => {
    expect(countText(pullWith())).toBe('');
    expect(
      countText(pullWith({ state: 'fetching', files: { total: 4, kept: 1, failed: 0 } })),
    ).toBe('1 of 4 files');
  });
});

describe('the day', () => {
  const nothing: Today = { atRisk: [], lost: [], running: [], needsYou: [], arrived: [] };
  const worldWith = (more: Partial<World> = {}): World => ({
    workspace: {
      workspaceId: WorkspaceId.parse('w1'),
      label: 'Desk',
      accountId: 'a',
      appId: 'b',
      apiRoot: 'https://api.example.org/client/v4',
      token: 'keychain',
      current: true,
      archive: { kind: 'all' },
    },
    pull: pullWith(),
    library: null,
    today: nothing,
    passages: [],
    forecast: null,
    alarms: [],
    recordedNow: new Set(),
    now,
    ...more,
  });
  const pending = recordingWith({
    trackCount: 1,
    absent: [{ layerName: 'default', fileName: 'a', state: 'pending' }],
  });

  it('asks for nothing when nothing is the matter, and says so with the real number', () => {
    expect(needsOf(worldWith())).toEqual([]);
    const done = passageWith({ standing: 'done', step: 'verified' });
    expect(wellText({ passages: [done, done], library: null })).toBe(
      '2 recordings of the last seven days are sealed and verified.',
    );
    expect(wellText({ passages: [], library: null })).toBe('');
  });

  it('a token that does not serve needs a person; a missing network does not', () => {
    const failedBy = (code: 'credentials.expired' | 'api.unreachable') =>
      needsOf(worldWith({ pull: pullWith({ state: 'failed', failure: { code, message: '' } }) }));
    expect(failedBy('credentials.expired')).toMatchObject([
      { step: { deed: { kind: 'connect' } } },
    ]);
    expect(failedBy('api.unreachable')).toEqual([]);
  });

  it('what is lost, damaged or failed at the service is named, each with one step', () => {
    const lost = recordingWith({
      absent: [{ layerName: 'default', fileName: 'a', state: 'lost' }],
    });
    const needs = needsOf(
      worldWith({
        today: {
          ...nothing,
          lost: [lost],
          needsYou: [
            { recording: recordingWith(), why: 'damaged', tracks: 2 },
            { recording: recordingWith({ errorMessage: 'no worker' }), why: 'errored', tracks: 0 },
            {
              recording: recordingWith({ stoppedAt: now - 8 * 24 * hourMs }),
              why: 'without-files',
              tracks: 0,
            },
          ],
        },
      }),
    );
    expect(needs.map(({ step }) => step.deed.kind)).toEqual(['meeting', 'reveal', 'meeting']);
    expect(needs.map(({ text }) => text)).toEqual([
      '1 file lost: the service no longer gives it out. None of its files is here.',
      '2 files on disk differ from the manifest. Restore from a backup, then verify again.',
      'The service could not record it: no file will come. Its words: “no worker”.',
    ]);
  });

  it('what does not get on at the service needs a person, each with what is at risk and a step', () => {
    const stalled = (what: Stall['what']) =>
      passageWith({
        files: noFiles,
        stall: { what, sinceAt: now - 2 * hourMs, untilAt: now + 30 * hourMs },
      });
    const needs = needsOf(
      worldWith({
        passages: [
          passageWith({ step: 'invoked', files: noFiles }),
          stalled('never-started'),
          stalled('records-an-empty-call'),
          stalled('partial-list'),
        ],
      }),
    );
    expect(needs.map(({ tone, step }) => [tone, step.deed.kind])).toEqual([
      ['warn', 'live'],
      ['bad', 'live'],
    ]);
    expect(needs[0]?.text).toBe(
      'The service took the order and did not begin. As a rule it no longer will. Nothing of this call is recorded by it. It has lasted for 2 h 0 min. The service keeps it until tomorrow 18:00: 1 d 6 h left. Order it again while the call lasts.',
    );
    const stuck = risksOf({
      ...worldWith({ passages: [stalled('probably-lost')] }),
      pulling: false,
    });
    expect(stuck.shown).toMatchObject([{ tone: 'bad', step: { deed: { kind: 'copy-id' } } }]);
  });

  it('what is missing is at risk, unless it comes by itself with a day to spare', () => {
    const world = worldWith({
      today: { ...nothing, atRisk: [pending] },
      passages: [passageWith({ recording: pending })],
    });
    expect(risksOf({ ...world, pulling: false }).shown).toMatchObject([
      {
        text: '1 of 2 files not here: that part would be lost.',
        step: { deed: { kind: 'transfers' } },
      },
    ]);
    expect(risksOf({ ...world, pulling: true })).toEqual({
      shown: [],
      coming: { recordings: 1, files: 1 },
    });
    const soon = { ...pending, deadlineAt: now + hourMs };
    const urgent = risksOf({ ...world, today: { ...nothing, atRisk: [soon] }, pulling: true });
    expect(urgent.shown).toMatchObject([{ tone: 'bad', deadline: { text: '1 h 0 min left' } }]);
  });

  it('what failed or was called off offers to fetch it after all', () => {
    const step = (files: Passage['files']) =>
      risksOf({
        ...worldWith({ today: { ...nothing, atRisk: [pending] } }),
        passages: [passageWith({ recording: pending, standing: 'waiting', files })],
        pulling: false,
      }).shown.map((each) => each.step.text);
    expect(step({ ...noFiles, total: 2, kept: 1, failed: 1 })).toEqual(['Try again']);
    expect(step({ ...noFiles, total: 2, kept: 1, cancelled: 1 })).toEqual(['Fetch after all']);
  });

  it('says since when a recording runs and when the service was asked', () => {
    const running = recordingWith({ vendorStatus: 'RECORDING', startedAt: now - 40 * 60_000 });
    expect(runningText(running, now)).toBe('Recording since 11:20, for 40 min');
    expect(checkedText(pullWith(), now)).toBe('Last checked at 12:00.');
    expect(checkedText(null, now)).toBe('Not checked since the start.');
    expect(namesText(['Ada', 'Bo', 'Cy', 'Di', 'Ed'])).toBe('Ada, Bo, Cy and 2 more');
  });
});

describe('a long list', () => {
  it('draws every line in sight, leaves out the rest, and loses no height', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 200 }),
        fc.nat(20_000),
        fc.integer({ min: 1, max: 1_000 }),
        (heights, scrollTop, height) => {
          const { first, end, above, below } = stretchInSight(heights, { scrollTop, height });
          const sum = (some: readonly number[]) => some.reduce((all, one) => all + one, 0);
          expect(above).toBe(sum(heights.slice(0, first)));
          expect(below).toBe(sum(heights.slice(end)));
          let top = 0;
          for (const [index, tall] of heights.entries()) {
            const inSight = top < scrollTop + height && top + tall > scrollTop;
            if (inSight) expect(index >= first && index < end).toBe(true);
            top += tall;
          }
        },
      ),
    );
    expect(
      stretchInSight(Array<number>(1_000).fill(60), { scrollTop: 30_000, height: 600 }),
    ).toMatchObject({
      first: 493,
      end: 517,
    });
  });

  it('scrolls no further than it takes to see a line whole', () => {
    const heights = [50, 100, 50, 300];
    expect(scrolledToLine(heights, 1, { scrollTop: 0, height: 200 })).toBe(0);
    expect(scrolledToLine(heights, 2, { scrollTop: 0, height: 120 })).toBe(80);
    expect(scrolledToLine(heights, 0, { scrollTop: 90, height: 120 })).toBe(0);
    expect(scrolledToLine(heights, 3, { scrollTop: 0, height: 120 })).toBe(200);
  });
});
