/** @file Tests of the rule by which a recording is called final. */
import { expect, test } from 'vitest';
import { decideSeal, endOfHope, isFinal } from '../../../src/main/library/sealing.ts';
import { observation } from '../../support/temp-library.ts';

const hour = 3600_000;
const final = observation(0);
const stopped = final.stoppedAt ?? 0;
const base = {
  observation: final,
  absent: [],
  held: 1,
  gone: false,
  reads: { since: stopped, recent: [] },
  now: stopped + 10 * 60_000,
};
const pending = { layerName: 'default', fileName: 'x', state: 'pending' as const };
const lost = { ...pending, state: 'lost' as const };

test.each([
  ['one read is not enough', { reads: { since: stopped, recent: [stopped] } }, 'not-yet'],
  [
    'two reads 4 min 59 s apart are not enough',
    { reads: { since: stopped, recent: [stopped, stopped + 299_999] } },
    'not-yet',
  ],
  [
    'two reads 5 min apart are',
    { reads: { since: stopped, recent: [stopped, stopped + 300_000] } },
    'sealed',
  ],
  [
    'two reads at once within the hour are not',
    { reads: { since: stopped + hour, recent: [stopped + hour, stopped + hour] } },
    'not-yet',
  ],
  [
    'two reads at once after the hour are',
    { reads: { since: stopped + hour + 1, recent: [stopped + hour + 1, stopped + hour + 1] } },
    'sealed',
  ],
  [
    'a pending file keeps it open',
    { absent: [pending], reads: { since: 0, recent: [stopped + 2 * hour] } },
    'not-yet',
  ],
  [
    'a lost file closes it incomplete',
    { absent: [lost], reads: { since: 0, recent: [stopped + 2 * hour] } },
    'closed-incomplete',
  ],
  [
    'past the deadline a missing file closes it incomplete',
    { absent: [pending], now: (final.deadlineAt ?? 0) + 1 },
    'closed-incomplete',
  ],
  [
    'past the deadline a whole one is sealed without another read',
    { now: (final.deadlineAt ?? 0) + 1 },
    'sealed',
  ],
  ['gone with all files held is sealed', { gone: true }, 'sealed'],
  [
    'gone with a file missing is closed incomplete',
    { gone: true, absent: [pending] },
    'closed-incomplete',
  ],
  [
    'uploading for ever is closed incomplete at its end',
    {
      held: 0,
      observation: { ...final, status: 'UPLOADING', deadlineAt: null },
      now: stopped + 8 * 24 * hour,
    },
    'closed-incomplete',
  ],
  [
    'uploading is not final',
    {
      observation: { ...final, status: 'UPLOADING' },
      reads: { since: 0, recent: [stopped + 2 * hour] },
    },
    'not-yet',
  ],
])('%s', (_name, changes, kind) => {
  expect(decideSeal({ ...base, ...changes }).kind).toBe(kind);
});

test('an unknown word is final only for a recording that has stopped or lists files', () => {
  expect(isFinal({ ...final, status: 'STOPPED' })).toBe(true);
  expect(isFinal({ ...final, status: 'DREAMING', stoppedAt: null, files: [] })).toBe(false);
});

test('without a stated deadline hope ends seven days after the stop, eight after the start', () => {
  const day = 24 * hour;
  expect(endOfHope({ ...final, deadlineAt: null })).toBe(stopped + 7 * day);
  expect(endOfHope({ ...final, deadlineAt: null, stoppedAt: null })).toBe(
    (final.invokedAt ?? 0) + 8 * day,
  );
});
