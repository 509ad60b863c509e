/** @file Renderer. What the palette offers for the words typed: commands from the table, meetings and people from the library. */
import {
  commands as table,
  type CommandId,
  type Jump,
  type KnownPerson,
  type MeetingSummary,
} from '#contract';
import { ask } from '../api.ts';
import { createScope } from '../scope.ts';
import { fittingCommands } from './fitting.ts';

/** Long enough to spare the index most keystrokes, short enough to feel immediate. */
const typingPauseMs = 25;
const mostCommands = 8;

export type Offer =
  | { kind: 'command'; key: string; id: CommandId }
  | { kind: 'meeting'; key: string; meeting: MeetingSummary }
  | { kind: 'person'; key: string; person: KnownPerson };

export class PaletteWords {
  text = $state('');
  jump = $state.raw<Jump>({ meetings: [], people: [] });

  readonly #isAvailable: (id: CommandId) => boolean;
  readonly #scope = createScope();
  #cancel: () => void = () => undefined;
  /** Only the newest question may answer. */
  #asked = 0;

  constructor(isAvailable: (id: CommandId) => boolean) {
    this.#isAvailable = isAvailable;
  }

  readonly commands = $derived.by((): Offer[] => {
    const fitting = fittingCommands(this.text, table, (id) => this.#isAvailable(id));
    const shown = this.text.trim() === '' ? fitting : fitting.slice(0, mostCommands);
    return shown.map((id) => ({ kind: 'command', key: id, id }));
  });
  readonly meetings = $derived(
    this.jump.meetings.map((meeting): Offer => ({
      kind: 'meeting',
      key: `meeting ${meeting.key}`,
      meeting,
    })),
  );
  readonly people = $derived(
    this.jump.people.map((person): Offer => ({
      kind: 'person',
      key: `person ${person.userId ?? ''} ${person.name}`,
      person,
    })),
  );
  readonly isEmpty = $derived(
    this.commands.length + this.meetings.length + this.people.length === 0,
  );

  /** Words were typed; meetings and people follow when the index has answered. */
  type(text: string, libraryOpen: boolean): void {
    this.text = text;
    this.#cancel();
    const asked = ++this.#asked;
    if (text.trim() === '' || !libraryOpen) {
      this.jump = { meetings: [], people: [] };
      return;
    }
    this.#cancel = this.#scope.after(typingPauseMs, () => {
      ask('library.jump', { text: text.trim().slice(0, 200) }).then(
        (jump) => {
          if (asked === this.#asked) this.jump = jump;
        },
        () => {
          // The list of commands stands; the failure shows itself wherever meetings are listed.
          if (asked === this.#asked) this.jump = { meetings: [], people: [] };
        },
      );
    });
  }

  dispose(): void {
    this.#scope.dispose();
  }
}
