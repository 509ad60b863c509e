/** @file Tests. What the control room says: calls, people, whom a recording takes in, alarms, how old it all is, and what is told aloud. */
import { describe, expect, it } from 'vitest';
import type {
  LiveMeeting,
  LiveNow,
  LivePerson,
  LiveRecording,
} from '../../../src/preload/contract/live.ts';
import { MeetingId, RecordingId } from '../../../src/preload/contract/nouns.ts';
import { newsBetween } from '../../../src/renderer/live/live-news.ts';
import {
  alarmText,
  callText,
  freshText,
  isTaken,
  joinedText,
  mayRecord,
  mayStop,
  peopleText,
  recordingFacts,
  recordingState,
  stepsOf,
  sumText,
  takenText,
  unreadWords,
} from '../../../src/renderer/live/live-words.ts';

const now = new Date(2026, 10, 20, 12).getTime();
const minuteMs = 60_000;

const person = (userId: string | null, more: Partial<LivePerson> = {}): LivePerson => ({
  userId,
  customParticipantId: null,
  name: userId,
  joinedAt: now - 5 * minuteMs,
  connections: 1,
  ...more,
});

const recordingWith = (more: Partial<LiveRecording> = {}): LiveRecording => ({
  recordingId: RecordingId.parse('recording-1'),
  kind: 'track',
  status: 'RECORDING',
  invokedAt: now - 10 * minuteMs - 4_000,
  startedAt: now - 10 * minuteMs,
  origin: 'ours',
  taken: { kind: 'everyone' },
  prefix: 'ep42',
  stoppingSince: null,
  canPause: false,
  alarm: null,
  ...more,
});

const meetingWith = (more: Partial<LiveMeeting> = {}): LiveMeeting => ({
  meetingId: MeetingId.parse('meeting-1'),
  sessionId: null,
  title: 'Harbour pilots',
  call: 'live',
  startedAt: now - 42 * minuteMs,
  endedAt: null,
  peopleCount: 4,
  people: ['Mara', 'Ines', 'Jonas', 'Tariq'].map((name) => person(name)),
  recordings: [],
  ...more,
});

const liveWith = (meetings: LiveMeeting[], more: Partial<LiveNow> = {}): LiveNow => ({
  state: 'known',
  readAt: now,
  nextAt: null,
  everyMs: 12_000,
  failure: null,
  meetings,
  ...more,
});

describe('a call', () => {
  it('says since when it goes on, or when it ended', () => {
    expect(callText(meetingWith(), now)).toBe('Since 11:18 · 42 min');
    expect(callText(meetingWith({ call: 'over', endedAt: now - 3 * minuteMs }), now)).toBe(
      'Ended at 11:57 · 3 min ago',
    );
    expect(callText(meetingWith({ call: 'over' }), now)).toBe('The call is over');
  });

  it('never counts backwards when the service’s clock is ahead', () => {
    expect(callText(meetingWith({ startedAt: now + 30_000 }), now)).toMatch(/· 0 s$/);
    expect(freshText(liveWith([], { readAt: now + 5_000 }), now)).toBe('As of now');
  });

  it('counts the people it names, else those the service counts', () => {
    expect(peopleText(meetingWith({ peopleCount: 9 }))).toBe('4 people');
    expect(peopleText(meetingWith({ people: null, peopleCount: 1 }))).toBe('1 person');
    expect(peopleText(meetingWith({ people: null, peopleCount: null }))).toBe('');
    expect(peopleText(meetingWith({ people: [] }))).toBe('Nobody in the call');
  });

  it('tells two connections of a person', () => {
    expect(joinedText(person('Mara', { connections: 2 }), now)).toBe('since 11:55 · 2 connections');
  });

  it('may be recorded while it goes on and no track recording runs in it', () => {
    expect(mayRecord(meetingWith())).toBe(true);
    expect(mayRecord(meetingWith({ call: 'over' }))).toBe(false);
    expect(mayRecord(meetingWith({ call: 'unknown' }))).toBe(false);
    expect(mayRecord(meetingWith({ recordings: [recordingWith()] }))).toBe(false);
    const elsewhere = recordingWith({ origin: 'elsewhere', taken: { kind: 'unknown' } });
    expect(mayRecord(meetingWith({ recordings: [elsewhere] }))).toBe(false);
    expect(mayRecord(meetingWith({ recordings: [recordingWith({ kind: 'composite' })] }))).toBe(
      true,
    );
    const hung = recordingWith({ status: 'INVOKED', alarm: 'never-started' });
    expect(mayRecord(meetingWith({ recordings: [hung] }))).toBe(true);
  });
});

