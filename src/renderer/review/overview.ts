/** @file Renderer. Paints the overview: one thin row per lane, as dark as it is loud. One canvas however many lanes. */
import type { Clip } from '#contract';
import type { Peaks } from './peaks.ts';

export interface OverviewRow {
  /** Name of the custom property that holds the lane's colour. */
  colour: string;
  clips: readonly { clip: Clip; peaks: Peaks | null }[];
}

const paddingPx = 4;
/** Below this swing a stretch counts as silence and shows only that a file is there. */
const audibleSwing = 0.03;

/** Greatest swing, 0 to 1, of a file between two of its own times. */
function swingBetween(peaks: Peaks, fromMs: number, toMs: number): number {
  const first = Math.max(0, Math.floor((fromMs / 1000) * peaks.pairsPerSecond));
  const last = Math.min(
    peaks.pairs.length / 2 - 1,
    Math.floor((toMs / 1000) * peaks.pairsPerSecond),
  );
  let greatest = 0;
  for (let pair = first; pair <= last; pair += 1) {
    greatest = Math.max(greatest, peaks.pairs[pair * 2 + 1] ?? 0, -(peaks.pairs[pair * 2] ?? 0));
  }
  return greatest / 128;
}

export function paintOverview(
  canvas: HTMLCanvasElement,
  rows: readonly OverviewRow[],
  lengthMs: number,
  widthPx: number,
  heightPx: number,
): void {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(widthPx * ratio);
  canvas.height = Math.round(heightPx * ratio);
  const context = canvas.getContext('2d');
  if (!context || rows.length === 0) return;
  context.scale(ratio, ratio);
  const styles = getComputedStyle(canvas);
  const pitch = (heightPx - paddingPx * 2) / rows.length;
  const thick = Math.max(1, Math.min(6, pitch * 0.7));
  const perPx = lengthMs / widthPx;
  rows.forEach(({ colour, clips }, index) => {
    context.fillStyle = styles.getPropertyValue(colour);
    const top = paddingPx + index * pitch + (pitch - thick) / 2;
    for (const { clip, peaks } of clips) {
      const left = clip.offsetMs / perPx;
      const right = (clip.offsetMs + clip.durationMs) / perPx;
      context.globalAlpha = 0.16;
      context.fillRect(left, top, Math.max(1, right - left), thick);
      if (!peaks) continue;
      for (let x = Math.floor(left); x < right; x += 1) {
        const fromMs = x * perPx - clip.offsetMs;
        const swing = swingBetween(peaks, fromMs, fromMs + perPx);
        if (swing < audibleSwing) continue;
        context.globalAlpha = Math.min(1, 0.35 + swing * 1.6);
        context.fillRect(x, top, 1, thick);
      }
    }
  });
  context.globalAlpha = 1;
}
