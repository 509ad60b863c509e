/** @file Renderer. One order to record, from the opened dialog to what came of it: whom, under which name, what people were told. */
import {
  Prefix,
  defaultPrefix,
  type AllowList,
  type FailureData,
  type MeetingId,
  type NamePreview,
  type Preflight,
  type RecordChoices,
  type Whom,
} from '#contract';
import { ask } from '../api.ts';
import { asFailure } from '../error-words.ts';
import { createScope } from '../scope.ts';
import { fitting, listed, readIds, withMore, type Refusal } from './choosing.ts';
import { whatIsMissing } from './record-words.ts';

/** Typing rests this long before main is asked, in ms. */
const previewRestMs = 120;
const preflightRestMs = 300;

export type Outcome =
  | { readonly state: 'open' }
  | { readonly state: 'starting' }
  | { readonly state: 'started' }
  /** The answer was lost, and the recording was found. */
  | { readonly state: 'adopted' }
  | { readonly state: 'failed'; readonly failure: FailureData };

export type Stage = 'asks' | 'starting' | 'started' | 'adopted' | 'lost' | 'runs';

/** Lives as long as its dialog is open; the order itself goes on in main whatever becomes of it. */
export class RecordForm {
  /** One opened dialog is one order, however often it is sent. */
  readonly orderId = crypto.randomUUID();
  readonly meetingId: MeetingId;

  choices = $state.raw<RecordChoices | null>(null);
  choicesFailure = $state.raw<FailureData | null>(null);
  /** Null until a person has said it: nobody is recorded because it was preset. */
  kind = $state<Whom['kind'] | null>(null);
  chosen = $state.raw<readonly string[]>([]);
  refusal = $state.raw<Refusal | null>(null);
  words = $state('');
  prefix = $state(defaultPrefix);
  told = $state(false);
  note = $state('');
  preview = $state.raw<NamePreview | null>(null);
  preflight = $state.raw<Preflight | null>(null);
  preflightFailure = $state.raw<FailureData | null>(null);
  outcome = $state.raw<Outcome>({ state: 'open' });
  /** When somebody last looked for what a lost answer had started, in vain; epoch ms. */
  lookedAt = $state<number | null>(null);

  readonly people = $derived(listed(this.choices?.people ?? []));
  readonly fitting = $derived(fitting(this.people, this.words));
  readonly chosenIds = $derived(new Set(this.chosen));
  readonly whom = $derived.by((): Whom | null => {
    if (this.kind === null) return null;
    if (this.kind === 'everyone') return { kind: 'everyone' };
    return this.chosen.length === 0 ? null : { kind: 'chosen', userIds: [...this.chosen] };
  });
  /** Whose file the preview shows. */
  readonly exampleId = $derived(
    (this.kind === 'chosen' ? this.chosen[0] : undefined) ?? this.people[0]?.userId ?? null,
  );
  readonly missing = $derived(
    whatIsMissing({
      hasWhom: this.kind !== null,
      chosenCount: this.kind === 'chosen' ? this.chosen.length : null,
      prefixBad: !Prefix.safeParse(this.prefix).success,
      told: this.told,
      preflight: this.preflight,
    }),
  );
  readonly failure = $derived(this.outcome.state === 'failed' ? this.outcome.failure : null);
  /** What records the call already and leaves no room for an order; a composite recording does (U6). */
  readonly running = $derived.by(() => {
    const { checks = [], running = [] } = this.preflight ?? {};
    const inTheWay = new Set(
      checks
        .filter(({ what, state }) => what === 'running' && state === 'bad')
        .flatMap(({ about }) => about),
    );
    return running.find(({ recordingId }) => inTheWay.has(recordingId)) ?? null;
  });
  /** What the dialog is about now; only while it asks may an order be given. */
  readonly stage = $derived.by((): Stage => {
    const { outcome } = this;
    if (outcome.state === 'starting') return 'starting';
    if (outcome.state === 'started' || outcome.state === 'adopted') return outcome.state;
    if (this.running !== null) return 'runs';
    return this.failure?.code === 'recording.answer-lost' ? 'lost' : 'asks';
  });
  /** Also once more after a lost answer: main looks for what the first sending started, and only then sends. */
  readonly canStart = $derived(
    this.missing === null && (this.stage === 'asks' || this.stage === 'lost'),
  );

  readonly #scope = createScope();
  #cancelPreview: () => void = () => undefined;
  #cancelPreflight: () => void = () => undefined;
  /** Only the newest question may answer. */
  #previews = 0;
  #preflights = 0;

  constructor(meetingId: MeetingId) {
    this.meetingId = meetingId;
  }

  async load(): Promise<void> {
    this.choicesFailure = null;
    try {
      const choices = await ask('record.choices', { meetingId: this.meetingId });
      this.choices = choices;
      if (choices.lastPrefix !== null && this.prefix === defaultPrefix) {
        this.prefix = choices.lastPrefix;
      }
    } catch (thrown) {
      this.choicesFailure = asFailure(thrown);
    }
  }

  isChosen(userId: string): boolean {
    return this.chosenIds.has(userId);
  }