describe('whom a recording takes in', () => {
  const chosen = (...userIds: string[]) => recordingWith({ taken: { kind: 'chosen', userIds } });

  it('is named with how many of those in the call', () => {
    expect(takenText(chosen('Mara', 'Ines'), meetingWith())).toBe('2 of 4: Mara, Ines');
    expect(takenText(recordingWith(), meetingWith())).toBe('Everyone');
  });

  it('tells of those chosen who are not in the call', () => {
    expect(takenText(chosen('Mara', 'Lena'), meetingWith())).toBe(
      '1 of 4: Mara; 1 chosen, not in the call',
    );
    expect(takenText(chosen('Lena'), meetingWith())).toBe('0 of 4; 1 chosen, not in the call');
  });

  it('is a number while nobody’s name is known', () => {
    expect(takenText(chosen('Mara', 'Ines'), meetingWith({ people: null }))).toBe(
      '2 chosen people',
    );
  });

  it('cannot be known of one started elsewhere, nor of a person without an id', () => {
    const elsewhere = recordingWith({ origin: 'elsewhere', taken: { kind: 'unknown' } });
    expect(takenText(elsewhere, meetingWith())).toBe('Who is included cannot be known');
    expect(isTaken(elsewhere, person('Mara'))).toBeNull();
    expect(isTaken(chosen('Mara'), person(null))).toBeNull();
    expect(isTaken(chosen('Mara'), person('Ines'))).toBe(false);
    expect(isTaken(recordingWith(), person(null))).toBe(true);
  });
});

describe('the state of a recording', () => {
  const textOf = (more: Partial<LiveRecording>) => recordingState(recordingWith(more)).text;

  it('is stopping until a read confirms it, whatever the service still says', () => {
    expect(textOf({ stoppingSince: now })).toBe('Stopping…');
    expect(mayStop(recordingWith({ stoppingSince: now }))).toBe(false);
    expect(recordingFacts(recordingWith({ stoppingSince: now - 9_000 }), now)).toBe(
      'asked 9 s ago · prefix ep42',
    );
  });

  it('follows the service, also through words nobody knows', () => {
    expect(textOf({ status: 'INVOKED' })).toBe('Starting…');
    expect(textOf({})).toBe('Recording');
    expect(textOf({ status: 'PAUSED' })).toBe('Paused');
    expect(textOf({ status: 'STOPPED' })).toBe('“STOPPED”');
    expect(textOf({ status: 'INVOKED', alarm: 'never-started' })).toBe('Not begun');
    expect(recordingState(recordingWith({ alarm: 'records-an-empty-call' }))).toMatchObject({
      text: 'Still recording',
      tone: 'bad',
    });
  });

  it('says what an alarm puts at stake', () => {
    const over = { call: 'over', endedAt: now - 3 * minuteMs } as const;
    const still = recordingWith({ alarm: 'records-an-empty-call' });
    expect(alarmText(still, over, now)).toMatch(
      /^The call ended 3 min ago, and this still records/,
    );
    expect(alarmText(still, { call: 'live', endedAt: null }, now)).toMatch(
      /^Nobody is in the call any more, and this/,
    );
    expect(alarmText({ ...still, stoppingSince: now }, over, now)).toMatch(/stop was sent/);
    expect(alarmText(recordingWith(), over, now)).toBeNull();
    const hung = recordingWith({ alarm: 'never-started', invokedAt: now - 11 * minuteMs });
    expect(alarmText(hung, over, now)).toMatch(/Ordered 11 min ago, and nothing has begun/);
  });

  it('is a way with one step at a time', () => {
    const names = (more: Partial<LiveRecording>) =>
      stepsOf(recordingWith(more), now).map(({ name, mark, age }) => `${name} ${mark} ${age}`);
    expect(names({ status: 'INVOKED', startedAt: null })).toEqual([
      'Ordered here 10 min',
      'Recording ahead ',
      'Stopping ahead ',
      'Uploading ahead ',
    ]);
    expect(names({ stoppingSince: now - 2 * minuteMs })).toEqual([
      'Ordered passed 4 s',
      'Recording passed 8 min',
      'Stopping here 2 min',
      'Uploading ahead ',
    ]);
    expect(names({ status: 'UPLOADING', stoppingSince: now })[3]).toBe('Uploading here ');
  });
});

