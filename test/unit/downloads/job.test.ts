/** @file Tests of the life of one file: whatever happens in whatever order, the promises of a state hold. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';

import {
  attemptsAllowed,
  fresh,
  isLive,
  next,
  State,
  type Event,
} from '../../../src/main/downloads/job.ts';

const sha256 = 'ab'.repeat(32);
const spread = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const because = fc.constantFrom('file.incomplete', 'file.not-ready', 'link.refused' as const);
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom<Event>(
    { kind: 'started' },
    { kind: 'interrupted' },
    { kind: 'due' },
    { kind: 'listed' },
    { kind: 'retry' },
    { kind: 'pause' },
    { kind: 'cancel' },
  ),
  fc.record({
    kind: fc.constant('kept' as const),
    sha256: fc.constant(sha256),
    bytes: fc.integer({ min: 1 }),
  }),
  fc.record({
    kind: fc.constant('failed' as const),
    because,
    pace: fc.constantFrom('soon' as const, 'later' as const, 'never' as const),
    progressed: fc.boolean(),
    spread,
  }),
  fc.record({ kind: fc.constant('lost' as const), because }),
  fc.record({ kind: fc.constant('found-running' as const), spread }),
);
/** A life: events with the ms that pass before each. */
const life = fc.array(fc.tuple(anyEvent, fc.integer({ min: 0, max: 2_000_000 })), {
  maxLength: 60,
});

function live(
  events: [Event, number][],
  check: (before: State, event: Event, after: State, now: number) => void,
): void {
  let state: State = fresh;
  let now = 1_795_000_000_000;
  for (const [event, passedMs] of events) {
    now += passedMs;
    const after = next(state, event, now);
    check(state, event, after, now);
    state = after;
  }
}

describe('whatever happens to a file', () => {
  test('kept is never left', () => {
    fc.assert(
      fc.property(life, (events) => {
        live(events, (before, _event, after) => {
          if (before.kind === 'kept') expect(after).toBe(before);
        });
      }),
    );
  });

  test('what a person set aside costs nothing and stays so until they ask, give it up, or it is here or lost', () => {
    fc.assert(
      fc.property(life, (events) => {
        live(events, (before, event, after) => {
          if (before.kind !== 'paused' || after === before) return;
          expect(['retry', 'cancel', 'kept', 'lost']).toContain(event.kind);
          expect(after.attempts).toBe(before.attempts);
        });
      }),
    );
  });

  test('all that may still come can be set aside, and then goes on with its tries', () => {
    fc.assert(
      fc.property(life, (events) => {
        live(events, (_before, _event, state, now) => {
          const paused = next(state, { kind: 'pause' }, now);
          const isOpen = isLive(state) || (state.kind === 'failed' && !state.lost);
          expect(paused.kind === 'paused').toBe(isOpen || state.kind === 'paused');
          if (!isOpen) return;
          const again = next(paused, { kind: 'retry' }, now);
          expect(again).toMatchObject({ kind: 'queued', attempts: state.attempts });
        });
      }),
    );
  });

  test('attempts and allowed attempts only grow', () => {
    fc.assert(
      fc.property(life, (events) => {
        live(events, (before, _event, after) => {
          expect(after.attempts).toBeGreaterThanOrEqual(before.attempts);
          expect(after.allowed).toBeGreaterThanOrEqual(before.allowed);
        });
      }),
    );
  });

  test('waiting always has a moment in the future and within a quarter of an hour', () => {
    fc.assert(
      fc.property(life, (events) => {
        live(events, (before, _event, after, now) => {
          if (after.kind !== 'waiting' || after === before) return;
          expect(after.retryAt).toBeGreaterThan(now);
          expect(after.retryAt).toBeLessThanOrEqual(now + 900_000);
        });
      }),
    );
  });

  test('only a running file costs an attempt, and pauses, quits and cancelling cost none', () => {
    fc.assert(
      fc.property(life, (events) => {
        live(events, (before, event, after) => {
          if (after.attempts === before.attempts) return;
          expect(before.kind).toBe('running');
          expect(['failed', 'found-running']).toContain(event.kind);
        });
      }),
    );
  });

  test('no file is tried for ever without bytes arriving or somebody asking', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('soon' as const, 'later' as const), spread)),
        (failures) => {
          let state: State = fresh;
          let now = 0;
          for (const [pace, roll] of failures) {
            now += 1_000_000;
            state = next(next(state, { kind: 'due' }, now), { kind: 'started' }, now);
            const failed = {
              kind: 'failed',
              because: 'file.incomplete',
              pace,
              progressed: false,
              spread: roll,
            } as const;
            state = next(state, failed, now);
          }
          expect(state.attempts).toBe(Math.min(failures.length, attemptsAllowed));
          expect(isLive(state)).toBe(failures.length < attemptsAllowed);
        },
      ),
    );
  });

  test('every state survives being written down and read again', () => {
    fc.assert(
      fc.property(life, (events) => {
        live(events, (_before, _event, after) => {
          expect(State.parse(JSON.parse(JSON.stringify(after)))).toEqual(after);
        });
      }),
    );
  });

  test('a cancelled file stays so until a person asks', () => {
    fc.assert(
      fc.property(life, (events) => {
        live(events, (before, event, after) => {
          if (before.kind === 'cancelled' && event.kind !== 'retry' && event.kind !== 'kept') {
            expect(after).toBe(before);
          }
        });
      }),
    );
  });
});

