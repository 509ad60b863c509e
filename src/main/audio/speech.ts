/** @file Main process. The speech map: when somebody speaks, from loudness over an adaptive noise floor and from packet sizes. */
import { z } from 'zod';

export const SpeechMap = z.object({
  /** In order, not touching; milliseconds of the timeline. */
  turns: z.array(z.object({ startMs: z.number(), endMs: z.number() })),
  speechMs: z.number(),
});
export type SpeechMap = z.infer<typeof SpeechMap>;

/** One step of the map, the length of a pair of peaks. */
const STEP_MS = 10;

/** A turn begins this far above the noise … */
const BEGIN_DB = 12;
/** … and goes on while above this. */
const GO_ON_DB = 7;
/** Nothing below is speech, however quiet the room. */
const QUIETEST_SPEECH_DB = -52;
const SILENCE_DB = -90;
/** The floor falls to quieter sound at once, and rises this fast while nothing quieter comes. */
const FLOOR_RISE_DB_PER_STEP = 0.01;
const LOWEST_FLOOR_DB = -70;
/** Loud for this long before it is a turn: shorter is a click. */
const BEGIN_STEPS = 4;
/** Pauses between words and clauses are part of a turn. */
const PAUSE_STEPS = 60;
const SHORTEST_TURN_MS = 120;
/** In speech the encoder spends bits; a packet this much smaller than those is noise it hardly describes. */
const SMALL_PACKET_SHARE = 0.35;

/** Takes steps of 10 ms in order. Memory grows with turns alone. */
export class SpeechMapper {
  #turns: { startMs: number; endMs: number }[] = [];
  #step = 0;
  #power = 0;
  #floorDb = -40;
  #loudSteps = 0;
  #beganAt = -1;
  #lastLoudEnd = 0;
  #packetRate = 0;
  #speechRate = 0;

  /** @param bytesPerMs of the packet the next steps come from; 0 for silence and holes */
  packet(bytesPerMs: number): void {
    this.#packetRate = bytesPerMs;
  }

  step(meanSquare: number): void {
    // Looks back about 25 ms, so that the zeros of a low voice do not cut it in pieces.
    this.#power = 0.6 * this.#power + 0.4 * meanSquare;
    const db = this.#power < 1e-9 ? SILENCE_DB : 10 * Math.log10(this.#power);
    this.#floorDb = Math.max(LOWEST_FLOOR_DB, Math.min(db, this.#floorDb + FLOOR_RISE_DB_PER_STEP));
    if (this.#beganAt < 0) this.#outside(db);
    else this.#inside(db);
    this.#step++;
  }

  finish(): SpeechMap {
    if (this.#beganAt >= 0) this.#endTurn();
    const speechMs = this.#turns.reduce((sum, turn) => sum + turn.endMs - turn.startMs, 0);
    return { turns: this.#turns, speechMs };
  }

  #outside(db: number): void {
    const loud = db > Math.max(QUIETEST_SPEECH_DB, this.#floorDb + BEGIN_DB);
    const spent = this.#packetRate >= SMALL_PACKET_SHARE * this.#speechRate;
    this.#loudSteps = loud && spent ? this.#loudSteps + 1 : 0;
    if (this.#loudSteps < BEGIN_STEPS) return;
    this.#beganAt = this.#step + 1 - BEGIN_STEPS;
    this.#lastLoudEnd = this.#step + 1;
    this.#loudSteps = 0;
  }

  #inside(db: number): void {
    if (db > Math.max(QUIETEST_SPEECH_DB - 4, this.#floorDb + GO_ON_DB) && this.#packetRate > 0) {
      this.#lastLoudEnd = this.#step + 1;
      this.#speechRate += 0.005 * (this.#packetRate - this.#speechRate);
    } else if (this.#step - this.#lastLoudEnd >= PAUSE_STEPS) {
      this.#endTurn();
    }
  }

  #endTurn(): void {
    const startMs = this.#beganAt * STEP_MS;
    const endMs = this.#lastLoudEnd * STEP_MS;
    if (endMs - startMs >= SHORTEST_TURN_MS) this.#turns.push({ startMs, endMs });
    this.#beganAt = -1;
  }
}
