/** @file Tests. The app pulls by itself, sooner after a failure, and stops when a person says so. */
import { Failure, MeetingId } from '#contract';
import { describe, expect, it } from 'vitest';
import { type Connection, type Rhythm, createPulling } from '../../src/main/pulling.ts';
import { type PassReport, idlePull } from '../../src/main/sync/index.ts';
import { clockByHand } from '../support/clock-by-hand.ts';

const report: PassReport = {
  startedAt: 0,
  endedAt: 1,
  recordings: [],
  composites: 0,
  files: { listed: 0, kept: 0, pending: 0, lost: 0 },
  failure: null,
  paused: null,
};

const settled = () => new Promise((resolve) => setImmediate(resolve));

function pullingWith(
  passes: ((signal?: AbortSignal) => Promise<PassReport>)[] = [],
  prepareAll: () => Promise<void> = () => Promise.resolve(),
) {
  const clock = clockByHand();
  const told: string[] = [];
  /** The meetings of each pass, and those looked at beside one. */
  const asked: ('all' | string[])[] = [];
  const glanced: string[][] = [];
  let count = 0;
  let stops = 0;
  let connects = 0;
  let reconsidered = 0;
  const rhythm: Rhythm = { automatic: true, everyMs: 600_000 };
  const downloads = {
    resume: () => undefined,
    wake: () => undefined,
    reconsider: () => {
      reconsidered += 1;
    },
    stop: () => {
      stops += 1;
      return Promise.resolve();
    },
  };
  const sync = {
    pass: ({ signal, meetingIds }: { signal?: AbortSignal; meetingIds?: string[] } = {}) => {
      count += 1;
      asked.push(meetingIds ?? 'all');
      return (passes.shift() ?? (() => Promise.resolve(report)))(signal);
    },
    glance: (meetingIds: string[]) => {
      glanced.push(meetingIds);
      return Promise.resolve();
    },
    pullStatus: () => idlePull,
  };
  // Only what pulling uses of a connection and a library stands behind these two.
  const connection = { sync, downloads } as unknown as Connection;
  const library = {} as Parameters<typeof createPulling>[0]['library'];
  const pulling = createPulling({
    library,
    reviewing: { prepareAll },
    connect: () => {
      connects += 1;
      return Promise.resolve(connection);
    },
    rhythm: () => rhythm,
    queuePlace: { queuePath: '/nowhere/queue.db' },
    clock,
    onStatus: ({ state }) => {
      if (told.at(-1) !== state) told.push(state);
    },
    onBug: (thrown) => {
      throw thrown;
    },
  });
  return {
    pulling,
    clock,
    told,
    rhythm,
    passes: () => count,
    asked,
    glanced,
    reconsidered: () => reconsidered,
    stops: () => stops,
    connects: () => connects,
  };
}

