/** @file Main process. Puts what the walk through a WebM found into the words the archive keeps. */
import type { AudioFacts } from '../audio/index.ts';
import type { Delivery } from '../library/index.ts';

/** What the walk through a file found; it classifies and never decides whether bytes are kept. */
export type MediaFacts = Pick<
  Delivery,
  'media' | 'durationMs' | 'holes' | 'sampleRate' | 'channels' | 'problems'
>;

/** Zero stands for "not known" in audio's words, null in the archive's. */
export function toMediaFacts(facts: AudioFacts): MediaFacts {
  const hasAudio = facts.codec !== null;
  return {
    media: mediaState(facts),
    durationMs: hasAudio ? facts.durationMs : null,
    holes: facts.holes,
    sampleRate: hasAudio && facts.sampleRate > 0 ? facts.sampleRate : null,
    channels: hasAudio && facts.channels > 0 ? facts.channels : null,
    problems: facts.problems,
  };
}

function mediaState(facts: AudioFacts): MediaFacts['media'] {
  switch (facts.kind) {
    case 'ok':
      return { kind: 'ok' };
    case 'damaged':
      return { kind: 'damaged', fromMs: facts.damagedFromMs, why: facts.why };
    case 'not-webm':
      return { kind: 'not-webm', why: facts.why };
  }
}
