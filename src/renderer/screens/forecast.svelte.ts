/** @file Renderer. What is reckoned of the days to come and which alarms have begun, kept up to date while somebody looks. */
import type { Alarm, FailureData, Forecast } from '#contract';
import { ask, hear } from '../api.ts';
import { archive } from '../archive.svelte.ts';
import { attempt } from '../commands/items.ts';
import { asFailure } from '../error-words.ts';
import { createScope, type Scope } from '../scope.ts';

/** Deadlines move on while nothing else changes. */
const freshMs = 60_000;
/** A pull changes both many times a second. */
const restMs = 2_000;

class Ahead {
  /** Null until it is known. */
  forecast = $state.raw<Forecast | null>(null);
  alarms = $state.raw<readonly Alarm[]>([]);
  failure = $state.raw<FailureData | null>(null);

  readonly unseen = $derived(this.alarms.filter(({ seen }) => !seen));

  #watchers = 0;
  #scope: Scope = createScope();
  #isDue = false;

  /** Keeps up to date until the returned function is called; several may watch. */
  watch(): () => void {
    this.#watchers += 1;
    if (this.#watchers === 1) this.#begin();
    return () => {
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#scope.dispose();
    };
  }

  /** A person has seen these; at the next of the three times they are told again. */
  see(alarms: readonly Alarm[]): void {
    void attempt(async () => {
      await ask('transfers.alarmsSeen', {
        recordingIds: alarms.slice(0, 200).map(({ recordingId }) => recordingId),
      });
      await this.#ask();
    });
  }

  #begin(): void {
    this.#scope = createScope();
    this.#isDue = false;
    const soon = () => {
      this.#soon();
    };
    for (const stop of [
      hear('transfers.forecast', (forecast) => {
        this.forecast = forecast;
        soon();
      }),
      hear('library.changed', soon),
      hear('library.status', soon),
    ]) {
      this.#scope.add(stop);
    }
    this.#scope.every(freshMs, soon);
    void this.#ask();
  }

  #soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#scope.after(restMs, () => {
      this.#isDue = false;
      void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    if (!archive.libraryOpen) {
      this.forecast = null;
      this.alarms = [];
      return;
    }
    try {
      [this.forecast, this.alarms] = await Promise.all([
        ask('transfers.forecast'),
        ask('transfers.alarms'),
      ]);
      this.failure = null;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }
}

export const ahead = new Ahead();
