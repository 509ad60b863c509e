/** @file Renderer. The columns of the list of meetings: their names, order, sorting, and which have room. Pure. */
import { MeetingColumn, type MeetingSort } from '#contract';

export type Column = 'title' | MeetingColumn;
export type SortBy = MeetingSort['by'];

export interface ColumnLook {
  readonly title: string;
  /** Null: meetings cannot be sorted by it. */
  readonly sortBy: SortBy | null;
  /** The direction that shows the most wanted first. */
  readonly firstDescending: boolean;
  readonly numeric: boolean;
  /** Room it takes, in rem; of the title the least it needs. */
  readonly widthRem: number;
}

export const columnLooks = {
  title: { title: 'Title', sortBy: 'title', firstDescending: false, numeric: false, widthRem: 11 },
  when: { title: 'When', sortBy: 'when', firstDescending: true, numeric: false, widthRem: 8.75 },
  people: {
    title: 'People',
    sortBy: 'people',
    firstDescending: true,
    numeric: false,
    widthRem: 8.5,
  },
  tracks: { title: 'Tracks', sortBy: 'tracks', firstDescending: true, numeric: true, widthRem: 4 },
  length: {
    title: 'Length',
    sortBy: 'length',
    firstDescending: true,
    numeric: true,
    widthRem: 4.5,
  },
  bytes: { title: 'Size', sortBy: 'bytes', firstDescending: true, numeric: true, widthRem: 4.75 },
  state: { title: 'State', sortBy: null, firstDescending: false, numeric: false, widthRem: 7.25 },
  deadline: {
    title: 'Deadline',
    sortBy: 'deadline',
    firstDescending: false,
    numeric: false,
    widthRem: 5.75,
  },
} satisfies Record<Column, ColumnLook>;

/** As they stand from left to right; the title always stands first. */
export const chooseable: readonly MeetingColumn[] = MeetingColumn.options;

/** Which go last when room is short. */
const lasting: readonly MeetingColumn[] = [
  'when',
  'state',
  'people',
  'deadline',
  'length',
  'tracks',
  'bytes',
];

/** Between two columns, and at the edges of a row. */
const gapRem = 1;

/** The chosen columns that have room beside the title, in their order; the first of `lasting` stay longest. */
export function columnsThatFit(chosen: readonly MeetingColumn[], roomRem: number): MeetingColumn[] {
  let left = roomRem - columnLooks.title.widthRem - 2 * gapRem;
  const kept = new Set<MeetingColumn>();
  for (const column of lasting.filter((each) => chosen.includes(each))) {
    left -= columnLooks[column].widthRem + gapRem;
    // A narrower one further back would stand where nobody looks for it.
    if (left < 0) break;
    kept.add(column);
  }
  return chooseable.filter((column) => kept.has(column));
}

/** Adds or takes away one column, in the order of the table. */
export const withColumn = (
  chosen: readonly MeetingColumn[],
  column: MeetingColumn,
): MeetingColumn[] =>
  chooseable.filter((each) => (each === column ? !chosen.includes(each) : chosen.includes(each)));

/** The order after a header is pressed: its own first direction, then the other one. */
export function nextSort(sort: MeetingSort, column: Column): MeetingSort {
  const { sortBy, firstDescending } = columnLooks[column];
  if (sortBy === null) return sort;
  return { by: sortBy, descending: sort.by === sortBy ? !sort.descending : firstDescending };
}

/** Where the details of a meeting go: beside the list, below it, or over it. */
export type Arrangement = 'beside' | 'below' | 'over';

export function arrangementIn(widthRem: number, heightRem: number): Arrangement {
  if (widthRem >= 48) return 'beside';
  return heightRem >= 48 ? 'below' : 'over';
}

export const isColumn = (text: string): text is Column => Object.hasOwn(columnLooks, text);
