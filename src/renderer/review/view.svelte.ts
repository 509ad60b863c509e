/** @file Renderer. Which part of a recording the lanes show, and how large: zoom, scroll, the scale waveforms are drawn at. */
import type { Scope } from '../scope.ts';
import { clampScroll, contentWidth, pxPerSecond, zoomAt, type View } from './layout.ts';
import type { WaveScale } from './wave.ts';

/** A zoom or resize rests this long before waveforms are drawn sharp again. */
const restMs = 120;
/** Where the playhead stands, as a share of the width, after the page was turned. */
const followFrom = 0.08;

export class LanesView {
  width = $state(0);
  /** Pixels of one rem: what stands in pixels grows with the text. */
  remPx = $state(16);
  zoom = $state<number | null>(null);
  scroll = $state(0);
  /** The scale waveforms are drawn at: the view's own, once a zoom has come to rest. */
  drawn = $state.raw<WaveScale>({ perSecond: 1, fits: true });

  readonly frame = $derived.by<View>(() => ({
    width: this.width,
    lengthMs: this.#lengthMs(),
    zoom: this.zoom,
  }));
  readonly perSecond = $derived(pxPerSecond(this.frame));
  readonly contentPx = $derived(contentWidth(this.frame));

  readonly #lengthMs: () => number;
  readonly #scope: Scope;
  #stopRest: () => void = () => undefined;

  constructor(lengthMs: () => number, scope: Scope) {
    this.#lengthMs = lengthMs;
    this.#scope = scope;
  }

  /** Pixels from the left edge of the view. */
  placeOf(ms: number): number {
    return (ms / 1000) * this.perSecond - this.scroll;
  }

  /** The time under a pixel of the view. */
  msAt(px: number): number {
    return ((px + this.scroll) / this.perSecond) * 1000;
  }

  /** Brings a time into view, if it is not there. */
  reveal(ms: number): void {
    const place = this.placeOf(ms);
    if (place < 0 || place > this.width) this.scrollTo(this.scroll + place - this.width / 3);
  }

  /** Turns the page when something moves out of a view it was in. */
  follow(fromMs: number, toMs: number): void {
    const now = this.placeOf(toMs);
    if (this.placeOf(fromMs) <= this.width && now > this.width) {
      this.scrollTo(this.scroll + now - this.width * followFrom);
    }
  }

  scrollTo(px: number): void {
    this.scroll = clampScroll(this.frame, px);
  }

  /** @param anchorPx what stays where it is */
  zoomBy(factor: number, anchorPx: number): void {
    const next = zoomAt(this.frame, this.scroll, anchorPx, factor);
    this.zoom = next.zoom;
    this.scroll = next.scroll;
    this.#drawWhenAtRest();
  }

  fit(): void {
    this.zoom = null;
    this.scroll = 0;
    this.#drawWhenAtRest();
  }

  /** The lanes' area has another width: what stood at its left edge stays there. */
  resized(width: number): void {
    const first = this.width === 0;
    this.width = width;
    this.scroll = clampScroll(this.frame, this.scroll);
    if (first) this.#draw();
    else this.#drawWhenAtRest();
  }

  #draw(): void {
    this.drawn = { perSecond: this.perSecond, fits: this.zoom === null };
  }

  #drawWhenAtRest(): void {
    this.#stopRest();
    this.#stopRest = this.#scope.after(restMs, () => {
      this.#draw();
    });
  }
}
