/** @file Renderer. Draws one lane with wavesurfer.js from given peaks; it never fetches, decodes or plays. */
import WaveSurfer from 'wavesurfer.js';
import type { LanePeaks } from './peaks.ts';

export interface WaveLook {
  heightPx: number;
  colour: string;
  /** Greatest swing of the recording, 0 to 1, drawn at full height. */
  swing: number;
}

export interface WaveScale {
  perSecond: number;
  /** All of it fits: wavesurfer then takes the width of its place. */
  fits: boolean;
}

export interface Wave {
  /** Draws anew. */
  show(peaks: LanePeaks, lengthMs: number, scale: WaveScale, look: WaveLook): void;
  /** Follows zoom and scroll at once by stretching what is drawn, until `show` draws it sharp. */
  place(scrollPx: number, perSecond: number): void;
  dispose(): void;
}

/** Recordings quieter than this are drawn no larger, or noise would look like speech. */
const quietest = 0.02;

/** One column a device pixel. Silence leaves nothing, so that a lane is empty where there is no file. */
function paint(
  [max, min]: readonly (Float32Array | number[])[],
  context: CanvasRenderingContext2D,
  swing: number,
): void {
  if (!max || !min) return;
  const { width, height } = context.canvas;
  const middle = height / 2;
  for (let x = 0; x < width; x += 1) {
    const first = Math.floor((x * max.length) / width);
    const last = Math.max(first + 1, Math.ceil(((x + 1) * max.length) / width));
    let high = 0;
    let low = 0;
    for (let at = first; at < last; at += 1) {
      high = Math.max(high, max[at] ?? 0);
      low = Math.min(low, min[at] ?? 0);
    }
    const top = middle * (1 - high / swing);
    const bottom = middle * (1 - low / swing);
    if (bottom - top >= 1) context.fillRect(x, top, 1, bottom - top);
  }
}

/** Read as a property: browsers hide the attribute's text from scripts and styles. */
const pageNonce = (): string => {
  const meta = document.querySelector('meta[name="csp-nonce"]');
  return meta instanceof HTMLElement ? (meta.nonce ?? '') : '';
};

export function createWave(host: HTMLElement): Wave {
  let drawn: { surfer: WaveSurfer; peaks: LanePeaks; look: WaveLook; perSecond: number } | null =
    null;
  let wanted = { scrollPx: 0, perSecond: 0 };

  const follow = (): void => {
    if (!drawn) return;
    const stretch = wanted.perSecond / drawn.perSecond;
    if (Math.abs(stretch - 1) < 1e-3) {
      host.style.transform = '';
      drawn.surfer.setScroll(wanted.scrollPx);
      return;
    }
    const shift = stretch * drawn.surfer.getScroll() - wanted.scrollPx;
    host.style.transform = `translateX(${String(shift)}px) scaleX(${String(stretch)})`;
  };

  return {
    show(peaks, lengthMs, { perSecond, fits }, look) {
      const minPxPerSec = fits ? 0 : perSecond;
      const samePicture = drawn?.peaks === peaks && sameLook(drawn.look, look);
      if (drawn && samePicture && drawn.surfer.getDecodedData()) {
        drawn.perSecond = perSecond;
        drawn.surfer.zoom(minPxPerSec);
        follow();
        return;
      }
      const surfer = WaveSurfer.create({
        container: host,
        peaks: [peaks.max, peaks.min],
        duration: lengthMs / 1000,
        height: look.heightPx,
        minPxPerSec,
        fillParent: true,
        waveColor: look.colour,
        progressColor: look.colour,
        cursorWidth: 0,
        renderFunction: (channels, context) => {
          paint(channels, context, Math.max(look.swing, quietest));
        },
        interact: false,
        dragToSeek: false,
        autoScroll: false,
        autoCenter: false,
        hideScrollbar: true,
        cspNonce: pageNonce(),
      });
      surfer.on('redraw', () => {
        // In a place of another width wavesurfer redraws by itself; stretched again it would be doubly so.
        if (drawn?.surfer === surfer) {
          drawn.perSecond = (surfer.getWrapper().clientWidth / lengthMs) * 1000;
        }
        follow();
      });
      drawn?.surfer.destroy();
      drawn = { surfer, peaks, look, perSecond };
    },
    place(scrollPx, perSecond) {
      wanted = { scrollPx, perSecond };
      follow();
    },
    dispose() {
      drawn?.surfer.destroy();
      drawn = null;
    },
  };
}

const sameLook = (one: WaveLook, other: WaveLook): boolean =>
  one.colour === other.colour && one.heightPx === other.heightPx && one.swing === other.swing;
