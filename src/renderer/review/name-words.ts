/** @file Renderer. Says readings, reasons and flags of file names in words. Codes come from the reader; unknown ones are shown as they are. */
import type { Candidate, Evidence, Reading } from '#contract';

export const readingWords = {
  exact: { text: 'Exact', means: 'Evidence beside the name settles every part.' },
  derived: { text: 'Derived', means: 'The shape of the name allows only this reading.' },
  ambiguous: {
    text: 'Ambiguous',
    means: 'The name can be read in several ways, and nothing known settles which is right.',
  },
  unreadable: { text: 'Unreadable', means: 'The name does not follow RealtimeKit’s template.' },
} satisfies Record<Reading, { text: string; means: string }>;

const evidenceWords: Record<string, string> = {
  'entry-peer': 'RealtimeKit lists this peer_id with the file',
  'entry-user': 'RealtimeKit lists this id with the file',
  'prefix-asked': 'the recording was started with this prefix',
  'peer-known': 'a participant of the session had this peer_id',
  'user-known': 'a participant of the meeting has this user_id',
  'peer-belongs-to-user': 'the session’s events tie this peer_id to the user_id',
  'sibling-exact': 'other files of the recording, read exactly, share the prefix',
  'sibling-derived': 'other files of the recording share the prefix',
  'two-uuids': 'the name ends in two UUIDs',
  'three-parts': 'the name has exactly three parts here',
  'prefix-default': 'the prefix is the service’s default',
  'user-uuid': 'the user_id has the shape of a UUID',
  'peer-uuid': 'the peer_id has the shape of a UUID',
  'peer-one-part': 'the peer_id has no underscore',
  'user-one-part': 'the user_id has no underscore',
  placeholder: 'an id is a placeholder, not a person',
  contradicted: 'something known speaks against it',
  'reading-exact': 'the name is read with evidence',
  'reading-derived': 'the shape of the name allows only this reading',
  'reading-ambiguous': 'one of several ways to read the name',
  'entry-custom-id': 'RealtimeKit lists their custom_participant_id with the file',
  'session-user-id': 'the session’s list of participants has this user_id',
  'meeting-user-id': 'the meeting’s list of participants has this user_id',
  'session-peer-id': 'the session’s list of participants has this peer_id',
  'user-id-is-custom-id': 'the id in the name is a custom_participant_id known here',
};

/** What each code of the reader supports; the rest speaks for the name as a whole. */
const supports: Record<string, readonly string[]> = {
  prefix: ['prefix-asked', 'sibling-exact', 'sibling-derived', 'prefix-default'],
  user: ['entry-user', 'user-known', 'peer-belongs-to-user', 'user-uuid', 'user-one-part'],
  peer: ['entry-peer', 'peer-known', 'peer-belongs-to-user', 'peer-uuid', 'peer-one-part'],
};

