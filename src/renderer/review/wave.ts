/** @file Renderer. Draws one lane with wavesurfer.js from given peaks; it never fetches, decodes or plays. */
import WaveSurfer from 'wavesurfer.js';
import type { LanePeaks } from './peaks.ts';

export interface WaveLook {
  heightPx: number;
  colour: string;
  /** Greatest swing of the recording, 0 to 1, drawn at full height. */
  swing: number;
}

export interface Wave {
  /** Draws anew. `perSecond` is null when all of it shall fit. */
  show(peaks: LanePeaks, lengthMs: number, perSecond: number | null, look: WaveLook): void;
  zoom(perSecond: number | null): void;
  scroll(px: number): void;
  dispose(): void;
}

/** Read as a property: browsers hide the attribute's text from scripts and styles. */
const pageNonce = (): string => {
  const meta = document.querySelector('meta[name="csp-nonce"]');
  return meta instanceof HTMLElement ? (meta.nonce ?? '') : '';
};

export function createWave(host: HTMLElement): Wave {
  let drawn: WaveSurfer | null = null;
  let scrolled = 0;

  const place = (): void => {
    drawn?.setScroll(scrolled);
  };

  return {
    show({ max, min }, lengthMs, perSecond, { heightPx, colour, swing }) {
      const next = WaveSurfer.create({
        container: host,
        peaks: [max, min],
        duration: lengthMs / 1000,
        height: heightPx,
        minPxPerSec: perSecond ?? 0,
        fillParent: true,
        waveColor: colour,
        progressColor: colour,
        cursorWidth: 0,
        normalize: true,
        maxPeak: Math.max(swing, 0.02),
        interact: false,
        dragToSeek: false,
        autoScroll: false,
        autoCenter: false,
        hideScrollbar: true,
        cspNonce: pageNonce(),
      });
      next.on('redraw', place);
      drawn?.destroy();
      drawn = next;
    },
    zoom(perSecond) {
      if (drawn?.getDecodedData()) drawn.zoom(perSecond ?? 0);
    },
    scroll(px) {
      scrolled = px;
      place();
    },
    dispose() {
      drawn?.destroy();
      drawn = null;
    },
  };
}