describe('pulling', () => {
  it('runs one pass however often it is started', async () => {
    const { pulling, passes } = pullingWith();
    pulling.start();
    pulling.start();
    await settled();
    expect(passes()).toBe(1);
  });

  it('rests ten minutes and passes again', async () => {
    const { pulling, clock, passes } = pullingWith();
    pulling.start();
    await settled();
    expect(clock.waits()).toEqual([600_000]);
    clock.wakeAll();
    await settled();
    expect(passes()).toBe(2);
  });

  it('passes on waking when its time came while the computer slept, and not before', async () => {
    const { pulling, clock, passes } = pullingWith();
    pulling.start();
    await settled();
    clock.advance(500_000);
    pulling.wake();
    await settled();
    expect(passes()).toBe(1);
    expect(clock.waits()).toEqual([100_000]);
    // A timer does not count while the computer sleeps.
    clock.advance(8 * 3_600_000);
    pulling.wake();
    clock.wakeAll();
    await settled();
    expect(passes()).toBe(2);
  });

  it('begins by itself only where that is wished', async () => {
    const { pulling, clock, rhythm, passes } = pullingWith();
    rhythm.automatic = false;
    pulling.begin('now');
    await settled();
    expect([passes(), clock.waits()]).toEqual([0, []]);
    pulling.start();
    await settled();
    expect([passes(), clock.waits()]).toEqual([1, []]);
  });

  it('follows the wishes of a person at once: how often, whether at all, how many files', async () => {
    const { pulling, clock, rhythm, reconsidered, passes } = pullingWith();
    pulling.begin('now');
    await settled();
    expect([passes(), clock.waits()]).toEqual([1, [600_000]]);
    rhythm.everyMs = 60_000;
    pulling.reconsider();
    expect(clock.waits()).toEqual([60_000]);
    expect(reconsidered()).toBe(1);
    rhythm.automatic = false;
    pulling.reconsider();
    expect(clock.waits()).toEqual([]);
    rhythm.automatic = true;
    pulling.reconsider();
    expect(clock.waits()).toEqual([60_000]);
  });

  it('waits the usual rest when it is to begin later, counted anew for another workspace', async () => {
    const { pulling, clock, passes } = pullingWith();
    pulling.reconsider();
    expect(clock.waits()).toEqual([]);
    pulling.begin('later');
    expect([passes(), clock.waits()]).toEqual([0, [600_000]]);
    clock.advance(500_000);
    pulling.reconnect();
    expect(clock.waits()).toEqual([600_000]);
  });

  it('a pass started by hand replaces the one that was waiting', async () => {
    const { pulling, clock, passes } = pullingWith();
    pulling.start();
    await settled();
    pulling.start();
    await settled();
    expect(passes()).toBe(2);
    expect(clock.waits()).toEqual([600_000]);
  });

  it('says when the next pass begins by itself, and says nothing while one runs', async () => {
    const { pulling, clock } = pullingWith();
    pulling.start();
    expect(pulling.status().nextAt).toBeNull();
    await settled();
    expect(pulling.status().nextAt).toBe(clock.now() + 600_000);
    pulling.start();
    expect(pulling.status().nextAt).toBeNull();
  });

  it('asked again while it draws what it fetched, passes once more when that is done', async () => {
    const drawing = Promise.withResolvers<undefined>();
    const { pulling, passes } = pullingWith([], () => drawing.promise);
    pulling.start();
    await settled();
    pulling.start();
    await settled();
    expect(passes()).toBe(1);
    drawing.resolve(undefined);
    await settled();
    expect(passes()).toBe(2);
  });

  it('tries sooner after failures, and never before the service allows', async () => {
    const away = () => Promise.reject(new Failure('api.unreachable', 'away'));
    const { pulling, clock } = pullingWith([
      away,
      away,
      () =>
        Promise.reject(
          new Failure('api.rate-limited', 'slow', { retryAt: clock.now() + 1_000_000 }),
        ),
    ]);
    pulling.start();
    await settled();
    expect(pulling.status()).toMatchObject({
      state: 'failed',
      failure: { code: 'api.unreachable' },
    });
    expect(clock.waits()).toEqual([15_000]);
    clock.wakeAll();
    await settled();
    expect(clock.waits()).toEqual([30_000]);
    clock.wakeAll();
    await settled();
    expect(clock.waits()).toEqual([1_000_000]);
    clock.wakeAll();
    await settled();
    expect(clock.waits()).toEqual([600_000]);
  });

  it('stops where a person says so, closes the queue in order and does not begin again by itself', async () => {
    const { pulling, clock, stops } = pullingWith([
      (signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            reject(new Failure('cancelled', 'stopped'));
          });
        }),
    ]);
    pulling.start();
    await settled();
    pulling.cancel();
    await settled();
    expect(pulling.status()).toMatchObject({ state: 'cancelled', failure: null });
    expect(stops()).toBe(1);
    expect(clock.waits()).toEqual([]);
  });

  it('asks the workspace that is connected now, not the one it began with', async () => {
    const { pulling, clock, passes, connects, stops } = pullingWith();
    pulling.start();
    await settled();
    pulling.reconnect();
    await settled();
    expect([passes(), connects(), stops()]).toEqual([1, 1, 1]);
    clock.wakeAll();
    await settled();
    expect([passes(), connects(), stops()]).toEqual([2, 2, 1]);
  });

  it('begins anew when the workspace changes, or a person asks, while a pass is being called off', async () => {
    const untilCalledOff = (signal?: AbortSignal) =>
      new Promise<PassReport>((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          reject(new Failure('cancelled', 'stopped'));
        });
      });
    const { pulling, passes, connects } = pullingWith([untilCalledOff, untilCalledOff]);
    pulling.start();
    await settled();
    pulling.reconnect();
    await settled();
    expect([passes(), connects()]).toEqual([2, 2]);
    pulling.cancel();
    pulling.start();
    await settled();
    expect([passes(), connects()]).toEqual([3, 3]);
  });

  it('ends for good with the library', async () => {
    const { pulling, clock, passes, stops } = pullingWith();
    pulling.start();
    await settled();
    await pulling.stop();
    pulling.start();
    await settled();
    expect(passes()).toBe(1);
    expect(stops()).toBe(1);
    expect(clock.waits()).toEqual([]);
  });

  describe('nudged by something that moved', () => {
    const [one, other] = [MeetingId.parse('one'), MeetingId.parse('other')];

    it('passes over those meetings alone, and leaves the usual rest as it was', async () => {
      const { pulling, clock, asked } = pullingWith();
      pulling.begin('later');
      clock.advance(60_000);
      pulling.nudge([one]);
      await settled();
      expect(asked).toEqual([['one']]);
      expect(clock.waits()).toEqual([540_000]);
      clock.wakeAll();
      await settled();
      expect(asked).toEqual([['one'], 'all']);
    });

    it('queues beside a pass that runs, calls it not off, and passes once when it has ended', async () => {
      let finish: () => void = () => undefined;
      const long = () =>
        new Promise<PassReport>((resolve) => {
          finish = () => {
            resolve(report);
          };
        });
      const { pulling, asked, glanced } = pullingWith([long]);
      pulling.start();
      await settled();
      pulling.nudge([one]);
      pulling.nudge([one, other]);
      await settled();
      expect([asked, glanced]).toEqual([['all'], [['one'], ['one', 'other']]]);
      finish();
      await settled();
      await settled();
      expect(asked).toEqual(['all', ['one', 'other']]);
    });

    it('lets a pass that a person asks for meanwhile be one over everything', async () => {
      const { pulling, asked } = pullingWith();
      pulling.begin('later');
      pulling.nudge([one]);
      pulling.start();
      await settled();
      await settled();
      expect(asked).toEqual([['one'], 'all']);
    });

    it('does nothing where nothing is fetched without being asked for', async () => {
      const { pulling, rhythm, asked } = pullingWith();
      pulling.nudge([one]);
      pulling.begin('later');
      rhythm.automatic = false;
      pulling.nudge([one]);
      await settled();
      expect(asked).toEqual([]);
    });
  });
});
