/** @file Set-up. Reads JSON files of our own and of npm; who reads says what is in them. */
import { readFileSync } from 'node:fs';

/**
 * @param {string} file
 * @returns {unknown}
 */
export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
