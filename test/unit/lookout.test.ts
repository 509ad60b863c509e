/** @file Tests. Alarms before a deadline ring once each, also over restarts; losses and arrivals are told; notes of one meeting are gathered. */
import { describe, expect, it } from 'vitest';
import {
  type Forecast,
  type LiveMeeting,
  type LiveNow,
  MeetingId,
  type Passage,
  RecordingId,
} from '#contract';
import { type AlarmMemory, alarmsOf, nextAlarmAt } from '../../src/main/alarms.ts';
import { noticeWords } from '../../src/main/desktop/notice-words.ts';
import { trayLines } from '../../src/main/desktop/tray-words.ts';
import { createLookout } from '../../src/main/lookout.ts';
import { type Notice, createNotices, noticeRestMs } from '../../src/main/notices.ts';
import { clockByHand } from '../support/clock-by-hand.ts';
import { madeUpRecording } from '../support/made-up-recording.ts';

const hourMs = 3_600_000;
const meetingId = MeetingId.parse('m1');
const recordingId = RecordingId.parse('r1');

function passage(more: Partial<Passage> & { done?: boolean } = {}): Passage {
  const { done = false, ...rest } = more;
  const files = {
    total: 2,
    kept: done ? 2 : 0,
    verified: done ? 2 : 0,
    failed: 0,
    cancelled: 0,
    spoilt: 0,
    lost: 0,
    paused: 0,
    notChosen: 0,
  };
  return {
    recording: { ...madeUpRecording(0, {}), recordingId, meetingId, title: 'Ep. 42' },
    step: done ? 'verified' : 'fetching',
    standing: done ? 'done' : 'moving',
    files,
    timeline: [],
    stall: null,
    receivedBytes: 0,
    totalBytes: null,
    bytesPerSecond: 0,
    attempts: 0,
    retryAt: null,
    deadlineAt: null,
    risk: null,
    failure: null,
    ...rest,
  };
}

describe('an alarm', () => {
  const deadlineAt = 100 * hourMs;
  const at = (hoursBefore: number, memory: AlarmMemory[] = []) =>
    alarmsOf([passage({ deadlineAt })], memory, deadlineAt - hoursBefore * hourMs);

  it.each([
    [49, undefined],
    [48, 48],
    [13, 48],
    [12, 12],
    [1.01, 12],
    [1, 1],
    [0.01, 1],
    [0, undefined],
  ])('%s h before the deadline is the one of %s h', (hours, expected) => {
    expect(at(hours)[0]?.hours).toBe(expected);
  });

  it('is seen until the next of the three times', () => {
    const memory = [{ recordingId, toldHours: 48, seenHours: 48 }];
    expect(at(40, memory)[0]?.seen).toBe(true);
    expect(at(11, memory)[0]?.seen).toBe(false);
  });

  it('is none when everything is here or lost', () => {
    const files = { ...passage().files, kept: 1, lost: 1 };
    expect(alarmsOf([passage({ deadlineAt, files })], [], deadlineAt - hourMs)).toEqual([]);
    expect(nextAlarmAt([passage({ deadlineAt, files })], 0)).toBeNull();
  });

  it('says when the next begins', () => {
    expect(nextAlarmAt([passage({ deadlineAt })], 0)).toBe(52 * hourMs);
    expect(nextAlarmAt([passage({ deadlineAt })], 60 * hourMs)).toBe(88 * hourMs);
  });
});

