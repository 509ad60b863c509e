/** @file Tests. Toasts: how many, how long, and what holds them. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createToastList,
  type Toast,
  type ToastList,
} from '../../../src/renderer/parts/toast-list.ts';
import { createScope } from '../../../src/renderer/scope.ts';

describe('toasts', () => {
  let list: ToastList;
  let standing: readonly Toast[];
  const shown = () => standing.map(({ text }) => text);
  beforeEach(() => {
    vi.useFakeTimers();
    standing = [];
    list = createToastList(createScope(), (toasts) => {
      standing = toasts;
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('go after six seconds', () => {
    list.say({ tone: 'good', text: 'Saved' });
    vi.advanceTimersByTime(5_999);
    expect(shown()).toEqual(['Saved']);
    vi.advanceTimersByTime(1);
    expect(shown()).toEqual([]);
  });

  it('are never more than three: the oldest makes room', () => {
    for (const text of ['one', 'two', 'three', 'four']) list.say({ tone: 'info', text });
    expect(shown()).toEqual(['two', 'three', 'four']);
  });

  it('said again are not doubled but stay longer', () => {
    list.say({ tone: 'warn', text: 'Slow' });
    vi.advanceTimersByTime(4_000);
    list.say({ tone: 'warn', text: 'Slow' });
    expect(shown()).toEqual(['Slow']);
    vi.advanceTimersByTime(4_000);
    expect(shown()).toEqual(['Slow']);
    vi.advanceTimersByTime(2_000);
    expect(shown()).toEqual([]);
  });

  it('wait while they are held, those said meanwhile too', () => {
    list.say({ tone: 'info', text: 'before' });
    list.hold();
    list.say({ tone: 'info', text: 'meanwhile' });
    vi.advanceTimersByTime(60_000);
    expect(shown()).toEqual(['before', 'meanwhile']);
    list.release();
    vi.advanceTimersByTime(6_000);
    expect(shown()).toEqual([]);
  });

  it('dismissed, are gone at once and do not come back', () => {
    list.say({ tone: 'bad', text: 'Full' });
    const [toast] = standing;
    if (toast === undefined) throw new Error('nothing shown');
    list.dismiss(toast.id);
    expect(shown()).toEqual([]);
    vi.advanceTimersByTime(10_000);
    expect(shown()).toEqual([]);
  });
});