  /** Adds or takes off one person; the 101st is refused. @returns whether they are chosen now */
  toggle(userId: string): boolean {
    this.refusal = null;
    if (this.isChosen(userId)) {
      this.chosen = this.chosen.filter((each) => each !== userId);
      return false;
    }
    this.#add([userId]);
    return this.isChosen(userId);
  }

  clear(): void {
    this.chosen = [];
    this.refusal = null;
  }

  /** Takes ids for what they are; false when the text is words to search for. */
  paste(text: string): boolean {
    if (this.choices === null) return false;
    const read = readIds(text, this.choices);
    if (read === null) return false;
    this.refusal = null;
    this.#add(read.userIds);
    if (read.unknown.length > 0) this.refusal = { kind: 'unknown-ids', ids: read.unknown };
    if (read.customIds.length > 0) {
      const named = this.people.filter(
        ({ customParticipantId }) =>
          customParticipantId !== null && read.customIds.includes(customParticipantId),
      );
      this.refusal = {
        kind: 'custom-ids',
        ids: read.customIds,
        named: named.map(({ name, userId }) => name ?? userId),
      };
    }
    return true;
  }

  use({ name, userIds }: AllowList): void {
    const known = new Set(this.people.map(({ userId }) => userId));
    const here = userIds.filter((userId) => known.has(userId));
    this.chosen = here;
    const gone = userIds.length - here.length;
    this.refusal = gone === 0 ? null : { kind: 'gone', list: name, count: gone };
  }

  /** Keeps the choice under a name for the next call; another list of that name gives way. */
  async save(name: string): Promise<void> {
    const list = { name, userIds: [...this.chosen] };
    await ask('record.saveAllowList', { meetingId: this.meetingId, list });
    this.#lists((lists) => [...lists.filter((each) => each.name !== name), list]);
  }

  async forget(name: string): Promise<void> {
    await ask('record.forgetAllowList', { meetingId: this.meetingId, name });
    this.#lists((lists) => lists.filter((each) => each.name !== name));
  }

  /** To be told of every change of prefix or example. */
  previewSoon(prefix: string, userId: string | null): void {
    this.#cancelPreview();
    const asked = ++this.#previews;
    this.#cancelPreview = this.#scope.after(previewRestMs, () => {
      ask('record.preview', { prefix, userId }).then(
        (preview) => {
          if (asked === this.#previews) this.preview = preview;
        },
        () => {
          if (asked === this.#previews) this.preview = null;
        },
      );
    });
  }

  /** To be told of every change of what would be ordered, and of the call. */
  checkSoon(whom: Whom | null, prefix: string): void {
    this.#cancelPreflight();
    this.#cancelPreflight = this.#scope.after(
      preflightRestMs,
      () => void this.#check(whom, prefix),
    );
  }

  /** Gives the order, once: a second click while it runs, or after it was sent, does nothing. */
  async start(): Promise<void> {
    const { whom } = this;
    if (!this.canStart || whom === null) return;
    this.outcome = { state: 'starting' };
    try {
      const { how } = await ask('record.start', {
        orderId: this.orderId,
        meetingId: this.meetingId,
        whom,
        prefix: this.prefix,
        consent: { told: true, note: this.note.trim() },
      });
      this.outcome = { state: how };
    } catch (thrown) {
      this.outcome = { state: 'failed', failure: asFailure(thrown) };
      void this.#check(whom, this.prefix);
    }
  }

  /** After a lost answer: reads what runs; an order of ours that is found counts as adopted. */
  async lookAgain(): Promise<void> {
    await ask('live.refresh').catch(() => undefined);
    await this.#check(this.whom, this.prefix);
    if (this.stage === 'lost' && this.preflightFailure === null) this.lookedAt = Date.now();
  }

  dispose(): void {
    this.#scope.dispose();
  }

  async #check(whom: Whom | null, prefix: string): Promise<void> {
    const asked = ++this.#preflights;
    try {
      const preflight = await ask('record.preflight', {
        meetingId: this.meetingId,
        whom,
        prefix,
      });
      if (asked !== this.#preflights) return;
      this.preflight = preflight;
      this.preflightFailure = null;
      const isFound = preflight.running.some(({ origin }) => origin !== 'elsewhere');
      if (isFound && this.failure?.code === 'recording.answer-lost') {
        this.outcome = { state: 'adopted' };
      }
    } catch (thrown) {
      if (asked !== this.#preflights) return;
      this.preflight = null;
      this.preflightFailure = asFailure(thrown);
    }
  }

  #add(userIds: readonly string[]): void {
    const { chosen, left } = withMore(this.chosen, userIds);
    this.chosen = chosen;
    if (left.length === 0) return;
    const names = new Map(this.people.map(({ userId, name }) => [userId, name ?? userId]));
    this.refusal = { kind: 'too-many', left: left.map((userId) => names.get(userId) ?? userId) };
  }

  #lists(change: (lists: readonly AllowList[]) => AllowList[]): void {
    if (this.choices === null) return;
    this.choices = { ...this.choices, allowLists: change(this.choices.allowLists) };
  }
}
