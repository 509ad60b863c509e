/** @file Tests of whose voice a track is: each step of contract 6.6, and every case in which the answer is "unknown". */
import { expect, test } from 'vitest';
import { CustomParticipantId, PeerId, UserId } from '#contract';
import { readNames, startOf, type People } from '../../../src/main/library/evidence.ts';
import { concludeVoice, voicesAmong } from '../../../src/main/library/speakers.ts';
import type { ListedFile, MeetingPerson, SessionPerson } from '../../../src/main/library/types.ts';

const maraId = 'aaa5d2f0-6b1c-4e83-90d7-1c4a7f25e6b8';
const otisId = 'aaa90c3e-41d8-47fa-b2e5-7d6089a1c4f3';
const peerId = '3b7e0c94-58a1-4d2f-86be-f0c9d1a7e432';
const stamp = 1_763_456_535_118;
const times = {
  invokedAt: stamp - 5000,
  startedAt: stamp - 1000,
  stoppedAt: stamp + 60_000,
  knownAt: stamp + 90_000,
};

const session = (person: Partial<SessionPerson>): SessionPerson => ({
  peerIds: [],
  userId: null,
  customParticipantId: null,
  displayName: null,
  joinedAt: null,
  leftAt: null,
  ...person,
});
const member = (
  userId: string,
  name: string | null,
  custom: string | null = null,
): MeetingPerson => ({
  userId: UserId.parse(userId),
  name,
  customParticipantId: custom === null ? null : CustomParticipantId.parse(custom),
});
const custom = (id: string): CustomParticipantId => CustomParticipantId.parse(id);

function voiceOf(
  fileName: string,
  people: Partial<People>,
  entry: Partial<Pick<ListedFile, 'customParticipantId' | 'peerId'>> = {},
) {
  const file = {
    layerName: 'default',
    fileName,
    customParticipantId: null,
    peerId: null,
    ...entry,
  };
  const all = { session: [], meeting: [], ...people };
  const [reading = expect.fail()] = readNames([file], all, times);
  const voice = concludeVoice(file, reading, all);
  // Asked of those alone whom its ids may point at, the answer is the same.
  expect(voicesAmong(all)(file, reading)).toEqual(voice);
  return voice;
}
const usual = (user: string = maraId) => `ep42_${user}_${peerId}_peer_audio_${stamp}.webm`;
const kinds = (voice: ReturnType<typeof voiceOf>) =>
  voice.speaker?.evidence.map(({ kind }) => kind);

test('the custom id of the entry comes first, looked up among the people of the meeting', () => {
  const voice = voiceOf(
    usual(),
    { meeting: [member(maraId, 'Mara', 'guest_17')] },
    { customParticipantId: custom('guest_17') },
  );
  expect(voice.speaker).toMatchObject({ name: 'Mara', userId: maraId });
  expect(kinds(voice)).toEqual(['entry-custom-id', 'meeting-user-id']);
  expect(voice.customParticipantId).toBe('guest_17');
});

test('the name used in that call wins over the name given in the meeting', () => {
  const voice = voiceOf(usual(maraId.toUpperCase()), {
    session: [session({ userId: UserId.parse(maraId), displayName: 'Mara L.' })],
    meeting: [member(maraId, 'Mara Lindqvist')],
  });
  expect(voice.speaker?.name).toBe('Mara L.');
  expect(kinds(voice)).toEqual(['session-user-id', 'meeting-user-id']);
});

test('someone without a name is called by the custom id', () => {
  expect(voiceOf(usual(), { meeting: [member(maraId, null, 'guest_17')] }).speaker?.name).toBe(
    'guest_17',
  );
});

test('a peer id names the person who had that connection', () => {
  const voice = voiceOf(
    'room_a_b_p-7_peer_audio_1763456535118.webm',
    {
      session: [session({ peerIds: [PeerId.parse('p-7')], displayName: 'Otis' })],
    },
    { peerId: PeerId.parse('p-7') },
  );
  expect(voice.speaker).toMatchObject({ name: 'Otis', userId: null });
  expect(kinds(voice)).toEqual(['session-peer-id']);
});

