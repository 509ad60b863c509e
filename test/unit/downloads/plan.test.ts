/** @file Tests of the plan: it saves as many files as can be saved, and says the truth about the rest. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';

import { plan, type Line, type Plannable } from '../../../src/main/downloads/plan.ts';

const now = 1_795_000_000_000;
const hourMs = 3_600_000;
/** A line of so many bytes a second, from now on. */
const lineOf = (bytesPerSecond: number): Line => ({
  now,
  bytesBy: (at) => (Math.max(0, at - now) * bytesPerSecond) / 1000,
});
const fileOf = fc.record({
  bytes: fc.integer({ min: 1, max: 50_000 }),
  hours: fc.option(fc.integer({ min: -5, max: 60 }), { nil: null, freq: 6 }),
});
const filesOf = (maxLength: number) =>
  fc.array(fileOf, { maxLength }).map((files) =>
    files.map(({ bytes, hours }, order) => ({
      bytes,
      order,
      deadlineAt: hours === null ? null : now + hours * hourMs,
    })),
  );
/** One byte a second and a few around it: about as much as these files need. */
const anyLine = fc.constantFrom(0, 0.5, 1, 2, 5).map(lineOf);

/** Whether all of them are here before their deadline when fetched in this order. */
function isInTime(files: readonly Plannable[], line: Line): boolean {
  let bytes = 0;
  return files.every((file) => {
    bytes += file.bytes;
    return file.deadlineAt === null || bytes <= line.bytesBy(file.deadlineAt) + 1e-6;
  });
}

const byDeadline = (a: Plannable, b: Plannable): number =>
  (a.deadlineAt ?? Infinity) - (b.deadlineAt ?? Infinity) || a.order - b.order;

/** The most that can be saved, found by trying every choice. */
function mostSaved(files: readonly Plannable[], line: Line): number {
  let most = 0;
  for (let choice = 0; choice < 2 ** files.length; choice += 1) {
    const chosen = files.filter((_, index) => (choice & (1 << index)) !== 0).sort(byDeadline);
    if (chosen.length > most && isInTime(chosen, line)) most = chosen.length;
  }
  return most;
}

describe('the plan', () => {
  test('saves as many files as any choice could', () => {
    fc.assert(
      fc.property(filesOf(9), anyLine, (files, line) => {
        const ahead = files.filter(({ deadlineAt }) => deadlineAt !== null && deadlineAt > now);
        const { onTime } = plan(files, line);
        const saved = onTime.filter(({ deadlineAt }) => deadlineAt !== null);
        expect(saved).toHaveLength(mostSaved(ahead, line));
      }),
    );
  });

  test('puts everybody somewhere, and nobody late who is said to be on time', () => {
    fc.assert(
      fc.property(filesOf(60), anyLine, (files, line) => {
        const before = structuredClone(files);
        const { overdue, onTime, urgent, setAside } = plan(files, line);
        expect(files).toEqual(before);
        expect([...overdue, ...onTime, ...setAside].toSorted((a, b) => a.order - b.order)).toEqual(
          files,
        );
        expect(isInTime(onTime, line)).toBe(true);
        expect(overdue.every(({ deadlineAt }) => deadlineAt !== null && deadlineAt <= now)).toBe(
          true,
        );
        expect(urgent).toEqual(onTime.filter((file) => urgent.includes(file)));
      }),
    );
  });

  test('goes by deadline beyond the next day, files without one last', () => {
    fc.assert(
      fc.property(filesOf(60), (files) => {
        const { onTime } = plan(files, lineOf(1e9));
        const later = onTime.filter(
          ({ deadlineAt }) => deadlineAt === null || deadlineAt > now + 24 * hourMs,
        );
        expect(onTime.slice(-later.length || onTime.length)).toEqual(later);
        expect(later).toEqual(later.toSorted(byDeadline));
      }),
    );
  });

  test('takes the small ones of a half day first, where no large one is late for it', () => {
    const large = { bytes: 7_000, order: 0, deadlineAt: now + 3 * hourMs };
    const small = { bytes: 3_000, order: 1, deadlineAt: now + 10 * hourMs };
    const smallest = { bytes: 100, order: 2, deadlineAt: now + 20 * hourMs };
    expect(plan([smallest, large, small], lineOf(1)).onTime).toEqual([small, large, smallest]);
    expect(plan([smallest, large, small], lineOf(0.8)).onTime).toEqual([large, small, smallest]);
  });

  test('leaves the line to those that have nothing to spare', () => {
    const tight = { bytes: 3_500, order: 0, deadlineAt: now + hourMs };
    const easy = { bytes: 100, order: 1, deadlineAt: now + 40 * hourMs };
    expect(plan([easy, tight], lineOf(1)).urgent).toEqual([tight]);
    expect(plan([easy, tight], lineOf(10)).urgent).toEqual([]);
  });

  test('plans ten thousand files in no time', () => {
    const files = Array.from({ length: 10_000 }, (_, order) => ({
      bytes: 1 + ((order * 7_919) % 50_000),
      order,
      deadlineAt: now + ((order * 104_729) % 1_000) * 600_000,
    }));
    const line = lineOf(300);
    const took = Array.from({ length: 10 }, () => {
      const startedAt = performance.now();
      plan(files, line);
      return performance.now() - startedAt;
    });
    // Of several, for this machine may have other work.
    expect(Math.min(...took)).toBeLessThan(20);
  });
});
