/** @file Renderer. Gives each person a colour that stays theirs wherever they appear. Pure. */

export const speakerColours = 10;

/** FNV-1a over UTF-16 units: stable across runs, no library worth its weight. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}

/**
 * One palette index per key. Each key starts from its own hash, so a person usually keeps a colour
 * between recordings; within one list no colour repeats before all ten are used.
 */
export function assignColours(keys: readonly string[]): Map<string, number> {
  const given = new Map<string, number>();
  let free = new Set<number>();
  for (const key of keys) {
    if (given.has(key)) continue;
    if (free.size === 0) free = new Set(Array.from({ length: speakerColours }, (_, at) => at));
    let colour = hash(key) % speakerColours;
    while (!free.has(colour)) colour = (colour + 1) % speakerColours;
    free.delete(colour);
    given.set(key, colour);
  }
  return given;
}

export const speakerVar = (index: number): string => `var(--speaker-${String(index)})`;
