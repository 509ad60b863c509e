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
 * One palette index for each entry. A name starts from its own hash, so a person usually keeps a
 * colour between recordings; two people of one name are told apart, and no colour repeats before all
 * ten are used.
 */
export function assignColours(names: readonly string[]): number[] {
  const seen = new Map<string, number>();
  let free = new Set<number>();
  return names.map((name) => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    if (free.size === 0) free = new Set(Array.from({ length: speakerColours }, (_, at) => at));
    let colour = hash(before === 0 ? name : `${name} ${String(before)}`) % speakerColours;
    while (!free.has(colour)) colour = (colour + 1) % speakerColours;
    free.delete(colour);
    return colour;
  });
}

export const speakerVar = (index: number): string => `var(--speaker-${String(index)})`;
