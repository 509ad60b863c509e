/** @file Renderer. What it means when a recording does not get on at the service: what is at risk, until when, the next step. Pure. */
import type { Recording, Stall } from '#contract';
import { momentWithin, leftText, lengthWords } from '../parts/format.ts';
import type { Deed } from './deed.ts';
import type { StateWords, Tone } from './state-words.ts';

interface StallText {
  /** A word or two for the pipeline. */
  text: string;
  tone: Extract<Tone, 'quiet' | 'warn' | 'bad'>;
  means: string;
  /** What may be lost by it. */
  risk: string;
  next: string;
  /** Text of the button, and what it does. */
  step: { text: string; deed: 'live' | 'copy-id' | 'meeting' | 'fetch' };
  /** A person has to do something, or at least to know of it. */
  needsPerson: boolean;
}

/** Contract 10.2. */
const stalls: Record<Stall['what'], StallText> = {
  'never-started': {
    text: 'Never started',
    tone: 'warn',
    means: 'The service took the order and did not begin. As a rule it no longer will.',
    risk: 'Nothing of this call is recorded by it.',
    next: 'Order it again while the call lasts.',
    step: { text: 'Open the call', deed: 'live' },
    needsPerson: true,
  },
  'records-an-empty-call': {
    text: 'Nobody there',
    tone: 'bad',
    means: 'Everybody has left, and the service still records.',
    risk: 'Its files come only when it is stopped; else it may run on for up to 24 hours.',
    next: 'Stop it.',
    step: { text: 'Stop it…', deed: 'live' },
    needsPerson: true,
  },
  'upload-takes-long': {
    text: 'Slow there',
    tone: 'warn',
    means: 'The upload takes unusually long.',
    risk: 'Its files may come late, or never.',
    next: 'Trackvault goes on asking. If nothing comes within a day, ask the service’s support.',
    step: { text: 'Copy its id', deed: 'copy-id' },
    needsPerson: true,
  },
  'probably-lost': {
    text: 'Stuck there',
    tone: 'bad',
    means: 'The service has been uploading for more than a day and names no length: probably lost.',
    risk: 'All of this recording is at risk.',
    next: 'Ask the service’s support with the recording id; Trackvault goes on asking.',
    step: { text: 'Copy its id', deed: 'copy-id' },
    needsPerson: true,
  },
  'finished-without-files': {
    text: 'No files',
    tone: 'warn',
    means: 'It finished without any file: nobody spoke, or the people asked for were not found.',
    risk: 'No file is listed; now and then one is added within minutes.',
    next: 'See who was to be recorded: custom ids yield no file.',
    step: { text: 'Who was to be here', deed: 'meeting' },
    needsPerson: true,
  },
  'partial-list': {
    text: 'Partly listed',
    tone: 'quiet',
    means: 'Some files are listed while the service still uploads.',
    risk: 'The list may grow; what it names is fetched at once.',
    next: 'Wait: the list is read again by itself.',
    step: { text: 'Ask again now', deed: 'fetch' },
    needsPerson: false,
  },
  'status-unknown': {
    text: 'Unknown',
    tone: 'warn',
    means: 'The service uses a word for its state that Trackvault does not know.',
    risk: 'Files are fetched when it lists any.',
    next: 'If none come, ask the service’s support with the recording id.',
    step: { text: 'Copy its id', deed: 'copy-id' },
    needsPerson: true,
  },
};

/** In a word or two, and in a sentence. */
export function stallState({ what }: Stall): StateWords {
  const { text, tone, means, next } = stalls[what];
  return { text, tone, means: `${means} ${next}` };
}

export interface StallNote {
  tone: StallText['tone'];
  means: string;
  /** What is at risk, for how long it lasts, until when it can be helped. */
  risk: string;
  next: string;
  step: { text: string; deed: Deed };
  needsPerson: boolean;
}

/** All there is to say of it. `now` is epoch ms. */
export function stallNote(
  { what, sinceAt, untilAt }: Stall,
  recording: Recording,
  now: number,
): StallNote {
  const { means, risk, next, tone, step, needsPerson } = stalls[what];
  const since = sinceAt === null ? '' : `It has lasted for ${lengthWords(now - sinceAt)}.`;
  return {
    tone,
    means,
    risk: [risk, since, untilText(untilAt, now)].filter((part) => part !== '').join(' '),
    next,
    step: { text: step.text, deed: deedOf(step.deed, recording) },
    needsPerson,
  };
}

function untilText(untilAt: number | null, now: number): string {
  if (untilAt === null) return '';
  const at = momentWithin(untilAt, now);
  return untilAt <= now
    ? `The service kept it until ${at}: it can no longer be helped.`
    : `The service keeps it until ${at}: ${leftText(untilAt, now)} left.`;
}

function deedOf(kind: StallText['step']['deed'], recording: Recording): Deed {
  switch (kind) {
    case 'live':
      return { kind, recording };
    case 'copy-id':
      return { kind, recordingId: recording.recordingId };
    case 'meeting':
      return { kind, recording };
    case 'fetch':
      return { kind };
  }
}
