/** @file Renderer. Finds packages by name or licence. Pure. */
import type { Licence } from '#contract';

/** Those whose name or licence holds every word asked for, in the order given. */
export function findLicences(all: readonly Licence[], asked: string): readonly Licence[] {
  const words = asked.toLowerCase().split(/\s+/u).filter(Boolean);
  return all.filter(({ name, licence }) => {
    const text = `${name} ${licence}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
