/** @file Renderer. Says of a known library what it held when it was open last. Pure; times are epoch ms. */
import type { KnownLibrary } from '#contract';
import { agoText, bytesText, plural } from '../../parts/format.ts';

/** Last part of a folder's path, by which people call it. */
export const folderName = (dir: string): string =>
  dir.split(/[/\\]/).findLast((part) => part !== '') ?? dir;

export const holdsText = ({
  recordings,
  tracks,
  bytes,
}: Pick<KnownLibrary, 'recordings' | 'tracks' | 'bytes'>): string =>
  recordings === 0
    ? 'Empty'
    : `${plural(recordings, 'recording')}, ${plural(tracks, 'track')}, ${bytesText(bytes)}`;

export function lastOpenText({ open, lastOpenedAt }: KnownLibrary, now: number): string {
  return open ? '' : `open last ${agoText(lastOpenedAt, now)}`;
}
