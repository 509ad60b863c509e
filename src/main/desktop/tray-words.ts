/** @file Main process, Electron edge. What the tray says of the work that goes on. Pure. */

/** Times are epoch ms. */
export interface TrayWork {
  /** Titles of the calls that are being recorded; null where there is none. */
  recording: readonly (string | null)[];
  /** Files still to come and how fast they do; null while nothing is fetched. */
  fetching: { files: number; bytesPerSecond: number } | null;
  /** The nearest deadline of a file that is not here. */
  nearest: { title: string | null; deadlineAt: number; files: number } | null;
}

/** Panels cut what is longer. */
const longestTitle = 40;

/** One line each, the most urgent first; empty when nothing goes on. */
export function trayLines(work: TrayWork, timeText: (at: number) => string): string[] {
  const { recording, fetching, nearest } = work;
  const [first] = recording;
  const lines: string[] = [];
  if (first !== undefined) {
    lines.push(
      recording.length === 1
        ? `Recording: ${short(first)}`
        : `Recording ${String(recording.length)} calls`,
    );
  }
  if (fetching !== null) {
    const speed = (fetching.bytesPerSecond / 1_000_000).toFixed(1);
    const files = fetching.files === 1 ? '1 file' : `${String(fetching.files)} files`;
    lines.push(`Fetching ${files}, ${speed} MB/s`);
  }
  if (nearest !== null) {
    lines.push(`Next deadline: ${timeText(nearest.deadlineAt)}, ${short(nearest.title)}`);
  }
  return lines;
}

function short(title: string | null): string {
  const text = title ?? 'without a title';
  return text.length > longestTitle ? `${text.slice(0, longestTitle - 1)}…` : text;
}
