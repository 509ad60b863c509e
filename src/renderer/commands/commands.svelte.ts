/** @file Renderer. Who acts for each command of the table now. Screens provide; keys, menus and palette run. */
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { commandIds, commands as table, type CommandId, type CommandStates } from '#contract';
import { keysPlatform } from '../parts/keys-text.ts';
import type { Action, Actions } from './action.ts';
import { commandsOf, isBare } from './keys.ts';

const isMac = keysPlatform() === 'darwin';

class Commands {
  /** For each command those who can act, the newest last: what lies on top acts. */
  readonly #providers = new SvelteMap<CommandId, readonly Action[]>();

  /** What the menu bar shows. */
  readonly states = $derived.by((): CommandStates => ({
    available: commandIds.filter((id) => this.isAvailable(id)),
    checked: commandIds.filter((id) => this.#top(id)?.checked?.() === true),
  }));

  /**
   * Acts for these commands until the returned function is called: `$effect(() => commands.provide(…))`
   * makes that the life of the component.
   */
  provide(actions: Actions): () => void {
    const given = commandIds.flatMap((id) => {
      const action = actions[id];
      return action === undefined ? [] : [[id, action] as const];
    });
    return untrack(() => {
      for (const [id, action] of given) {
        this.#providers.set(id, [...(this.#providers.get(id) ?? []), action]);
      }
      return () => {
        untrack(() => {
          for (const [id, action] of given) {
            const rest = (this.#providers.get(id) ?? []).filter((each) => each !== action);
            this.#providers.set(id, rest);
          }
        });
      };
    });
  }

  isAvailable(id: CommandId): boolean {
    const action = this.#top(id);
    return action !== undefined && (action.enabled?.() ?? true);
  }

  isChecked(id: CommandId): boolean {
    return this.#top(id)?.checked?.() === true;
  }

  /** False when nobody can act now. */
  run(id: CommandId): boolean {
    if (!this.isAvailable(id)) return false;
    this.#top(id)?.run();
    return true;
  }

  /** Runs what a key press means, unless whoever has the focus needs the key; true when something ran. */
  press(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || isTaken(event)) return false;
    const id = commandsOf(event, table, isMac).find((each) => this.isAvailable(each));
    if (id === undefined) return false;
    event.preventDefault();
    return this.run(id);
  }

  #top(id: CommandId): Action | undefined {
    return this.#providers.get(id)?.at(-1);
  }
}

/** What lies over the screens takes every key: nothing is to happen behind it. */
const over = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';

/** Typing and choosing keep their keys; a control reached by keyboard keeps the keys that press it; so does all under a dialog. */
function isTaken(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest(over) !== null) return true;
  if (!isBare(event)) return false;
  if (target.matches('input, select, textarea, [role="combobox"]')) return true;
  const presses = event.key === ' ' || event.key === 'Enter';
  return (
    presses &&
    target.matches(':is(button, a, [role="tab"], [role="switch"]):focus-visible, summary')
  );
}

export const commands = new Commands();
