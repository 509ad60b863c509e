/** @file Main process. Says what will be lost at the speed there is, while it can still be changed. Pure. */
import type { Forecast } from '#contract';

import type { FileIdentity } from '../library/index.ts';
import { plan, type Line, type Plannable } from './plan.ts';

/** The title of a recording is for whoever knows it; here it is null. */
export type Prospect = FileIdentity & Plannable & { isEstimate: boolean };

export interface Outlook {
  /** Epoch ms. */
  now: number;
  /** Measured over many minutes, in bytes per second; null before anything was fetched. */
  measured: number | null;
  /** Bytes per second a person allows for all files together; null for no limit. */
  limit: number | null;
  /** From when on something is fetched again: `now`, the end of a pause, or null when nobody can say. */
  fromAt: number | null;
  renewal: Forecast['renewal'];
  skewMs: number | null;
}

/** What is reckoned with before anything was measured, in bytes per second: 1 Mbit/s, which few lines fall short of. */
export const assumedSpeed = 125_000;

/**
 * The forecast reckons with so much time to spare before each deadline, in ms: a line that breaks
 * down in the last hour must not make a loss that nobody was told of an hour ahead.
 */
const spareMs = 75 * 60_000;
/** `Forecast` holds no more. */
const doomedAtMost = 200;

/** Bytes per second to reckon with, and why. */
export function speedOf({ measured, limit, fromAt }: Outlook): Forecast['speed'] {
  if (fromAt === null) return { bytesPerSecond: 0, from: 'nothing' };
  const found = measured ?? assumedSpeed;
  if (limit !== null && limit <= found) return { bytesPerSecond: limit, from: 'limit' };
  return { bytesPerSecond: found, from: measured === null ? 'assumed' : 'measured' };
}

/** What the line brings, reckoned with one speed from the moment it may be used. */
export function lineOf(outlook: Outlook): Line {
  const { now, fromAt } = outlook;
  const { bytesPerSecond } = speedOf(outlook);
  const startAt = fromAt ?? now;
  return {
    now,
    bytesBy: (at) => ((bytesPerSecond ?? 0) * Math.max(0, at - startAt)) / 1000,
  };
}

/**
 * `doomed` is what the plan cannot save with an hour and a quarter to spare: what would come later
 * than that may come or not. While nothing is fetched and nobody can say until when, it is what is
 * lost if that stays so: every file with a deadline. Deadlines are told by this computer's clock.
 */
export function forecastOf(files: readonly Prospect[], outlook: Outlook): Forecast {
  const { now, renewal, skewMs } = outlook;
  const line = lineOf(outlook);
  const { overdue, onTime, setAside } = plan(files, {
    now,
    bytesBy: (at) => line.bytesBy(at - spareMs),
  });
  const doomed = [...overdue, ...setAside].sort(
    (a, b) => (a.deadlineAt ?? 0) - (b.deadlineAt ?? 0) || a.order - b.order,
  );
  const bytes = sum(files);
  const speed = speedOf(outlook);
  return {
    at: now,
    speed,
    files: files.length,
    bytes,
    estimatedSizes: files.filter(({ isEstimate }) => isEstimate).length,
    doneAt: files.length === 0 ? now : doneAt(onTime, outlook),
    doomed: doomed.slice(0, doomedAtMost).map(toDoomed),
    doomedCount: doomed.length,
    renewal,
    skewMs,
  };
}

/** When the last file that can be saved is here; null when none can, or nobody can say. */
function doneAt(saved: readonly Plannable[], outlook: Outlook): number | null {
  const { bytesPerSecond } = speedOf(outlook);
  if (saved.length === 0 || outlook.fromAt === null) return null;
  if (bytesPerSecond === null || bytesPerSecond <= 0) return null;
  const at = outlook.fromAt + (sum(saved) * 1000) / bytesPerSecond;
  // No calendar goes further.
  return at < 8.64e15 ? at : null;
}

function toDoomed(file: Prospect): Forecast['doomed'][number] {
  const { recordingId, layerName, fileName, bytes, isEstimate, deadlineAt } = file;
  return {
    recordingId,
    title: null,
    layerName,
    fileName,
    bytes: isEstimate ? null : bytes,
    deadlineAt: deadlineAt ?? 0,
  };
}

function sum(files: readonly Plannable[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}
