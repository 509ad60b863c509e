/** @file Renderer. Plays the clips of a recording together on one clock: gated seeks, late starts, a watchdog. */

/** One file on the time line, in milliseconds from the recording's zero. */
export interface PlayedClip {
  id: string;
  /** Clips of one lane are silenced together. */
  lane: string;
  offsetMs: number;
  durationMs: number;
}

/** The sound of one file; positions count from the start of the file. */
export interface Voice {
  /** Resolves when the sound stands at the position and can go on from there. */
  seek(positionMs: number): Promise<void>;
  play(): Promise<void>;
  pause(): void;
  positionMs(): number;
  setGain(gain: number): void;
  setRate(rate: number): void;
  dispose(): void;
}

/** What the player needs from outside; tests give it a clock moved by hand. */
export interface PlayerWorld {
  /** Steady clock of the sound output, ms. */
  now(): number;
  /** Called before sound is first needed; output may have to be woken. */
  wake(): Promise<void>;
  open(clip: PlayedClip): Voice;
  after(ms: number, run: () => void): () => void;
  every(ms: number, run: () => void): () => void;
}

export type PlayerMode = 'paused' | 'gathering' | 'playing';

export interface Player {
  readonly mode: PlayerMode;
  positionMs(): number;
  play(): Promise<void>;
  pause(): void;
  /** Goes to a time; plays on from there if it was playing. */
  seek(positionMs: number): Promise<void>;
  setRate(rate: number): void;
  setAudible(isAudible: (lane: string) => boolean): void;
  dispose(): void;
}

export interface PlayerOptions {
  clips: readonly PlayedClip[];
  lengthMs: number;
  world: PlayerWorld;
  onMode(mode: PlayerMode): void;
  /** A clip that could not be made ready; the others go on. */
  onTrouble(clip: PlayedClip, trouble: unknown): void;
}

/** Farther from the master clock than this a voice is set right. */
export const allowedDriftMs = 30;
const watchEveryMs = 50;
/** Opened and moved to its start this long before it is due. */
const readyBeforeMs = 2000;
/** A voice that is not ready by then joins later, so that one stalled file silences no other. */
const gatherLimitMs = 3000;
/** All voices share the latency of starting; it is taken into the clock once, this long after the start. */
const settleAfterMs = 150;
const correctAtMostEveryMs = 400;
const mostLeadMs = 300;

interface Part {
  clip: PlayedClip;
  voice: Voice | null;
  state: 'still' | 'moving' | 'ready' | 'due' | 'sounding' | 'failed';
  /** Master time of the last correction. */
  correctedAt: number;
  /** How far ahead a correction aims: what the last one fell short by. */
  leadMs: number;
}

