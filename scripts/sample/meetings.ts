/** @file Sample library. Who meets about what in it: everybody and every number here is made up. */

/** One file: what somebody said between one join and the next. */
export interface SampleTrack {
  /** Path under `test/fixtures/audio/`. */
  audio: string;
  /** Key of the person. */
  who: string;
  /** Ms after the first audio of the meeting. */
  joinsAtMs: number;
}

export interface SampleMeeting {
  key: string;
  title: string;
  /** Prefix of the file names (contract 9). */
  prefix: string;
  /** Epoch ms at which the recording was asked for. */
  invokedAt: number;
  /** Name by key of the person. */
  people: Readonly<Record<string, string>>;
  tracks: readonly SampleTrack[];
}

export const sampleMeetings: readonly SampleMeeting[] = [
  {
    key: 'sound-check',
    title: 'Sound check',
    prefix: 'check',
    invokedAt: Date.UTC(2026, 2, 9, 8, 40, 12),
    people: { rosa: 'Rosa Winther', ivo: 'Ivo Marek' },
    tracks: [
      { audio: 'sound-check/left.webm', who: 'rosa', joinsAtMs: 0 },
      { audio: 'sound-check/right.webm', who: 'ivo', joinsAtMs: 4_120 },
    ],
  },
  {
    key: 'harbour-pilots',
    title: 'Harbour pilots',
    prefix: 'ep42',
    invokedAt: Date.UTC(2026, 2, 9, 9, 2, 10),
    people: {
      host: 'Rosa Winther',
      mara: 'Mara Lindqvist',
      jonas: 'Jonas Weber',
      tariq: 'Tariq Osei',
    },
    tracks: [
      { audio: 'harbour-pilots/host.webm', who: 'host', joinsAtMs: 0 },
      { audio: 'harbour-pilots/mara.webm', who: 'mara', joinsAtMs: 312 },
      // Cut off for 18 seconds: the file has a hole.
      { audio: 'harbour-pilots/jonas.webm', who: 'jonas', joinsAtMs: 745 },
      { audio: 'harbour-pilots/tariq.webm', who: 'tariq', joinsAtMs: 28_640 },
    ],
  },
  {
    key: 'editorial-round',
    title: 'Editorial round',
    prefix: 'desk_friday',
    invokedAt: Date.UTC(2026, 2, 13, 10, 0, 4),
    people: { desk: 'Anna Berg', field: 'Nina Falk', layla: 'ليلى حداد' },
    tracks: [
      { audio: 'editorial-round/anna-desk.webm', who: 'desk', joinsAtMs: 0 },
      // Lost the connection and joined again: two files, one person.
      { audio: 'editorial-round/anna-field-1.webm', who: 'field', joinsAtMs: 210 },
      { audio: 'editorial-round/anna-field-2.webm', who: 'field', joinsAtMs: 26_350 },
      { audio: 'editorial-round/layla.webm', who: 'layla', joinsAtMs: 1_480 },
    ],
  },
];
