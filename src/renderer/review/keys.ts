/** @file Renderer. The keys of a review, in one table. */
import type { OpenReview } from './review.svelte.ts';

type Act = (open: OpenReview) => void;

const seekBy =
  (ms: number): Act =>
  (open) => {
    open.seek(open.positionMs + ms);
  };

/** Keys as `event.key`, with `Shift+` in front where it matters. */
const table: Record<string, Act> = {
  ' ': (open) => {
    open.togglePlay();
  },
  ArrowLeft: seekBy(-5000),
  ArrowRight: seekBy(5000),
  'Shift+ArrowLeft': seekBy(-1000),
  'Shift+ArrowRight': seekBy(1000),
  Home: (open) => {
    open.seek(0);
  },
  End: (open) => {
    open.seek(open.lengthMs);
  },
  ArrowUp: (open) => {
    open.selectBeside(-1);
  },
  ArrowDown: (open) => {
    open.selectBeside(1);
  },
  m: (open) => {
    if (open.selectedLane) open.toggleMute(open.selectedLane);
  },
  s: (open) => {
    if (open.selectedLane) open.toggleSolo(open.selectedLane);
  },
  'Shift+S': (open) => {
    if (open.selectedLane) open.toggleSolo(open.selectedLane, true);
  },
  '+': (open) => {
    open.zoomBy(1.5);
  },
  '=': (open) => {
    open.zoomBy(1.5);
  },
  '-': (open) => {
    open.zoomBy(1 / 1.5);
  },
  '0': (open) => {
    open.fit();
  },
};

/** Typing and choosing keep their keys; a control reached by keyboard keeps the space bar. */
function isTaken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches('input, select, textarea')) return true;
  return (key === ' ' || key === 'Enter') && target.matches('button:focus-visible, summary');
}

/** Acts on a key; true when it was one of the review's. */
export function actOnKey(open: OpenReview, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target, event.key)) {
    return false;
  }
  const shifted = event.shiftKey ? table[`Shift+${event.key}`] : undefined;
  const act = shifted ?? table[event.key];
  if (!act) return false;
  event.preventDefault();
  act(open);
  return true;
}
