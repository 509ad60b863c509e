/** @file Sandbox. The scripted sessions: what happens in a call, and by hand what an archive must say about every connection afterwards. */
import {
  stranger,
  type Expected,
  type Person,
  type ScriptedSession,
  type ScriptStep,
} from './stage.ts';

const wait = (seconds: number): ScriptStep => ({ do: 'wait', seconds });
const stop: ScriptStep = { do: 'stop' };
const pull: ScriptStep = { do: 'pull' };
const startOurs: ScriptStep = { do: 'start', by: 'us' };
/** Stopped, uploaded, fetched. */
const over: readonly ScriptStep[] = [stop, wait(20), pull];
/** Everybody, by our order, so many seconds from the order to the stop; then fetched. */
const recorded = (seconds: number): readonly ScriptStep[] => [startOurs, wait(seconds), ...over];

type Join = Extract<ScriptStep, { do: 'join' }>;
const join = (who: Person, options?: Join['options']): ScriptStep => ({
  do: 'join',
  who,
  ...(options ? { options } : {}),
});
const maraAndTariq: readonly ScriptStep[] = [join('mara'), join('tariq')];

/** The table of a session with one recording. */
const only = (
  selection: Expected['selection'],
  cells: Expected['cells'],
  extra: Expected['extra'] = [],
): ScriptedSession['expected'] => ({ main: { selection, cells, extra } });

