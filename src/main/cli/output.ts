/** @file Command line. Results go to standard output, everything else to standard error; hostile text is shown, never obeyed. */
import type { Writable } from 'node:stream';
import { visibleMarks } from '../library/index.ts';

export interface Output {
  readonly json: boolean;
  /** One JSON value on a line of its own. */
  value(value: unknown): Promise<void>;
  /** A line for people, part of the result: silent with `--json`. */
  line(text: string): Promise<void>;
  /** Aligned columns for people: silent with `--json`. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): Promise<void>;
  /** Progress and remarks, always on standard error. */
  say(text: string): void;
}

export function createOutput(options: { json: boolean; out: Writable; err: Writable }): Output {
  const { json, out, err } = options;
  // Waiting for the reader keeps memory flat when a million rows go into a slow pipe.
  const write = (text: string) =>
    new Promise<void>((resolve, reject) => {
      out.write(text, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  return {
    json,
    value: (value) => write(`${JSON.stringify(value)}\n`),
    line: (text) => (json ? Promise.resolve() : write(`${visibleMarks(text)}\n`)),
    table: (head, rows) => (json ? Promise.resolve() : write(columns(head, rows))),
    say: (text) => {
      err.write(`${text.split('\n').map(visibleMarks).join('\n')}\n`);
    },
  };
}

function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((row) => row.map(visibleMarks));
  const widths = head.map((_, column) => Math.max(...lines.map((row) => row[column]?.length ?? 0)));
  return lines
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** `1.2 MB`, powers of ten as file managers count them. */
export function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const number = bytes / 1000 ** power;
  return `${power === 0 ? String(bytes) : number.toFixed(1)} ${units[power] ?? ''}`;
}

/** `1:02:05`, `4:07`; a dash when unknown. */
export function duration(ms: number | null): string {
  if (ms === null) return '–';
  const seconds = Math.round(ms / 1000);
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0
    ? `${String(hours)}:${two(minutes)}:${two(rest)}`
    : `${String(minutes)}:${two(rest)}`;
}
