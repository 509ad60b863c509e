/** @file Main process. Ids and disk names that follow from facts alone, so that every machine makes the same ones. */
import { createHash } from 'node:crypto';
import { TrackId } from '#contract';
import type { FileIdentity } from './types.ts';

const hexOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** JSON keeps lone surrogates apart, which UTF-8 alone would merge. */
export function trackIdOf(file: FileIdentity, sha256: string): TrackId {
  const { recordingId, layerName, fileName } = file;
  return TrackId.parse(
    hexOf(JSON.stringify([recordingId, layerName, fileName, sha256])).slice(0, 32),
  );
}

/** Name of the folder-free file that holds the vendor's last words about a recording. */
export function observedName(recordingId: string): string {
  return `${hexOf(recordingId)}.json`;
}

/** Name under which the parts of a file are collected; the same after a restart. */
export function partName(file: FileIdentity): string {
  const { recordingId, layerName, fileName } = file;
  return `${hexOf(JSON.stringify([recordingId, layerName, fileName])).slice(0, 40)}.part`;
}