const flagWords: Record<string, string> = {
  'query-cut': 'What followed a question mark was left out of the reading.',
  'no-extension': 'It has no file extension.',
  'other-extension': 'Its extension is not .webm.',
  'extension-case': 'Its extension is written in capitals.',
  'partial-download': 'It looks like an unfinished download.',
  'copy-suffix': 'It carries the mark of a browser’s second copy.',
  'media-kind-noise': 'It holds a literal “media_kind”, a variant of the template seen before.',
  template: 'It is the template itself, with nothing filled in.',
  'not-a-track-name': 'It is not the name of a track recording.',
  'too-few-parts': 'It has fewer parts than the template.',
  'unknown-stream-kind': 'Its stream kind is not one that is known.',
  'unknown-media-kind': 'Its media kind is not one that is known.',
  'not-playable-yet': 'This kind is kept, but cannot be played yet.',
  'stamp-fraction': 'Its stamp has a fraction.',
  'stamp-seconds': 'Its stamp looks like seconds; the value is kept as it is.',
  'stamp-microseconds': 'Its stamp looks like microseconds; the value is kept as it is.',
  'stamp-nanoseconds': 'Its stamp looks like nanoseconds; the value is kept as it is.',
  'stamp-out-of-range': 'Its stamp is no possible date.',
  'stamp-unreadable': 'Its stamp is not a number.',
  suspect: 'Its stamp is implausible; the recording’s times are used for the order.',
  'suspect-before-2020': 'Its stamp lies before 2020.',
  'suspect-in-future': 'Its stamp lies in the future.',
  'suspect-away-from-recording': 'Its stamp is more than an hour away from the recording.',
  'placeholder-user': 'Its user_id is a placeholder and stands for nobody.',
  'placeholder-peer': 'Its peer_id is a placeholder.',
  'prefix-unexpected': 'It does not begin with the prefix the recording was started with.',
  'user-not-listed': 'No listed participant has a user_id that fits.',
  'evidence-disagrees': 'Two pieces of evidence contradict each other.',
  'siblings-disagree': 'Other files of the recording suggest another prefix.',
  'candidates-cut': 'Not every possible reading is listed.',
  'control-characters': 'It holds control characters, shown here as marks.',
  'bidi-marks': 'It holds characters that turn the direction of writing, shown here as marks.',
  'zero-width': 'It holds characters without width, shown here as marks.',
  'lone-surrogate': 'It holds half a character, shown here as a mark.',
  'not-nfc': 'Its letters are composed in an unusual way.',
  'look-alike': 'It holds letters that look like others; compare the ids with care.',
  'path-like': 'It looks like a path. It was never used as one.',
};

export const evidenceText = (kind: string): string =>
  evidenceWords[kind] ?? kind.replaceAll('-', ' ');

export const flagText = (flag: string): string => flagWords[flag] ?? flag.replaceAll('-', ' ');

/** What only the shape of a name suggests: not worth saying beside a fact. */
const shapes = new Set([
  'two-uuids',
  'three-parts',
  'prefix-default',
  'user-uuid',
  'peer-uuid',
  'peer-one-part',
  'user-one-part',
]);

/** What the walk through a file found wrong with it. */
const damageWords: Record<string, string> = {
  truncated: 'It ends in the middle of the sound.',
  'broken-structure': 'Some of its bytes make no sense.',
  'no-tracks': 'It holds no sound.',
  'too-long': 'It claims to be longer than three days.',
  empty: 'It is empty.',
  'no-ebml-header': 'It does not begin as a WebM file does.',
  'other-document-type': 'It is another kind of Matroska file.',
  'no-segment': 'It has a beginning and nothing after it.',
};

export const damageText = (why: string): string => damageWords[why] ?? why.replaceAll('-', ' ');

/** One sentence a code; facts where there are facts, else shapes. */
function said(kinds: Iterable<string>): string[] {
  const distinct = [...new Set(kinds)];
  const facts = distinct.filter((kind) => !shapes.has(kind));
  return (facts.length > 0 ? facts : distinct).map(evidenceText);
}

/** As many facts as a row of results can say and still be read. */
const factsInRow = 2;

/** Why a track was found, in a row of results: how the name is read, and the strongest facts for it. */
export function whyMatched(kinds: readonly string[]): string[] {
  const isReading = (kind: string) => kind.startsWith('reading-');
  const facts = said(kinds.filter((kind) => !isReading(kind)));
  return [...kinds.filter(isReading).map(evidenceText), ...facts.slice(0, factsInRow)];
}

/** The sentences that support one part of the name. */
export const evidenceFor = (role: 'prefix' | 'user' | 'peer', all: readonly Evidence[]): string[] =>
  said(all.map(({ kind }) => kind).filter((kind) => supports[role]?.includes(kind)));

/** The sentences that speak for the reading as a whole, where no fact settles it. */
export function evidenceForWhole(all: readonly Evidence[]): string[] {
  const kinds = all.map(({ kind }) => kind);
  if (kinds.some((kind) => !shapes.has(kind))) return [];
  const partly = new Set(Object.values(supports).flat());
  return said(kinds.filter((kind) => !partly.has(kind)));
}

export const candidateReasons = ({ reasons }: Candidate): string =>
  reasons.map(evidenceText).join(' · ');