describe('the list', () => {
  it('says how old it is, and why it is read seldom', () => {
    expect(freshText(liveWith([]), now + 12_000)).toBe('As of 12 s ago');
    expect(freshText(liveWith([], { everyMs: 40_000 }), now + 3 * minuteMs)).toBe(
      'As of 3 min ago · read every 40 s, for much is going on',
    );
    expect(freshText(liveWith([], { readAt: null }), now)).toBe('');
  });

  it('counts calls and recordings', () => {
    expect(sumText([meetingWith()])).toBe('1 call · nothing recorded');
    const over = meetingWith({ call: 'over', recordings: [recordingWith()] });
    expect(sumText([meetingWith(), over])).toBe('1 call · 1 recording');
  });

  it('that cannot be read says that recordings go on, and whether it is read again by itself', () => {
    expect(unreadWords({ code: 'api.unreachable', message: '' })).toMatchObject({
      safe: expect.stringMatching(/goes on meanwhile/) as string,
      next: 'It is read again by itself.',
    });
    expect(unreadWords({ code: 'credentials.expired', message: '' }).next).toMatch(/new one/);
  });
});

describe('what is told aloud', () => {
  const at = (recordings: LiveRecording[], more: Partial<LiveNow> = {}) =>
    liveWith([meetingWith({ recordings })], more);

  it('is that a recording began, and that it ended', () => {
    const invoked = recordingWith({ status: 'INVOKED' });
    expect(newsBetween(at([]), at([invoked]))).toEqual([]);
    expect(newsBetween(at([invoked]), at([recordingWith()]))).toEqual([
      'Harbour pilots is being recorded.',
    ]);
    expect(newsBetween(at([recordingWith()]), at([]))).toEqual([
      'The recording of Harbour pilots has ended.',
    ]);
  });

  it('is an alarm, once and before everything else', () => {
    const alarmed = recordingWith({ alarm: 'records-an-empty-call' });
    const other = recordingWith({ recordingId: RecordingId.parse('recording-2') });
    expect(newsBetween(at([recordingWith()]), at([other, alarmed]))).toEqual([
      'Alarm: Harbour pilots is over and still records.',
      'Harbour pilots is being recorded.',
    ]);
    expect(newsBetween(at([alarmed]), at([alarmed]))).toEqual([]);
  });

  it('is nothing at the first sight, nor when nothing could be read', () => {
    expect(newsBetween(at([], { readAt: null }), at([recordingWith()]))).toEqual([]);
    expect(newsBetween(at([recordingWith()]), at([], { state: 'failed' }))).toEqual([]);
  });

  it('is never more than can be listened to', () => {
    const many = Array.from({ length: 9 }, (_each, index) =>
      recordingWith({ recordingId: RecordingId.parse(`recording-${String(index)}`) }),
    );
    expect(newsBetween(at([]), at(many))).toHaveLength(3);
  });
});
