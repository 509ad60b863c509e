/** @file Renderer. Says how it goes with listening for a relay. Pure. */
import type { RelayStatus } from '#contract';
import type { Words } from '../../error-words.ts';
import { agoText, plural } from '../../parts/format.ts';
import type { StateWords } from '../state-words.ts';

/** @param now epoch ms */
export function relayWords(
  relay: Exclude<RelayStatus, { state: 'failed' }>,
  now: number,
): { state: StateWords; facts: string } {
  if (relay.state === 'off') {
    return {
      state: { text: 'Not listening', tone: 'quiet', means: 'No endpoint is open.' },
      facts: '',
    };
  }
  const { port, taken, refused, takenAt } = relay;
  const last = takenAt === null ? 'nothing came yet' : `the last ${agoText(takenAt, now)}`;
  return {
    state: {
      text: 'Listening',
      tone: 'good',
      means: `Open on this machine alone, at http://127.0.0.1:${String(port)}/`,
    },
    facts: [
      `on http://127.0.0.1:${String(port)}/`,
      taken === 0 ? last : `${plural(taken, 'event')} taken, ${last}`,
      ...(refused === 0
        ? []
        : [`${String(refused)} refused: not signed by the service, or not an event`]),
    ].join(' · '),
  };
}

export const deafWords = (port: number): Words => ({
  what: `Trackvault cannot listen on port ${String(port)}.`,
  safe: 'It goes on asking the service at a rhythm of its own; nothing is missed, only later.',
  next: 'Choose another port, or end the program that uses this one.',
});
