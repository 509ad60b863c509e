/** @file Tests. Where an address puts the playhead, which speed comes next, and how much is done at once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameQueue } from '../../../src/renderer/review/frame-queue.ts';
import { placeOf } from '../../../src/renderer/review/place.ts';
import { nextRate, rates } from '../../../src/renderer/review/rates.ts';
import { takeTurns } from '../../../src/renderer/review/turn-taking.ts';
import { createScope, type Scope } from '../../../src/renderer/scope.ts';

const startsAt = Date.UTC(2026, 10, 20, 9, 2);
const lengthMs = 60_000;

describe('an address of a moment', () => {
  it('counts an offset from the ruler’s zero', () => {
    expect(placeOf({ kind: 'offset', ms: 12_300 }, startsAt, lengthMs)).toBe(12_300);
    expect(placeOf({ kind: 'offset', ms: 12_300 }, null, lengthMs)).toBe(12_300);
  });

  it('finds a moment of the day by the recording’s own time', () => {
    expect(placeOf({ kind: 'moment', at: startsAt + 7_000 }, startsAt, lengthMs)).toBe(7_000);
    expect(placeOf({ kind: 'moment', at: startsAt }, null, lengthMs)).toBe(0);
  });

  it('never leads out of the recording', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e15, max: 1e15 }), (at) => {
        const place = placeOf({ kind: 'moment', at }, startsAt, lengthMs);
        expect(place).toBeGreaterThanOrEqual(0);
        expect(place).toBeLessThanOrEqual(lengthMs);
      }),
    );
    expect(placeOf({ kind: 'offset', ms: 61_000 }, startsAt, lengthMs)).toBe(lengthMs);
  });
});

describe('speeds', () => {
  it('go up and down one by one and stay at the ends', () => {
    const up = rates.slice(1).map((_, at) => nextRate(rates[at] ?? 0, 1));
    expect(up).toEqual(rates.slice(1));
    expect(nextRate(rates.at(-1) ?? 0, 1)).toBe(rates.at(-1));
    expect(nextRate(rates[0], -1)).toBe(rates[0]);
    expect(nextRate(1.6, -1)).toBe(1.5);
  });
});

describe('turns', () => {
  it('are taken in order, never more at once than allowed, and a failure gives its turn on', async () => {
    const inTurn = takeTurns(2);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const ends: (() => void)[] = [];
    const all = Array.from({ length: 5 }, (_, number) =>
      inTurn(async () => {
        begun.push(number);
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => ends.push(resolve));
        running -= 1;
        if (number === 1) throw new Error('broken');
        return number;
      }),
    );
    const settled = Promise.allSettled(all);
    while (begun.length < 5 || ends.length > 0) {
      ends.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
    const results = await settled;
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
  });
});

describe('work between frames', () => {
  /** A scope whose frames come when the test says so. */
  function framesByHand() {
    const running = new Set<() => void>();
    const scope: Scope = {
      ...createScope(),
      frames(run) {
        running.add(run);
        return () => {
          running.delete(run);
        };
      },
    };
    return {
      scope,
      running,
      next: () => {
        for (const run of running) run();
      },
    };
  }
  const busy = (ms: number) => {
    const until = performance.now() + ms;
    while (performance.now() < until);
  };

  it('is done in order, no more a frame than its budget, and then asks for no more frames', () => {
    const { scope, running, next } = framesByHand();
    const queue = createFrameQueue(scope);
    const done: string[] = [];
    for (const name of ['long', 'short', 'called off', 'last']) {
      const callOff = queue.push(() => {
        done.push(name);
        if (name === 'long') busy(10);
      });
      if (name === 'called off') callOff();
    }
    expect(done).toEqual([]);
    next();
    expect(done).toEqual(['long']);
    next();
    expect(done).toEqual(['long', 'short', 'last']);
    expect(running.size).toBe(0);
    queue.push(() => done.push('again'));
    next();
    expect(done.at(-1)).toBe('again');
  });
});
