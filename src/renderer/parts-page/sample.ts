/** @file Parts page. Names, ids and times to show parts with; the same each time. */

export const rtlName = 'ליאת אברהם';
export const longText =
  'Quarterly review of harbour approaches, second session, continued after the break with everybody who could not come to the first one';
export const sampleId = 'a3f1c9e2-7d04-4b8e-9c51-0fe2d7b86a44';

/** The moment the page is set in, epoch ms. */
export const now = Date.UTC(2026, 2, 12, 9, 41, 7);

const titles = ['Harbour pilots', 'Town hall', longText, 'Editorial round', 'ישיבת צוות שבועית'];
const people = ['Mara Lindqvist', 'Jonas Brandt', rtlName, 'Ngozi Eze', 'Li Wei'];

export interface SampleMeeting {
  key: string;
  title: string;
  at: number;
  people: string[];
  tracks: number;
  lengthMs: number;
  bytes: number;
  complete: boolean;
}

const pick = <Item>(items: readonly Item[], at: number): Item[] => {
  const item = items[at % items.length];
  return item === undefined ? [] : [item];
};

export const sampleMeetings = (count: number): SampleMeeting[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `meeting-${index}`,
    title: `${pick(titles, index * 7).join('')} ${index + 1}`,
    at: now - index * 5_400_000,
    people: Array.from({ length: 1 + (index % 4) }, (_each, at) => at).flatMap((at) =>
      pick(people, index + at),
    ),
    tracks: 1 + ((index * 13) % 24),
    lengthMs: 180_000 + ((index * 7_919) % 5_000) * 1_000,
    bytes: 400_000 + ((index * 104_729) % 90_000) * 1_000,
    complete: index % 9 !== 0,
  }));