export const scriptedSessions: readonly ScriptedSession[] = [
  {
    name: 'two people from beginning to end',
    script: [...maraAndTariq, ...recorded(43)],
    expected: only('everyone', { mara: 'received', tariq: 'received' }),
  },
  {
    name: 'rejoin, as a second row',
    script: [
      ...maraAndTariq,
      startOurs,
      wait(30),
      { do: 'leave', connection: 'mara' },
      wait(12),
      { do: 'join', who: 'mara', as: 'mara again' },
      wait(30),
      ...over,
    ],
    expected: only('everyone', { mara: 'received', 'mara again': 'received', tariq: 'received' }),
  },
  {
    name: 'rejoin, as a second peer event of a row with an id of its own',
    script: [
      { do: 'set', switches: { rejoin: 'second-event', participantRowId: 'own' } },
      ...maraAndTariq,
      startOurs,
      wait(30),
      { do: 'leave', connection: 'tariq' },
      wait(12),
      { do: 'join', who: 'tariq', as: 'tariq again', options: { muted: true } },
      wait(30),
      ...over,
    ],
    expected: only('everyone', {
      mara: 'received',
      tariq: 'received',
      'tariq again': 'missing: unknown',
    }),
  },
  {
    name: 'two devices at once',
    script: [
      join('mara'),
      { do: 'join', who: 'mara', as: 'mara phone' },
      join('annaDesk'),
      startOurs,
      wait(25),
      { do: 'leave', connection: 'mara phone' },
      wait(20),
      ...over,
    ],
    expected: only('everyone', {
      mara: 'received',
      'mara phone': 'received',
      annaDesk: 'received',
    }),
  },
  {
    name: 'one comes late, one leaves early',
    script: [
      ...maraAndTariq,
      startOurs,
      wait(20),
      { do: 'leave', connection: 'tariq' },
      wait(10),
      join('annaField'),
      wait(25),
      ...over,
    ],
    expected: only('everyone', { mara: 'received', tariq: 'received', annaField: 'received' }),
  },
  {
    name: 'one left before it began, one came after it ended',
    script: [
      ...maraAndTariq,
      wait(40),
      { do: 'leave', connection: 'tariq' },
      wait(30),
      startOurs,
      wait(40),
      stop,
      wait(30),
      join('annaDesk'),
      wait(30),
      pull,
    ],
    expected: only('everyone', {
      mara: 'received',
      tariq: 'outside: left-before-it-began',
      annaDesk: 'outside: joined-after-it-ended',
    }),
  },
  {
    name: 'two of four, chosen',
    script: [
      join('mara'),
      join('annaDesk'),
      join('annaField'),
      join('tariq'),
      { do: 'start', by: 'us', people: ['mara', 'annaField'] },
      wait(40),
      ...over,
    ],
    expected: only('chosen', {
      mara: 'received',
      annaDesk: 'not-recorded-by-choice',
      annaField: 'received',
      tariq: 'not-recorded-by-choice',
    }),
  },
  {
    name: 'chosen people, one of whom comes later, beside one who was not chosen',
    script: [
      join('mara'),
      { do: 'start', by: 'us', people: ['mara', 'tariq'] },
      wait(20),
      join('annaDesk'),
      join('tariq'),
      wait(25),
      ...over,
    ],
    expected: only('chosen', {
      mara: 'received',
      annaDesk: 'not-recorded-by-choice',
      tariq: 'received',
    }),
  },
  {
    name: 'custom ids instead of the service’s',
    script: [...maraAndTariq, { do: 'start', by: 'us', customIds: ['mara'] }, wait(40), ...over],
    expected: only('chosen', {
      mara: 'missing: ordered-by-custom-id',
      tariq: 'not-recorded-by-choice',
    }),
  },
  {
    name: 'started elsewhere for some, nobody here knows for whom',
    script: [
      join('mara'),
      join('annaDesk'),
      join('tariq'),
      { do: 'start', by: 'elsewhere', people: ['mara'] },
      wait(40),
      ...over,
    ],
    expected: only('unknown', {
      mara: 'received',
      annaDesk: 'missing: selection-unknown',
      tariq: 'missing: selection-unknown',
    }),
  },
  {
    name: 'zero files: nobody unmuted',
    script: [
      join('mara', { muted: true }),
      join('tariq', { muted: true }),
      startOurs,
      wait(40),
      stop,
      wait(1200),
      pull,
    ],
    expected: only('everyone', {
      mara: 'missing: finished-without-files',
      tariq: 'missing: finished-without-files',
    }),
  },
  {
    name: 'one never unmuted',
    script: [join('mara'), join('tariq', { muted: true }), ...recorded(40)],
    expected: only('everyone', { mara: 'received', tariq: 'missing: unknown' }),
  },
  {
    name: 'everyone with an old SDK, chosen',
    script: [
      join('mara', { oldSdk: true }),
      join('annaDesk', { oldSdk: true }),
      join('tariq', { oldSdk: true }),
      { do: 'start', by: 'us', people: ['mara', 'tariq'] },
      wait(40),
      stop,
      wait(1200),
      pull,
    ],
    expected: only('chosen', {
      mara: 'missing: finished-without-files',
      annaDesk: 'not-recorded-by-choice',
      tariq: 'missing: finished-without-files',
    }),
  },
  {
    name: 'the upload hangs',
    script: [
      { do: 'set', switches: { afterUploading: 'nothing' } },
      ...maraAndTariq,
      startOurs,
      wait(40),
      stop,
      wait(30 * 3600),
      pull,
    ],
    expected: only('everyone', {
      mara: 'pending: service-still-works',
      tariq: 'pending: service-still-works',
    }),
  },
  {
    name: 'a short track',
    script: [join('mara'), join('tariq', { losesMs: 12_000 }), ...recorded(60)],
    expected: only('everyone', { mara: 'received', tariq: 'short by 12 s' }),
  },
  {
    name: 'a file of somebody nobody knows',
    script: [
      ...maraAndTariq,
      startOurs,
      wait(30),
      stop,
      wait(20),
      { do: 'add-stranger', seconds: 20 },
      pull,
    ],
    expected: only('everyone', { mara: 'received', tariq: 'received' }, [stranger.userId]),
  },
  {
    name: 'two people of one name, one of them chosen and then gone',
    script: [
      join('annaDesk'),
      join('annaField'),
      { do: 'start', by: 'us', people: ['annaField'] },
      wait(30),
      { do: 'leave', connection: 'annaField' },
      wait(15),
      ...over,
    ],
    expected: only('chosen', { annaDesk: 'not-recorded-by-choice', annaField: 'received' }),
  },
  {
    name: 'the session ends and takes the recording with it',
    script: [join('mara'), join('annaField'), startOurs, wait(35), { do: 'end' }, wait(20), pull],
    expected: only('everyone', { mara: 'received', annaField: 'received' }),
  },
  {
    name: 'the session ends and the recording goes on',
    script: [
      { do: 'set', switches: { sessionEndStops: false } },
      ...maraAndTariq,
      startOurs,
      wait(35),
      { do: 'end' },
      wait(1500),
      pull,
    ],
    expected: only('everyone', {
      mara: 'pending: service-still-works',
      tariq: 'pending: service-still-works',
    }),
  },
  {
    name: 'a list that grows while it uploads, and is not complete yet',
    script: [
      { do: 'set', switches: { uploadListing: 'growing', uploadSeconds: 400 } },
      join('mara'),
      join('annaDesk'),
      join('tariq'),
      startOurs,
      wait(40),
      stop,
      wait(150),
      pull,
    ],
    expected: only('everyone', {
      mara: 'received',
      annaDesk: 'pending: service-still-works',
      tariq: 'pending: service-still-works',
    }),
  },
  {
    name: 'a list whose last file comes minutes after the others',
    script: [
      { do: 'set', switches: { uploadListing: 'late' } },
      ...maraAndTariq,
      ...recorded(40),
      wait(600),
      pull,
    ],
    expected: only('everyone', { mara: 'received', tariq: 'received' }),
  },
  {
    name: 'files whose links expire before they are fetched',
    script: [
      { do: 'set', switches: { linksRenew: false } },
      ...maraAndTariq,
      startOurs,
      wait(40),
      stop,
      wait(20),
      { do: 'read' },
      wait(8 * 86_400),
      pull,
    ],
    expected: only('everyone', { mara: 'missing: file-lost', tariq: 'missing: file-lost' }),
  },
  {
    name: 'one file gone from the store, the other fetched in time',
    script: [
      ...maraAndTariq,
      startOurs,
      wait(40),
      stop,
      wait(20),
      { do: 'lose-file', connection: 'tariq' },
      pull,
      wait(8 * 86_400),
      pull,
    ],
    expected: only('everyone', { mara: 'received', tariq: 'missing: file-lost' }),
  },
  {
    name: 'read, and nothing fetched yet',
    script: [...maraAndTariq, startOurs, wait(40), stop, wait(20), { do: 'read' }],
    expected: only('everyone', {
      mara: 'pending: file-not-fetched-yet',
      tariq: 'pending: file-not-fetched-yet',
    }),
  },
  {
    name: 'odd file names, one of them without any id',
    script: [
      join('mara', { style: 'media-kind' }),
      join('annaField', { style: 'fraction' }),
      join('tariq', { fileName: 'Jane final (1).webm' }),
      ...recorded(40),
    ],
    expected: only(
      'everyone',
      { mara: 'received', annaField: 'received', tariq: 'missing: unknown' },
      [null],
    ),
  },
  {
    name: 'two recordings in one call',
    script: [
      ...maraAndTariq,
      { do: 'start', by: 'us', recording: 'first', people: ['mara'] },
      wait(30),
      { do: 'stop', recording: 'first' },
      wait(30),
      { do: 'leave', connection: 'mara' },
      wait(10),
      { do: 'start', by: 'us', recording: 'second' },
      wait(30),
      { do: 'stop', recording: 'second' },
      wait(20),
      pull,
    ],
    expected: {
      first: {
        selection: 'chosen',
        cells: { mara: 'received', tariq: 'not-recorded-by-choice' },
      },
      second: {
        selection: 'everyone',
        cells: { mara: 'outside: left-before-it-began', tariq: 'received' },
      },
    },
  },
  {
    name: 'the recording breaks',
    script: [
      { do: 'set', switches: { breaksAfterSeconds: 20, errorText: 'the worker was lost' } },
      ...maraAndTariq,
      startOurs,
      wait(40),
      pull,
    ],
    expected: only('everyone', {
      mara: 'missing: recording-errored',
      tariq: 'missing: recording-errored',
    }),
  },
  {
    name: 'the service forgets a recording of which nothing was fetched',
    script: [
      join('mara'),
      join('annaDesk'),
      startOurs,
      wait(40),
      { do: 'read' },
      stop,
      wait(20),
      { do: 'forget' },
      pull,
    ],
    expected: only('everyone', {
      mara: 'missing: recording-gone',
      annaDesk: 'missing: recording-gone',
    }),
  },
  {
    name: 'it is still going on',
    script: [
      join('mara'),
      join('annaDesk'),
      { do: 'start', by: 'us', people: ['annaDesk'] },
      wait(40),
      pull,
    ],
    expected: only('chosen', {
      mara: 'not-recorded-by-choice',
      annaDesk: 'pending: service-still-works',
    }),
  },
];
