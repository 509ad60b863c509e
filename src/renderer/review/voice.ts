/** @file Renderer. The player's world in a browser: one audio element and one gain per file, one audio context for all. */
import { Failure, type TrackId } from '#contract';
import { createScope, type Scope } from '../scope.ts';
import type { PlayerWorld, Voice } from './player.ts';

/** Long enough to hide a click, too short to hear. */
const rampSeconds = 0.008;

/** Everything opened here is let go when `scope` is disposed. */
export function createSound(scope: Scope): PlayerWorld {
  let context: AudioContext | null = null;
  const output = (): AudioContext => {
    if (context === null) {
      const made = new AudioContext({ latencyHint: 'interactive' });
      scope.add(() => void made.close());
      context = made;
    }
    return context;
  };
  return {
    now: () => output().currentTime * 1000,
    async wake() {
      if (output().state !== 'running') await output().resume();
    },
    open: (clip) => openVoice(clip.id, output()),
    after: (ms, run) => scope.after(ms, run),
    every: (ms, run) => scope.every(ms, run),
  };
}

/** @throws {Failure} `audio.unreadable` from `seek` when the file cannot be played. */
function openVoice(trackId: TrackId | string, context: AudioContext): Voice {
  const scope = createScope();
  const audio = new Audio();
  audio.crossOrigin = 'anonymous';
  audio.preload = 'auto';
  audio.dataset['track'] = trackId;
  audio.src = `track://${trackId}/audio`;
  const source = context.createMediaElementSource(audio);
  const gain = context.createGain();
  source.connect(gain).connect(context.destination);

  const unreadable = () =>
    new Failure('audio.unreadable', audio.error?.message ?? 'The file cannot be played.');

  /** Waits for one event of the element, or for its failure. */
  const until = (event: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const waiting = scope.child();
      waiting.listen(audio, event, () => {
        waiting.dispose();
        resolve();
      });
      waiting.listen(audio, 'error', () => {
        waiting.dispose();
        reject(unreadable());
      });
    });

  return {
    async seek(positionMs) {
      if (audio.error) throw unreadable();
      if (audio.readyState < HTMLMediaElement.HAVE_METADATA) await until('loadedmetadata');
      const seeked = until('seeked');
      audio.currentTime = positionMs / 1000;
      await seeked;
    },
    play: () => audio.play(),
    pause() {
      audio.pause();
    },
    positionMs: () => audio.currentTime * 1000,
    setGain(value) {
      gain.gain.setTargetAtTime(value, context.currentTime, rampSeconds);
    },
    setRate(rate) {
      audio.playbackRate = rate;
    },
    dispose() {
      scope.dispose();
      audio.pause();
      source.disconnect();
      gain.disconnect();
      audio.removeAttribute('src');
      audio.load();
    },
  };
}
