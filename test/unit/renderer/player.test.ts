/** @file Tests. The player on a clock moved by hand, with voices that lag, stall and fail. */
import { describe, expect, it } from 'vitest';
import {
  allowedDriftMs,
  createPlayer,
  type PlayedClip,
  type PlayerMode,
  type PlayerWorld,
  type Voice,
} from '../../../src/renderer/review/player.ts';

interface Behaviour {
  /** Time a seek takes. */
  seekMs?: number;
  /** Time between asking for sound and sound. */
  startMs?: number;
  fails?: boolean;
}

interface FakeVoice extends Voice {
  playing: boolean;
  gain: number;
  seeks: number[];
  startedAt: number | null;
  /** Holds the sound up by this much, once. */
  stall(ms: number): void;
}

/** A world in which time passes only by `run`. */
function createWorld(behaviours: Record<string, Behaviour> = {}) {
  let now = 0;
  const timers = new Set<{ at: number; run: () => void; every: number | null }>();
  const voices = new Map<string, FakeVoice>();
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  const timer = (ms: number, run: () => void, every: number | null) => {
    const entry = { at: now + ms, run, every };
    timers.add(entry);
    return () => timers.delete(entry);
  };
  const world: PlayerWorld = {
    now: () => now,
    wake: () => Promise.resolve(),
    after: (ms, run) => timer(ms, run, null),
    every: (ms, run) => timer(ms, run, ms),
    open(clip) {
      const { seekMs = 10, startMs = 0, fails = false } = behaviours[clip.id] ?? {};
      let base = { positionMs: 0, at: 0 };
      let rate = 1;
      const position = () =>
        voice.playing ? base.positionMs + Math.max(0, now - base.at) * rate : base.positionMs;
      const voice: FakeVoice = {
        playing: false,
        gain: 1,
        seeks: [],
        startedAt: null,
        seek(positionMs) {
          voice.seeks.push(positionMs);
          if (fails) return Promise.reject(new Error('unreadable'));
          return new Promise((resolve) => {
            timer(
              seekMs,
              () => {
                base = { positionMs, at: now };
                resolve();
              },
              null,
            );
          });
        },
        play() {
          voice.playing = true;
          voice.startedAt ??= now + startMs;
          base = { positionMs: base.positionMs, at: now + startMs };
          return Promise.resolve();
        },
        pause() {
          base = { positionMs: position(), at: now };
          voice.playing = false;
        },
        positionMs: position,
        setGain(gain) {
          voice.gain = gain;
        },
        setRate(next) {
          base = { positionMs: position(), at: now };
          rate = next;
        },
        dispose() {
          voice.playing = false;
        },
        stall(ms) {
          base = { positionMs: position(), at: now + ms };
        },
      };
      voices.set(clip.id, voice);
      return voice;
    },
  };
  return {
    world,
    voice(id: string): FakeVoice {
      const found = voices.get(id);
      if (!found) throw new Error(`${id} was never opened`);
      return found;
    },
    opened: (id: string) => voices.has(id),
    async run(ms: number) {
      const end = now + ms;
      await settle();
      for (;;) {
        const due = [...timers].filter((each) => each.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        now = Math.max(now, due.at);
        if (due.every === null) timers.delete(due);
        else due.at += due.every;
        due.run();
        await settle();
      }
      now = end;
    },
  };
}

const clip = (id: string, offsetMs: number, durationMs: number, lane = id): PlayedClip => ({
  id,
  lane,
  offsetMs,
  durationMs,
});

function start(clips: PlayedClip[], behaviours?: Record<string, Behaviour>, lengthMs = 60_000) {
  const stage = createWorld(behaviours);
  const modes: PlayerMode[] = [];
  const troubles: string[] = [];
  const player = createPlayer({
    clips,
    lengthMs,
    world: stage.world,
    onMode: (mode) => modes.push(mode),
    onTrouble: ({ id }) => troubles.push(id),
  });
  return { ...stage, player, modes, troubles };
}

describe('starting', () => {
  it('waits until every voice stands at its place, then starts them in one go', async () => {
    const { player, run, voice } = start([clip('a', 0, 60_000), clip('b', 500, 59_000)], {
      a: { seekMs: 5 },
      b: { seekMs: 120 },
    });
    await player.seek(10_000);
    void player.play();
    await run(119);
    expect(voice('a').playing).toBe(false);
    await run(5);
    expect(voice('a').startedAt).toBe(voice('b').startedAt);
    expect(voice('a').seeks).toEqual([10_000]);
    expect(voice('b').seeks).toEqual([9500]);
  });

  it('does not wait for ever for one stalled file, and says which cannot be played', async () => {
    const { player, run, voice, modes, troubles } = start(
      [clip('a', 0, 60_000), clip('stuck', 0, 60_000), clip('bad', 0, 60_000)],
      { stuck: { seekMs: 20_000 }, bad: { fails: true } },
    );
    void player.play();
    await run(4000);
    expect(modes.at(-1)).toBe('playing');
    expect(voice('a').playing).toBe(true);
    expect(troubles).toEqual(['bad']);
  });

  it('starts a file that begins later on time, moved to its beginning beforehand', async () => {
    const { player, run, voice, opened } = start([clip('a', 0, 60_000), clip('late', 8000, 9000)]);
    void player.play();
    await run(5000);
    expect(opened('late')).toBe(false);
    await run(2500);
    expect(voice('late').seeks).toEqual([0]);
    expect(voice('late').playing).toBe(false);
    await run(1500);
    const offBy = voice('late').positionMs() + 8000 - player.positionMs();
    expect(Math.abs(offBy)).toBeLessThanOrEqual(allowedDriftMs);
  });

  it('begins anew after the end', async () => {
    const { player, run, modes } = start([clip('a', 0, 1000)], {}, 1000);
    void player.play();
    await run(2000);
    expect(modes.at(-1)).toBe('paused');
    expect(player.positionMs()).toBe(1000);
    void player.play();
    await run(100);
    expect(player.positionMs()).toBeLessThan(200);
  });
});

describe('the watchdog', () => {
  it('takes the latency all voices share into the clock instead of moving every voice', async () => {
    const { player, run, voice } = start([clip('a', 0, 60_000), clip('b', 0, 60_000)], {
      a: { startMs: 80 },
      b: { startMs: 80 },
    });
    void player.play();
    await run(3000);
    expect(voice('a').seeks).toHaveLength(1);
    expect(Math.abs(voice('a').positionMs() - player.positionMs())).toBeLessThanOrEqual(1);
  });

  it('brings back a voice that stalled, and leaves the others alone', async () => {
    const { player, run, voice } = start([
      clip('a', 0, 60_000),
      clip('b', 0, 60_000),
      clip('c', 0, 60_000),
    ]);
    void player.play();
    await run(1000);
    voice('b').stall(2000);
    await run(4000);
    expect(Math.abs(voice('b').positionMs() - player.positionMs())).toBeLessThanOrEqual(
      allowedDriftMs,
    );
    expect(voice('a').seeks).toHaveLength(1);
    expect(voice('c').seeks).toHaveLength(1);
  });

  it('learns how far ahead a slow voice must be sent', async () => {
    const { player, run, voice } = start(
      [clip('a', 0, 60_000), clip('b', 0, 60_000), clip('slow', 0, 60_000)],
      {
        slow: { seekMs: 90 },
      },
    );
    void player.play();
    await run(1000);
    voice('slow').stall(500);
    await run(4000);
    expect(Math.abs(voice('slow').positionMs() - player.positionMs())).toBeLessThanOrEqual(
      allowedDriftMs,
    );
    expect(voice('slow').seeks.length).toBeLessThanOrEqual(4);
  });
});

describe('seeking', () => {
  it('while paused only moves the place', async () => {
    const { player, run, opened } = start([clip('a', 0, 60_000)]);
    await player.seek(30_000);
    await run(500);
    expect(player.positionMs()).toBe(30_000);
    expect(opened('a')).toBe(false);
  });

  it('while playing goes on from the newest place only', async () => {
    const { player, run, voice } = start([clip('a', 0, 60_000)]);
    void player.play();
    await run(1000);
    void player.seek(20_000);
    void player.seek(40_000);
    await run(500);
    expect(voice('a').positionMs()).toBeGreaterThan(40_000);
    expect(voice('a').positionMs()).toBeLessThan(40_600);
    expect(player.mode).toBe('playing');
  });

  it('stays inside the recording', async () => {
    const { player } = start([clip('a', 0, 60_000)]);
    await player.seek(-5);
    expect(player.positionMs()).toBe(0);
    await player.seek(1e9);
    expect(player.positionMs()).toBe(60_000);
  });
});

describe('other switches', () => {
  it('silences by lane, and a voice opened later keeps to it', async () => {
    const { player, run, voice } = start([
      clip('one', 0, 60_000, 'lane'),
      clip('two', 3000, 60_000, 'lane'),
      clip('other', 0, 60_000),
    ]);
    void player.play();
    await run(100);
    player.setAudible((lane) => lane !== 'lane');
    await run(5000);
    expect(voice('one').gain).toBe(0);
    expect(voice('two').gain).toBe(0);
    expect(voice('other').gain).toBe(1);
  });

  it('keeps clock and voices together at another speed', async () => {
    const { player, run, voice } = start([clip('a', 0, 60_000)]);
    void player.play();
    await run(1000);
    player.setRate(1.5);
    const before = player.positionMs();
    await run(2000);
    expect(player.positionMs() - before).toBeCloseTo(3000, 0);
    expect(Math.abs(voice('a').positionMs() - player.positionMs())).toBeLessThanOrEqual(
      allowedDriftMs,
    );
  });

  it('falls silent at once when paused, even between asking and sounding', async () => {
    const { player, run, voice, modes } = start([clip('a', 0, 60_000)], { a: { seekMs: 500 } });
    void player.play();
    await run(100);
    player.pause();
    await run(2000);
    expect(voice('a').playing).toBe(false);
    expect(modes).toEqual(['gathering', 'paused']);
  });
});