describe('the ordinary life of a file', () => {
  const running = next(fresh, { kind: 'started' }, 1);

  test('an orderly quit puts it back without a cost', () => {
    expect(next(running, { kind: 'interrupted' }, 2)).toEqual(fresh);
  });

  test('found running after a crash costs one attempt', () => {
    expect(next(running, { kind: 'found-running', spread: 0 }, 2)).toMatchObject({
      kind: 'waiting',
      attempts: 1,
      because: 'file.incomplete',
    });
  });

  test('a try that brought bytes does not bring the file nearer to being given up', () => {
    let state: State = fresh;
    let now = 0;
    for (let round = 0; round < 50; round += 1) {
      now += 1_000_000;
      state = next(next(state, { kind: 'due' }, now), { kind: 'started' }, now);
      state = next(
        state,
        { kind: 'failed', because: 'file.incomplete', pace: 'soon', progressed: true, spread: 0 },
        now,
      );
    }
    expect(state).toMatchObject({ kind: 'waiting', attempts: 50 });
  });

  test('a person may ask again for what was lost, and every later listing for what failed', () => {
    const lost = next(running, { kind: 'lost', because: 'link.expired' }, 2);
    expect(lost).toMatchObject({ kind: 'failed', lost: true });
    expect(next(lost, { kind: 'retry' }, 3)).toMatchObject({ kind: 'queued' });
    const failed = next(
      running,
      { kind: 'failed', because: 'link.refused', pace: 'never', progressed: false, spread: 0 },
      2,
    );
    expect(failed).toMatchObject({ kind: 'failed', lost: false, attempts: 1 });
    expect(next(failed, { kind: 'listed' }, 3)).toMatchObject({
      kind: 'queued',
      attempts: 1,
      allowed: 1 + attemptsAllowed,
    });
  });

  test('a file that is not stored yet is asked for over about an hour', () => {
    let state: State = fresh;
    let now = 0;
    while (state.kind !== 'failed') {
      if (state.kind === 'waiting') now = state.retryAt;
      state = next(next(state, { kind: 'due' }, now), { kind: 'started' }, now);
      state = next(
        state,
        {
          kind: 'failed',
          because: 'file.not-ready',
          pace: 'later',
          progressed: false,
          spread: 0.5,
        },
        now,
      );
    }
    expect(now).toBeGreaterThan(40 * 60_000);
    expect(now).toBeLessThan(80 * 60_000);
  });
});
