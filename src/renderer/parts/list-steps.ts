/** @file Renderer. Where a key leads in a list one goes through line by line. Pure. */

/**
 * Index of the line the key leads to from the line at `at`, never beyond the ends; null where the key
 * is no step. Page keys count only where `pageSize` lines are seen at once.
 */
export function stepTo(
  key: string,
  { at, count, pageSize = null }: { at: number; count: number; pageSize?: number | null },
): number | null {
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: count - 1,
    ...(pageSize === null ? {} : { PageDown: at + pageSize, PageUp: at - pageSize }),
  };
  const to = steps[key];
  return to === undefined || count === 0 ? null : Math.min(count - 1, Math.max(0, to));
}