function lookoutWith(passages: Passage[], memory: AlarmMemory[] = []) {
  const clock = clockByHand();
  const shown: Notice[] = [];
  const world = { passages, memory };
  const open = () =>
    createLookout({
      passages: () => Promise.resolve(world.passages),
      memory: {
        get: () => world.memory,
        set: (next) => {
          world.memory = next;
          return Promise.resolve();
        },
      },
      notices: { add: (subject, news) => void shown.push({ subject, news: [news] }) },
      serviceNow: () => clock.now(),
      clock,
      onChange: () => undefined,
      onBug: (thrown) => {
        throw thrown;
      },
    });
  return { clock, shown, world, open };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const kinds = (shown: readonly Notice[]) => shown.map(({ news }) => news[0]?.kind);

const calledWith = (alarm: 'never-started' | null): LiveMeeting => ({
  meetingId,
  sessionId: null,
  title: 'Ep. 42',
  call: 'live',
  startedAt: 0,
  endedAt: null,
  peopleCount: null,
  people: null,
  recordings: [
    {
      recordingId,
      kind: 'track',
      status: 'INVOKED',
      invokedAt: 0,
      startedAt: null,
      origin: 'ours',
      taken: { kind: 'everyone' },
      prefix: 'ep42',
      stoppingSince: null,
      canPause: false,
      alarm,
    },
  ],
});

describe('the lookout', () => {
  it('rings in time though something changes all the while', async () => {
    const { clock, shown, world, open } = lookoutWith([]);
    world.passages = [passage({ deadlineAt: clock.now() + 12 * hourMs + 30_000 })];
    const lookout = open();
    for (let second = 0; second < 60; second += 1) {
      lookout.look();
      await clock.pass(1_000);
    }
    expect(shown.map(({ news }) => news[0])).toMatchObject([
      { kind: 'deadline' },
      { kind: 'deadline' },
    ]);
    lookout.close();
  });

  it('rings no second time after another library, or none, was open for a while', async () => {
    const { clock, shown, world, open } = lookoutWith([]);
    const here = [passage({ deadlineAt: clock.now() + 11 * hourMs })];
    const recording = { ...madeUpRecording(1, {}), recordingId: RecordingId.parse('r2') };
    const there = [passage({ recording, deadlineAt: clock.now() + 10 * hourMs })];
    const lookout = open();
    for (const passages of [here, [], here, there, here, there]) {
      world.passages = passages;
      lookout.look();
      await clock.pass(60_000);
    }
    expect(shown.map(({ subject }) => subject.recordingId)).toEqual(['r1', 'r2']);
    // What is listed and has no alarm any more is forgotten.
    world.passages = [passage({ done: true })];
    lookout.look();
    await clock.pass(60_000);
    expect(world.memory.map((each) => each.recordingId)).toEqual(['r2']);
    lookout.close();
  });

  it('tells an alarm of a call once, though the list is begun anew', () => {
    const { shown, open } = lookoutWith([]);
    const lookout = open();
    const live = (alarm: 'never-started' | null, isListed = true): LiveNow => ({
      state: 'known',
      readAt: 0,
      nextAt: 0,
      everyMs: 10_000,
      failure: null,
      meetings: isListed ? [calledWith(alarm)] : [],
    });
    for (const each of [live('never-started'), live(null, false), live('never-started')])
      lookout.onLive(each);
    expect(kinds(shown)).toEqual(['never-started']);
    lookout.onLive(live(null));
    lookout.onLive(live('never-started'));
    expect(shown).toHaveLength(2);
    lookout.close();
  });

  it('rings each time once, by itself, also after a restart and after a sleep over one of them', async () => {
    const { clock, shown, world, open } = lookoutWith([]);
    const deadlineAt = clock.now() + 50 * hourMs;
    world.passages = [passage({ deadlineAt })];
    let lookout = open();
    lookout.look();
    const { pass } = clock;
    await pass(hourMs);
    expect(shown).toEqual([]);
    await pass(2 * hourMs);
    expect(shown).toMatchObject([{ news: [{ kind: 'deadline', files: 2, deadlineAt }] }]);
    lookout.close();

    // Off and asleep until eleven hours before: that of twelve hours rings at the start.
    await pass(36 * hourMs);
    lookout = open();
    lookout.look();
    await pass(hourMs);
    expect(kinds(shown)).toEqual(['deadline', 'deadline']);
    await pass(3 * hourMs);
    expect(kinds(shown)).toEqual(['deadline', 'deadline']);
    await pass(7 * hourMs);
    expect(kinds(shown)).toEqual(['deadline', 'deadline', 'deadline']);
    lookout.close();
  });

  it('tells losses and arrivals that happen while it looks, and none that were there before', async () => {
    const lost = { ...passage().files, lost: 1 };
    const { clock, shown, world, open } = lookoutWith([passage({ files: lost })]);
    const lookout = open();
    const look = async () => {
      lookout.look();
      await clock.pass(3_000);
    };
    await look();
    expect(shown).toEqual([]);
    world.passages = [passage({ files: { ...lost, lost: 2 } })];
    await look();
    expect(shown.at(-1)?.news).toEqual([{ kind: 'lost', files: 1 }]);
    world.passages = [passage({ done: true })];
    await look();
    expect(shown.at(-1)?.news).toEqual([{ kind: 'archived', files: 2 }]);
    await look();
    expect(shown).toHaveLength(2);
    lookout.close();
  });

  it('tells of a forecast loss once, and again when more will be lost', async () => {
    const { clock, shown, open } = lookoutWith([passage()]);
    const lookout = open();
    const forecast = (doomedCount: number): Forecast => ({
      at: clock.now(),
      speed: { bytesPerSecond: 1, from: 'measured' },
      files: 5,
      bytes: 5,
      estimatedSizes: 0,
      doneAt: null,
      doomed:
        doomedCount === 0
          ? []
          : [
              {
                recordingId,
                title: 'Ep. 42',
                layerName: 'default',
                fileName: 'a',
                bytes: 1,
                deadlineAt: clock.now() + hourMs,
              },
            ],
      doomedCount,
      renewal: 'unknown',
      skewMs: null,
    });
    lookout.onForecast(forecast(3));
    lookout.onForecast(forecast(3));
    lookout.onForecast(forecast(2));
    expect(kinds(shown)).toEqual(['doomed']);
    lookout.onForecast(forecast(4));
    expect(kinds(shown)).toEqual(['doomed', 'doomed']);
    lookout.onForecast(forecast(0));
    lookout.onForecast(forecast(1));
    expect(kinds(shown)).toEqual(['doomed', 'doomed', 'doomed']);
    await settled();
    lookout.close();
  });
});

describe('notes of one meeting', () => {
  it('come at once, then together after ten minutes, the gravest first', async () => {
    const clock = clockByHand();
    const shown: Notice[] = [];
    const ended = new AbortController();
    const notices = createNotices({
      clock,
      show: (notice) => shown.push(notice),
      ended: ended.signal,
    });
    const subject = { meetingId, recordingId, title: 'Ep. 42' };
    const other = { meetingId: MeetingId.parse('m2'), recordingId, title: 'Other' };
    notices.add(subject, { kind: 'archived', files: 1 });
    notices.add(other, { kind: 'archived', files: 1 });
    expect(shown).toHaveLength(2);
    notices.add(subject, { kind: 'archived', files: 2 });
    notices.add(subject, { kind: 'archived', files: 3 });
    notices.add(subject, { kind: 'lost', files: 1 });
    await clock.pass(noticeRestMs - 1);
    expect(shown).toHaveLength(2);
    await clock.pass(1);
    expect(shown.slice(2)).toEqual([
      {
        subject,
        news: [
          { kind: 'lost', files: 1 },
          { kind: 'archived', files: 5 },
        ],
      },
    ]);
    await clock.pass(2 * noticeRestMs);
    notices.add(subject, { kind: 'archived', files: 1 });
    expect(shown, 'after a quiet time at once again').toHaveLength(4);
    ended.abort();
  });

  it('say what happened and what can be done', () => {
    const subject = { meetingId, recordingId, title: 'Ep. 42' };
    const words = noticeWords(
      {
        subject,
        news: [
          { kind: 'doomed', files: 3, firstAt: 0 },
          { kind: 'deadline', files: 1, deadlineAt: 0 },
        ],
      },
      () => 'Tuesday 14:05',
    );
    expect(words.title).toBe('Ep. 42');
    expect(words.body).toContain('3 files will be lost, the first on Tuesday 14:05');
    expect(words.body).toContain('1 file not fetched yet; RealtimeKit deletes it on Tuesday');
  });
});

it('the tray says what goes on, the most urgent first', () => {
  const time = () => 'Tue 14:05';
  expect(trayLines({ recording: [], fetching: null, nearest: null }, time)).toEqual([]);
  expect(
    trayLines(
      {
        recording: ['Ep. 43 – Night watch'],
        fetching: { files: 12, bytesPerSecond: 2_345_678 },
        nearest: { title: null, deadlineAt: 0, files: 2 },
      },
      time,
    ),
  ).toEqual([
    'Recording: Ep. 43 – Night watch',
    'Fetching 12 files, 2.3 MB/s',
    'Next deadline: Tue 14:05, without a title',
  ]);
});
