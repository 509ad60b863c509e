/** @file Main process. What the vendor said that helps to read the file names of one recording. Pure. */
import { readSiblings, type NameEvidence, type NameReading } from './file-names/index.ts';
import type { Asked } from './catalogue/orders.ts';
import type { ListedFile, MeetingPerson, SessionPerson } from './types.ts';

/** People of a recording as far as they were told; an empty list where nobody could be asked. */
export interface People {
  session: readonly SessionPerson[];
  meeting: readonly MeetingPerson[];
}

export interface RecordingTimes {
  invokedAt: number | null;
  startedAt: number | null;
  stoppedAt: number | null;
  /** The latest moment known from outside the names; stamps far behind it are suspect. */
  knownAt: number | null;
}

/** The one participant a custom id stands for; null when nobody or several have it (contract 6.6). */
export function userOfCustomId(people: People, customId: string | null): string | null {
  if (customId === null || customId === '') return null;
  const users = new Set<string>();
  for (const person of people.meeting)
    if (person.customParticipantId === customId) users.add(person.userId);
  for (const person of people.session)
    if (person.customParticipantId === customId && person.userId !== null) users.add(person.userId);
  const [only] = users;
  return users.size === 1 && only !== undefined ? only : null;
}

/**
 * Takes the names of one recording apart, together: siblings help each other.
 * @param asked what our own orders said, if it came of any: they settle what the prefix is
 */
export function readNames(
  files: readonly ListedFile[],
  people: People,
  times: RecordingTimes,
  asked: readonly Asked[] = [],
): NameReading[] {
  const customIds = [...people.session, ...people.meeting].flatMap(({ customParticipantId }) =>
    customParticipantId === null ? [] : [customParticipantId],
  );
  const evidence: NameEvidence = {
    prefixes: unique(asked.map(({ prefix }) => prefix)),
    users: unique([
      ...asked.flatMap(({ userIds }) => userIds ?? []),
      ...people.session.flatMap(({ userId }) => (userId === null ? [] : [userId])),
      ...people.meeting.map(({ userId }) => userId),
      // A file may carry the integrator's id in the place of the user id (contract 6.6, U4).
      ...customIds,
    ]),
    peers: unique(people.session.flatMap(({ peerIds }) => peerIds)),
    owners: people.session.flatMap(({ peerIds, userId, customParticipantId }) =>
      peerIds.flatMap((peerId) =>
        [userId, customParticipantId].flatMap((owner) =>
          owner === null || owner === '' ? [] : [{ peerId, userId: owner }],
        ),
      ),
    ),
    times: {
      now: times.knownAt,
      invokedAt: times.invokedAt,
      startedAt: times.startedAt,
      stoppedAt: times.stoppedAt,
    },
  };
  return readSiblings(
    files.map((file) => {
      const userId = userOfCustomId(people, file.customParticipantId);
      const knowsMore =
        file.peerId !== null || userId !== null || file.customParticipantId !== null;
      return {
        layerName: file.layerName,
        fileName: file.fileName,
        ...(knowsMore
          ? {
              entry: {
                peerId: file.peerId,
                userId,
                customParticipantId: file.customParticipantId,
              },
            }
          : {}),
      };
    }),
    evidence,
  );
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts.filter((text) => text !== ''))];
}

const hourMs = 3600_000;
const nanosecondsPerUnit: Record<string, number> = {
  'stamp-seconds': 1e9,
  'stamp-microseconds': 1e3,
  'stamp-nanoseconds': 1,
};

/**
 * When a track began, epoch ms: its stamp where that is plausible; a stamp in another unit only where
 * the result lies within an hour of the recording; else the recording's own start.
 */
export function startOf(reading: NameReading, times: RecordingTimes): number | null {
  const { stampMs, trackStamp, flags } = reading;
  const suspect = flags.some((flag) => flag === 'stamp-out-of-range' || flag.startsWith('suspect'));
  if (stampMs !== null && !suspect) return stampMs;
  const fallback = times.startedAt ?? times.invokedAt;
  const unit = flags.map((flag) => nanosecondsPerUnit[flag]).find((ns) => ns !== undefined);
  if (unit === undefined || trackStamp === null) return fallback;
  const [whole, fraction = ''] = trackStamp.split('.');
  if (whole === undefined || !/^\d{1,20}$/.test(whole)) return fallback;
  const ms =
    Number((BigInt(whole) * BigInt(unit)) / 1_000_000n) +
    (unit === 1e9 && fraction !== '' ? Number(`0.${fraction}`) * 1000 : 0);
  const earliest = times.invokedAt ?? times.startedAt;
  const latest = times.stoppedAt ?? times.knownAt;
  if (earliest === null || latest === null) return fallback;
  return ms >= earliest - hourMs && ms <= latest + hourMs ? ms : fallback;
}
