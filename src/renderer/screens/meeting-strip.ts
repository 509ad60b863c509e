/** @file Renderer. The small strip of a recording: one thin row a person, drawn where they spoke. Its words say the same. */
import type { SpeechLane } from '#contract';
import { lengthWords, plural } from '../parts/format.ts';

/** A lane with the name of the custom property that holds its colour. */
export interface StripRow {
  readonly lane: SpeechLane;
  readonly colour: string;
}

const roomyPitchPx = 7;
const mostPx = 84;
/** A row this thin is only a hair; more people than that share the height. */
const leastPitchPx = 2;

/** Height of a strip with so many rows, in CSS px. */
export const stripHeight = (rows: number): number =>
  Math.max(roomyPitchPx, Math.min(mostPx, rows * roomyPitchPx));

/** From the ruler's zero to the end of the last file, at least as long as the recording says it is. */
export const stripLengthMs = (lanes: readonly SpeechLane[], lengthMs: number | null): number =>
  Math.max(lengthMs ?? 0, ...lanes.flatMap(({ clips }) => clips.map(({ endMs }) => endMs)));

/** Faint where a file lies, full where its person speaks, nothing where there is no file. */
export function paintStrip(
  canvas: HTMLCanvasElement,
  rows: readonly StripRow[],
  lengthMs: number,
  widthPx: number,
): void {
  const ratio = window.devicePixelRatio;
  const heightPx = stripHeight(rows.length);
  canvas.width = Math.round(widthPx * ratio);
  canvas.height = Math.round(heightPx * ratio);
  const context = canvas.getContext('2d');
  if (!context || rows.length === 0 || lengthMs <= 0) return;
  context.scale(ratio, ratio);
  const styles = getComputedStyle(canvas);
  const pitch = Math.max(leastPitchPx / ratio, heightPx / rows.length);
  const thick = Math.max(1 / ratio, Math.min(4, pitch * 0.6));
  const perMs = widthPx / lengthMs;
  rows.forEach(({ lane, colour }, index) => {
    context.fillStyle = styles.getPropertyValue(colour);
    const top = index * pitch + (pitch - thick) / 2;
    const fill = (startMs: number, endMs: number, height: number) => {
      // A word lasts less than a pixel in a long call, and must still be seen.
      const width = Math.max(1 / ratio, (endMs - startMs) * perMs);
      context.fillRect(startMs * perMs, top + (thick - height) / 2, width, height);
    };
    context.globalAlpha = 0.28;
    for (const { startMs, endMs } of lane.clips)
      fill(startMs, endMs, Math.max(1 / ratio, thick / 3));
    context.globalAlpha = 1;
    for (const { startMs, endMs } of lane.turns ?? []) fill(startMs, endMs, thick);
  });
}

/** As many as a sentence can say and still be heard. */
const namedInWords = 8;

/** “Noor spoke 12 min, Mara 4 min; 2 people said nothing.” */
export function stripWords(lanes: readonly SpeechLane[]): string {
  const talks = lanes.map(({ name, talkMs }) => ({ name: name ?? 'an unknown speaker', talkMs }));
  const spoke = talks
    .flatMap(({ name, talkMs }) => (talkMs !== null && talkMs > 0 ? [{ name, talkMs }] : []))
    .sort((one, other) => other.talkMs - one.talkMs);
  const [first, ...rest] = spoke.slice(0, namedInWords);
  const said: string[] = [];
  if (first) {
    const others = rest.map(({ name, talkMs }) => `, ${name} ${lengthWords(talkMs)}`).join('');
    const more = spoke.length - namedInWords;
    said.push(
      `${first.name} spoke ${lengthWords(first.talkMs)}${others}${more > 0 ? `, ${plural(more, 'person', 'people')} more` : ''}`,
    );
  }
  const silent = talks.filter(({ talkMs }) => talkMs === 0).length;
  if (silent > 0) said.push(`${plural(silent, 'person', 'people')} said nothing`);
  const open = talks.filter(({ talkMs }) => talkMs === null).length;
  if (open > 0) said.push(`of ${plural(open, 'track')} it is not known yet`);
  return said.length === 0 ? 'Nobody is heard.' : `${sentence(said.join('; '))}.`;
}

const sentence = (text: string): string => text.slice(0, 1).toLocaleUpperCase() + text.slice(1);
