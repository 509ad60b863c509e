/** @file Renderer. How the window is arranged: sizes of panes, what is closed, columns and order of meetings; remembered. */
import { untrack } from 'svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { MeetingColumn, type Layout, type MeetingSort } from '#contract';
import { ask } from './api.ts';
import { createScope } from './scope.ts';

/** A drag tells many sizes; the last one is enough for the disk. */
const restMs = 400;

class Arrangement {
  readonly #panes = new SvelteMap<string, number>();
  readonly #closed = new SvelteSet<string>();
  columns = $state.raw<readonly MeetingColumn[]>(MeetingColumn.options);
  sort = $state.raw<MeetingSort>({ by: 'when', descending: true });

  readonly #scope = createScope();
  #cancelSave: () => void = () => undefined;

  /** Takes what was remembered. */
  take(layout: Layout): void {
    this.#panes.clear();
    for (const [name, size] of Object.entries(layout.panes)) this.#panes.set(name, size);
    this.#closed.clear();
    for (const name of layout.closed) this.#closed.add(name);
    this.columns = layout.meetingColumns;
    this.sort = layout.meetingSort;
  }

  /** Size of a pane in percent of its group. */
  size(pane: string, otherwise: number): number {
    return this.#panes.get(pane) ?? otherwise;
  }

  resize(pane: string, percent: number): void {
    const rounded = Math.round(percent * 100) / 100;
    if (untrack(() => this.#panes.get(pane)) === rounded) return;
    this.#panes.set(pane, rounded);
    this.#save();
  }

  isClosed(pane: string): boolean {
    return this.#closed.has(pane);
  }

  toggle(pane: string): void {
    if (!this.#closed.delete(pane)) this.#closed.add(pane);
    this.#save();
  }

  showColumns(columns: readonly MeetingColumn[]): void {
    this.columns = columns;
    this.#save();
  }

  sortBy(sort: MeetingSort): void {
    this.sort = sort;
    this.#save();
  }

  #save(): void {
    this.#cancelSave();
    this.#cancelSave = this.#scope.after(restMs, () => {
      const layout: Layout = {
        panes: Object.fromEntries(this.#panes),
        closed: [...this.#closed],
        meetingColumns: [...this.columns],
        meetingSort: this.sort,
      };
      // Looks are not worth a message: the next change saves them again.
      void ask('app.changeSettings', { layout }).catch(() => undefined);
    });
  }
}

export const layout = new Arrangement();
