/** @file Renderer. The apps of an account, to choose one from. Pure. */
import type { AccessCheck } from '#contract';

type App = AccessCheck['apps'][number];

/** Up to so many a list is read faster than a filter is typed. */
const few = 8;

export const needsFilter = (apps: readonly App[]): boolean => apps.length > few;

/** Those whose name or id holds what is asked for, and always the chosen one. */
export function fittingApps(apps: readonly App[], asked: string, chosenId: string): readonly App[] {
  const words = asked.trim().toLocaleLowerCase();
  return apps.filter(
    ({ id, name }) => id === chosenId || `${name ?? ''} ${id}`.toLocaleLowerCase().includes(words),
  );
}
