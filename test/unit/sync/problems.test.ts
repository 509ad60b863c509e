/** @file Tests of naming what the vendor does wrong (contract 10.2). */
import { describe, expect, test } from 'vitest';

import { problemsOf, type Known } from '../../../src/main/sync/problems.ts';
import { vendorFile, vendorRecording } from './vendor.ts';

const now = Date.UTC(2026, 10, 20);
const minuteMs = 60_000;
const ago = (minutes: number) => now - minutes * minuteMs;

function codes(
  recording: Parameters<typeof vendorRecording>[0],
  known: Partial<Known> = {},
): string[] {
  return problemsOf({
    recording: vendorRecording(recording),
    session: null,
    people: null,
    now,
    ...known,
  }).map(({ code, detail }) => (detail === null ? code : `${code}: ${detail}`));
}

describe('a recording that', () => {
  test.each([
    ['was invoked 9 minutes ago', 9, []],
    ['was invoked 11 minutes ago', 11, ['never-started']],
  ])('%s', (_case, minutes, expected) => {
    expect(codes({ status: 'INVOKED', invokedAt: ago(minutes) })).toEqual(expected);
  });

  test.each([
    ['uploads for 14 minutes', 14, 0, []],
    ['uploads for 16 minutes', 16, 0, ['upload-takes-long']],
    ['uploads for 25 hours without a duration', 25 * 60, 0, ['probably-lost-at-provider']],
    ['uploads for 25 hours with a duration', 25 * 60, 60_000, ['upload-takes-long']],
  ])('%s', (_case, minutes, durationMs, expected) => {
    expect(codes({ status: 'UPLOADING', stoppedAt: ago(minutes), durationMs })).toEqual(expected);
  });

  test.each([
    ['live', 2, []],
    ['live', 0, ['records-an-empty-call']],
    ['ended', null, ['records-an-empty-call']],
  ] as const)(
    'records while its call is %s with %s people',
    (status, liveParticipants, expected) => {
      const session = {
        id: 's',
        meetingId: null,
        meetingTitle: null,
        status,
        statusText: '',
        liveParticipants,
        startedAt: null,
        endedAt: null,
        createdAt: null,
        raw: null,
      };
      expect(codes({ status: 'RECORDING' }, { session })).toEqual(expected);
    },
  );

  test('failed says why', () => {
    expect(codes({ status: 'ERRORED', errorText: 'no worker' })).toEqual(['errored: no worker']);
    expect(codes({ status: 'ERRORED', errorText: null })).toEqual(['errored']);
  });

  test('has a status nobody knows keeps the word', () => {
    expect(codes({ status: 'unknown', statusText: 'STOPPED' })).toEqual([
      'status-unknown: STOPPED',
    ]);
  });

  test('finished without files waits ten minutes before saying so', () => {
    expect(codes({ status: 'UPLOADED', stoppedAt: ago(9), files: [] })).toEqual([
      'files-may-follow',
    ]);
    expect(codes({ status: 'UPLOADED', stoppedAt: ago(11), files: [] })).toEqual([
      'finished-without-files',
    ]);
  });

  test('lists files before it is finished may list more', () => {
    const files = [vendorFile('a.webm')];
    expect(codes({ status: 'UPLOADING', stoppedAt: ago(1), files })).toEqual(['files-may-follow']);
  });

  test('has fewer files than people says both numbers', () => {
    const files = [vendorFile('a.webm')];
    expect(codes({ status: 'UPLOADED', files }, { people: 3 })).toEqual([
      'fewer-files-than-people: 1 of 3',
    ]);
    expect(codes({ status: 'UPLOADED', files }, { people: 1 })).toEqual([]);
  });

  test('has an entry that is no file names it', () => {
    const problems = [{ layerName: 'default', fileName: 'x.webm', because: 'not-https' as const }];
    expect(codes({ status: 'UPLOADED', files: [vendorFile('a')], problems })).toEqual([
      'entry-not-usable: not-https: default/x.webm',
    ]);
  });

  test('is composite is not blamed for files', () => {
    expect(codes({ status: 'UPLOADED', kind: 'composite', files: [] })).toEqual([]);
  });
});