test('a custom id in the place of the user id is understood', () => {
  const voice = voiceOf(`ep42_guest_17_${peerId}_peer_audio_${stamp}.webm`, {
    meeting: [member(maraId, 'Mara', 'guest_17')],
    session: [
      session({ peerIds: [PeerId.parse(peerId)], customParticipantId: custom('guest_17') }),
    ],
  });
  expect(voice.speaker?.name).toBe('Mara');
});

test.each([
  ['nobody matches', usual(), { meeting: [member(otisId, 'Otis')] }, {}],
  [
    'only the display name matches',
    'x_Mara_p_peer_audio_1763456535118.webm',
    { session: [session({ displayName: 'Mara' })] },
    {},
  ],
  [
    'the entry says one person and the name another',
    usual(maraId),
    { meeting: [member(maraId, 'Mara', 'm'), member(otisId, 'Otis', 'o')] },
    { customParticipantId: custom('o') },
  ],
  [
    'user id and peer id belong to different people',
    usual(maraId),
    {
      session: [
        session({ userId: UserId.parse(maraId), displayName: 'Mara' }),
        session({
          userId: UserId.parse(otisId),
          peerIds: [PeerId.parse(peerId)],
          displayName: 'Otis',
        }),
      ],
    },
    {},
  ],
  [
    'the name cannot be split for sure',
    'a_b_c_d_e_peer_audio_1763456535118.webm',
    { meeting: [member('c', 'Cleo')] },
    {},
  ],
  [
    'the ids are placeholders',
    'x_undefined_null_peer_audio_1763456535118.webm',
    { session: [session({ userId: UserId.parse('undefined'), displayName: 'Nobody' })] },
    {},
  ],
])('unknown when %s', (_why, fileName, people, entry) => {
  expect(voiceOf(fileName, people, entry).speaker).toBeNull();
});

test('that facts contradict each other is said, whoever notices it', () => {
  const voice = voiceOf(
    'Jane final.webm',
    {
      meeting: [member(maraId, 'Mara', 'm')],
      session: [session({ userId: UserId.parse(otisId), peerIds: [PeerId.parse(peerId)] })],
    },
    { customParticipantId: custom('m'), peerId: PeerId.parse(peerId) },
  );
  expect(voice).toMatchObject({ speaker: null, disagrees: true });
});

test('one custom id under two user ids: one human perhaps, but no user id is claimed', () => {
  const voice = voiceOf(
    'Jane final.webm',
    { meeting: [member(maraId, 'Mara', 'm'), member(otisId, 'Mara', 'm')] },
    { customParticipantId: custom('m') },
  );
  expect(voice.speaker).toMatchObject({ name: 'Mara', userId: null });
});

test.each([
  ['a stamp in milliseconds', stamp.toString(), stamp],
  ['a stamp with a fraction', `${stamp}.25`, stamp + 0.25],
  ['seconds that lie within the recording', '1763456535', 1_763_456_535_000],
  ['microseconds that do', `${stamp}123`, stamp],
  ['nanoseconds that do', `${stamp}123456`, stamp],
  ['seconds far away', '1663456535', times.startedAt],
  ['milliseconds far away', '1663456535118', times.startedAt],
  ['nought', '0', times.startedAt],
])('a track starts at %s, else with the recording', (_what, text, at) => {
  const name = `ep42_${maraId}_${peerId}_peer_audio_${text}.webm`;
  const [reading] = readNames(
    [{ layerName: 'default', fileName: name, customParticipantId: null, peerId: null }],
    { session: [], meeting: [] },
    times,
  );
  expect(startOf(reading ?? expect.fail(), times)).toBe(at);
});