export function createPlayer(options: PlayerOptions): Player {
  const { world, lengthMs } = options;
  const parts: Part[] = options.clips.map((clip) => ({
    clip,
    voice: null,
    state: 'still',
    correctedAt: -Infinity,
    leadMs: 0,
  }));
  let mode: PlayerMode = 'paused';
  let rate = 1;
  let audible: (lane: string) => boolean = () => true;
  /** The position at a moment of the clock; while not playing the moment has no meaning. */
  let anchor = { positionMs: 0, at: 0 };
  let settled = true;
  /** Only the newest gathering may start sound. */
  let turn = 0;
  let stopWatching: () => void = () => undefined;

  const positionMs = (): number =>
    mode === 'playing'
      ? Math.min(lengthMs, anchor.positionMs + (world.now() - anchor.at) * rate)
      : anchor.positionMs;

  const covers = ({ clip }: Part, at: number): boolean =>
    at >= clip.offsetMs && at < clip.offsetMs + clip.durationMs;

  const enter = (next: PlayerMode): void => {
    if (mode === next) return;
    mode = next;
    options.onMode(next);
  };

  const voiceOf = (part: Part): Voice => {
    if (part.voice === null) {
      part.voice = world.open(part.clip);
      part.voice.setGain(audible(part.clip.lane) ? 1 : 0);
      part.voice.setRate(rate);
    }
    return part.voice;
  };

  const failed = (part: Part, trouble: unknown): void => {
    if (part.state === 'failed') return;
    part.state = 'failed';
    part.voice?.pause();
    options.onTrouble(part.clip, trouble);
  };

  const sound = (part: Part): void => {
    part.state = 'sounding';
    voiceOf(part)
      .play()
      .catch((trouble: unknown) => {
        // A pause that overtakes a start is no failure.
        if (mode === 'playing' && part.state === 'sounding') failed(part, trouble);
      });
  };

  const silence = (): void => {
    stopWatching();
    for (const part of parts) {
      part.voice?.pause();
      if (part.state !== 'failed') part.state = 'still';
    }
  };

  /** Moves a voice to where it should be; when it is late, it joins in. */
  const makeReady = async (part: Part, at: number, own: number): Promise<void> => {
    part.state = 'moving';
    try {
      await voiceOf(part).seek(Math.max(0, at - part.clip.offsetMs));
      if (own === turn) part.state = 'ready';
    } catch (trouble) {
      if (own === turn) failed(part, trouble);
    }
  };

  const gather = async (at: number, thenPlay: boolean): Promise<void> => {
    const own = ++turn;
    silence();
    anchor = { positionMs: at, at: world.now() };
    enter(thenPlay ? 'gathering' : 'paused');
    if (thenPlay) await world.wake();
    const due = parts.filter((part) => part.state !== 'failed' && covers(part, at));
    await atMost(
      Promise.all(due.map((part) => makeReady(part, at, own))),
      gatherLimitMs,
      world.after,
    );
    if (own !== turn || !thenPlay) return;
    anchor = { positionMs: at, at: world.now() };
    settled = false;
    enter('playing');
    for (const part of due) if (part.state === 'ready') sound(part);
    stopWatching = world.every(watchEveryMs, watch);
  };

  const watch = (): void => {
    if (!settled && world.now() - anchor.at >= settleAfterMs) settle();
    const at = positionMs();
    if (at >= lengthMs) {
      turn += 1;
      silence();
      anchor = { positionMs: lengthMs, at: world.now() };
      enter('paused');
      return;
    }
    for (const part of parts) {
      if (part.state === 'sounding' && covers(part, at)) hold(part, at);
      else if (part.state === 'ready') startWhenDue(part, at);
      else if (part.state === 'still') approach(part, at);
      else if (part.state === 'sounding') {
        part.voice?.pause();
        part.state = 'still';
      }
    }
  };

  /** The median of what the voices lag by is the latency of starting: the clock waits for it, once. */
  const settle = (): void => {
    settled = true;
    const drifts = parts
      .filter((part) => part.state === 'sounding')
      .map((part) => driftOf(part, positionMs()))
      .sort((one, other) => one - other);
    const median = drifts[Math.floor(drifts.length / 2)];
    if (median === undefined || Math.abs(median) > 1000) return;
    anchor = { ...anchor, positionMs: anchor.positionMs + median };
  };

  const driftOf = ({ clip, voice }: Part, at: number): number =>
    voice === null ? 0 : voice.positionMs() + clip.offsetMs - at;

  const hold = (part: Part, at: number): void => {
    const drift = driftOf(part, at);
    if (Math.abs(drift) <= allowedDriftMs || !settled) return;
    const now = world.now();
    if (now - part.correctedAt < correctAtMostEveryMs) return;
    const target = at - part.clip.offsetMs;
    if (target >= part.clip.durationMs - allowedDriftMs) return;
    if (part.correctedAt > -Infinity) {
      part.leadMs = Math.min(mostLeadMs, Math.max(0, part.leadMs - drift));
    }
    part.correctedAt = now;
    const own = turn;
    voiceOf(part)
      .seek(target + part.leadMs)
      .catch((trouble: unknown) => {
        if (own === turn) failed(part, trouble);
      });
  };

  const startWhenDue = (part: Part, at: number): void => {
    const waitMs = (part.clip.offsetMs - at) / rate;
    if (waitMs > watchEveryMs) return;
    if (waitMs <= 0) {
      sound(part);
      return;
    }
    part.state = 'due';
    const own = turn;
    world.after(waitMs, () => {
      if (own === turn && mode === 'playing') sound(part);
    });
  };

  const approach = (part: Part, at: number): void => {
    const { offsetMs, durationMs } = part.clip;
    if (at >= offsetMs + durationMs || offsetMs - at > readyBeforeMs * rate) return;
    void makeReady(part, Math.max(at, offsetMs), turn);
  };

  return {
    get mode() {
      return mode;
    },
    positionMs,
    async play() {
      if (mode !== 'paused') return;
      await gather(anchor.positionMs >= lengthMs ? 0 : anchor.positionMs, true);
    },
    pause() {
      if (mode === 'paused') return;
      const at = positionMs();
      turn += 1;
      silence();
      anchor = { positionMs: at, at: world.now() };
      enter('paused');
    },
    async seek(wanted) {
      const at = Math.min(lengthMs, Math.max(0, wanted));
      if (mode === 'paused') {
        turn += 1;
        anchor = { positionMs: at, at: world.now() };
        return;
      }
      await gather(at, true);
    },
    setRate(next) {
      anchor = { positionMs: positionMs(), at: world.now() };
      rate = next;
      for (const { voice } of parts) voice?.setRate(next);
    },
    setAudible(isAudible) {
      audible = isAudible;
      for (const { voice, clip } of parts) voice?.setGain(audible(clip.lane) ? 1 : 0);
    },
    dispose() {
      turn += 1;
      silence();
      for (const { voice } of parts) voice?.dispose();
    },
  };
}

/** Waits for the work, but no longer than `limitMs`. */
function atMost(
  work: Promise<unknown>,
  limitMs: number,
  after: PlayerWorld['after'],
): Promise<void> {
  return new Promise((resolve) => {
    const cancel = after(limitMs, resolve);
    void work.finally(() => {
      cancel();
      resolve();
    });
  });
}
