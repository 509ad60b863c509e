/** @file Unit tests. The one timeline rule: what is a hole, what is jitter, drift, delay or nonsense. */
import { describe, expect, it } from 'vitest';
import { Timeline } from '../../../src/main/audio/timeline.ts';

const MS = 48;
const hybrid20 = 15 << 3;

interface Sent {
  /** Timestamp in ms. */
  at: number;
}

/** Packets of `frameMs`, `count` of them, on a perfect clock. */
function steady(count: number, frameMs: number): Sent[] {
  return Array.from({ length: count }, (_, i) => ({ at: i * frameMs }));
}

function place(packets: readonly Sent[], frameMs: number, codecDelay = 0) {
  const timeline = new Timeline(codecDelay);
  for (const { at } of packets) timeline.add(Math.round(at) * MS, frameMs * MS, hybrid20);
  const { holes, endSamples, ...rest } = timeline.finish();
  return {
    ...rest,
    endMs: endSamples / MS,
    holes: holes.map((hole) => ({
      atMs: hole.atSamples / MS,
      lengthMs: hole.lengthSamples / MS,
      before: hole.beforePacket,
    })),
  };
}

/** Repeatable noise between -1 and 1. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
}

describe('timestamps that count samples', () => {
  it('have no holes where nothing is missing', () => {
    expect(place(steady(3000, 20), 20)).toMatchObject({ clock: 'exact', holes: [], endMs: 60_000 });
  });

  it('show a single missing packet where it is missing', () => {
    const packets = steady(1000, 20).filter((_, i) => i !== 400);
    const placed = place(packets, 20);
    expect(placed.holes).toEqual([{ atMs: 8000, lengthMs: 20, before: 400 }]);
    expect(placed.endMs).toBe(20_000);
  });

  it('show a hole of 18 s', () => {
    const packets = steady(1000, 20).map(({ at }, i) => ({ at: i < 500 ? at : at + 18_000 }));
    expect(place(packets, 20).holes).toEqual([{ atMs: 10_000, lengthMs: 18_000, before: 500 }]);
  });

  it('begin with a hole when the first packet comes late', () => {
    const packets = steady(1000, 20).map(({ at }) => ({ at: at + 41_000 }));
    const placed = place(packets, 20);
    expect(placed.holes).toEqual([{ atMs: 0, lengthMs: 41_000, before: 0 }]);
    expect(placed.endMs).toBe(61_000);
  });

  it('are moved forward by the delay of the codec', () => {
    expect(place(steady(1000, 20), 20, 312)).toMatchObject({ holes: [], endMs: 20_000 - 6.5 });
  });

  it('lend their time to later packets of one block', () => {
    const timeline = new Timeline(0);
    for (let i = 0; i < 1000; i++) {
      timeline.add(i % 2 === 0 ? i * 20 * MS : Number.NaN, 20 * MS, hybrid20);
    }
    expect(timeline.finish()).toMatchObject({ holes: [], endSamples: 20_000 * MS });
  });
});

describe('timestamps of another clock', () => {
  const jittered = (packets: readonly Sent[], ppm = 0) => {
    const random = noise(7);
    return packets.map(({ at }) => ({ at: at * (1 + ppm / 1e6) + 10 + 10 * random() }));
  };

  it('may jitter by 10 ms without a hole', () => {
    const placed = place(jittered(steady(30_000, 60)), 60);
    expect(placed.clock).toBe('wandering');
    // The hole before the first packet is its own lateness.
    expect(placed.holes.filter((hole) => hole.before > 0)).toEqual([]);
  });

  for (const ppm of [-300, 80, 300, 1000]) {
    it(`may drift by ${String(ppm)} parts per million over three hours without a hole`, () => {
      const placed = place(jittered(steady(180_000, 60), ppm), 60);
      expect(placed.holes.filter((hole) => hole.before > 0)).toEqual([]);
      expect(placed.driftPpm).toBeGreaterThan(ppm - 60);
      expect(placed.driftPpm).toBeLessThan(ppm + 60);
    });
  }

  it('still show holes while they drift', () => {
    const packets = jittered(steady(60_000, 60), 200).map(({ at }, i) => ({
      at: at + (i >= 20_000 ? 5000 : 0) + (i >= 40_000 ? 700 : 0),
    }));
    const holes = place(packets, 60).holes.filter((hole) => hole.before > 0);
    expect(holes.map((hole) => hole.before)).toEqual([20_000, 40_000]);
    expect(Math.abs((holes[0]?.lengthMs ?? 0) - 5000)).toBeLessThan(40);
    expect(Math.abs((holes[1]?.lengthMs ?? 0) - 700)).toBeLessThan(40);
  });

  it('do not lose packets that go missing one by one', () => {
    const packets = jittered(steady(60_000, 60)).filter((_, i) => i % 500 !== 499);
    const placed = place(packets, 60);
    expect(Math.abs(placed.endMs - 60_000 * 60)).toBeLessThan(1000);
  });

  it('take packets that were held up and came together for a delay, not a hole', () => {
    const packets = jittered(steady(10_000, 60)).map(({ at }, i) => ({
      at: i >= 5000 && i < 5020 ? Math.max(at, 5019 * 60 + i - 5000) : at,
    }));
    const placed = place(packets, 60);
    expect(Math.abs(placed.endMs - 600_000)).toBeLessThan(60);
  });
});

describe('timestamps that make no sense', () => {
  it('are passed over when they are single', () => {
    const packets = steady(2000, 20).map(({ at }, i) => ({ at: i === 700 ? 9e12 : at }));
    expect(place(packets, 20)).toMatchObject({ holes: [], endMs: 40_000, jumped: true });
  });

  it('of a clock that began long ago say nothing about the start', () => {
    const packets = steady(2000, 20).map(({ at }) => ({ at: at + 1_794_992_535_118 }));
    expect(place(packets, 20)).toMatchObject({ holes: [], endMs: 40_000, jumped: true });
  });

  it('that begin again from zero end no earlier than the packets do', () => {
    const packets = [...steady(2000, 20), ...steady(2000, 20)];
    const placed = place(packets, 20);
    expect(placed.wentBack).toBe(true);
    expect(placed.endMs).toBe(80_000);
  });
});
