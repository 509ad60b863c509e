/** @file Main process. What the writer does to one recording: observe, keep, lose, seal; ledger first, then bag, then index. */
import { join } from 'node:path';
import { Failure, type RecordingId, type Recording, type Track } from '#contract';
import type { Clock } from '../clock.ts';
import { readBag, writeBag } from './bag.ts';
import { heldTracks, peopleOf, timesOf } from './conclude.ts';
import { sizeOf, type Folders } from './disk.ts';
import { readNames, startOf } from './evidence.ts';
import type { IndexClient } from './index-client.ts';
import type { Entry } from './ledger-line.ts';
import {
  cleanObservation,
  identityKey,
  joinObservations,
  observationHash,
  readObserved,
  sayTheSame,
  writeObserved,
  type ObservedFile,
} from './observed.ts';
import { checkPart, dropPart, newBagPath, payloadName, placePayload } from './payloads.ts';
import { decideSeal, settlingMs, type Reads } from './sealing.ts';
import { trackIdOf } from './track-id.ts';
import type { Delivery, FileIdentity, Observation } from './types.ts';

export interface RecordingWorld {
  folders: Folders;
  clock: Clock;
  index: IndexClient;
  /** Appends to the ledger, durable when it returns; the index learns it with the next `settle`. */
  record(recordingId: RecordingId, entries: readonly Entry[]): Promise<void>;
  /** Brings the index in line with ledger and disk for a recording. */
  settle(recordingId: RecordingId): Promise<void>;
}

export interface RecordingWork {
  observe(observation: Observation): Promise<void>;
  markGone(recordingId: RecordingId): Promise<void>;
  keep(delivery: Delivery): Promise<Track>;
  markLost(file: FileIdentity, because: string): Promise<void>;
  seal(recordingId: RecordingId): Promise<Recording['state']>;
}

/** Agreeing reads kept in mind per recording; two decide. */
const readsRemembered = 4;

export function createRecordingWork(world: RecordingWorld): RecordingWork {
  const { folders, clock, index } = world;
  /** Reads of this run that said what stands in the observed file. */
  const reads = new Map<RecordingId, number[]>();

  const observedOf = async (recordingId: RecordingId): Promise<ObservedFile | null> => {
    const read = await readObserved(folders, recordingId);
    return read !== null && 'value' in read ? read.value : null;
  };
  const decidedOf = (recordingId: RecordingId) => index.call('decided', { recordingId });
  const recordingOf = async (recordingId: RecordingId): Promise<Recording> => {
    const { found } = await index.call('recording', { recordingId });
    if (found === null)
      throw new Failure('recording.unknown', 'The library knows nothing of this recording.');
    return found;
  };
  const noteRead = (recordingId: RecordingId, at: number, changed: boolean): void => {
    const before = changed ? [] : (reads.get(recordingId) ?? []);
    reads.set(recordingId, [...before, at].slice(-readsRemembered));
  };

  return {
    async observe(told) {
      const { recordingId } = told;
      const now = clock.now();
      const before = await observedOf(recordingId);
      const observation = joinObservations(before?.observation ?? null, cleanObservation(told));
      const decided = await decidedOf(recordingId);
      const same = before !== null && sayTheSame(before.observation, observation) && !decided.gone;
      noteRead(recordingId, now, !same);
      if (same) {
        // Asking again is not news; it is written down now and then, so that the archive can say how fresh it is.
        if (now - before.observedAt < settlingMs) return;
        await writeObserved(folders, { ...before, observedAt: now });
        await world.settle(recordingId);
        return;
      }
      const entries: Entry[] = [
        {
          kind: 'observed',
          body: {
            recordingId,
            sha256: observationHash(observation),
            status: observation.status,
          },
        },
      ];
      const known = new Set((before?.observation.files ?? []).map(identityKey));
      const late = observation.files.filter((file) => !known.has(identityKey(file)));
      if (decided.decision !== null && late.length > 0)
        entries.push({
          kind: 'reopened',
          body: {
            recordingId,
            manifestSha256: decided.manifestSha256,
            because: 'late-file-listed',
          },
        });
      await world.record(recordingId, entries);
      await writeObserved(folders, { recordingId, since: now, observedAt: now, observation });
      await world.settle(recordingId);
    },

    async markGone(recordingId) {
      if ((await decidedOf(recordingId)).gone) return;
      await world.record(recordingId, [{ kind: 'gone', body: { recordingId } }]);
      await world.settle(recordingId);
    },

    async keep(delivery) {
      const { recordingId, layerName, fileName, partPath, sha256 } = delivery;
      await checkPart(folders, partPath, delivery.bytes);
      const decided = await decidedOf(recordingId);
      const observed = await observedOf(recordingId);
      const observation = observed?.observation ?? null;
      const bag =
        decided.bag ?? (await newBagPath(folders, recordingId, observation, delivery.receivedAt));
      const held = heldTracks(await readBag(folders, bag));
      const trackId = trackIdOf(delivery, sha256);
      const same = held.find(
        (track) => identityKey(track) === identityKey(delivery) && track.sha256 === sha256,
      );
      if (same !== undefined) {
        const { found } = await index.call('track', { trackId });
        const size = await sizeOf(join(folders.dir, bag, same.payload));
        const whole = found?.state !== 'damaged' && found?.state !== 'missing';
        if (found !== null && whole && size === same.bytes) {
          await dropPart(partPath);
          return found;
        }
      }

      const entry = observation?.files.find((file) => identityKey(file) === identityKey(delivery));
      const file = {
        layerName,
        fileName,
        customParticipantId: entry?.customParticipantId ?? null,
        peerId: entry?.peerId ?? null,
      };
      const times = timesOf(observation, observed, held);
      const knownAt = Math.max(times.knownAt ?? 0, delivery.receivedAt);
      const people = peopleOf(observation, null);
      const [reading] = readNames([file], people, { ...times, knownAt }, decided.asked);
      const trackTime = reading === undefined ? null : startOf(reading, times);
      const payload = same?.payload ?? payloadName(delivery, sha256, trackTime, held);
      const track = {
        ...file,
        payload,
        bytes: delivery.bytes,
        sha256,
        etag: delivery.etag,
        lastModified: delivery.lastModified,
        receivedAt: delivery.receivedAt,
        media: delivery.media,
        durationMs: delivery.durationMs,
        holes: delivery.holes,
        sampleRate: delivery.sampleRate,
        channels: delivery.channels,
        problems: delivery.problems,
      };
      const entries: Entry[] = [{ kind: 'collected', body: { recordingId, bag, ...track } }];
      if (decided.decision !== null)
        entries.push({
          kind: 'reopened',
          body: { recordingId, manifestSha256: decided.manifestSha256, because: 'late-file-kept' },
        });
      await world.record(recordingId, entries);
      await placePayload(folders, partPath, bag, payload);
      await writeBag(folders, {
        path: bag,
        recordingId,
        observation,
        tracks: [...held.filter((one) => one.payload !== payload), track],
      });
      await world.settle(recordingId);
      const { found } = await index.call('track', { trackId });
      if (found === null) throw new Error('a kept track is not in the index');
      return found;
    },

    async markLost(file, because) {
      const { recordingId, layerName, fileName } = file;
      const { lost } = await decidedOf(recordingId);
      if (lost.some((known) => identityKey(known) === identityKey(file))) return;
      await world.record(recordingId, [
        { kind: 'lost', body: { recordingId, layerName, fileName, because } },
      ]);
      await world.settle(recordingId);
    },

    async seal(recordingId) {
      const recording = await recordingOf(recordingId);
      const decided = await decidedOf(recordingId);
      const observed = await observedOf(recordingId);
      if (decided.decision !== null || recording.kind === 'composite' || observed === null)
        return recording.state;
      const { observation, since } = observed;
      const agreed: Reads = { since, recent: reads.get(recordingId) ?? [] };
      const decision = decideSeal({
        observation,
        absent: recording.absent,
        held: recording.trackCount,
        gone: decided.gone,
        reads: agreed,
        now: clock.now(),
      });
      if (decision.kind === 'not-yet') return recording.state;
      const bag = decided.bag === null ? null : await readBag(folders, decided.bag);
      const tracks = heldTracks(bag);
      const hashes =
        bag === null || tracks.length === 0
          ? null
          : await writeBag(folders, { path: bag.path, recordingId, observation, tracks });
      const body = {
        recordingId,
        bag: bag?.path ?? null,
        manifestSha256: hashes?.manifestSha256 ?? null,
        tagManifestSha256: hashes?.tagManifestSha256 ?? null,
        because: decision.because,
      };
      await world.record(recordingId, [
        decision.kind === 'sealed'
          ? {
              kind: 'sealed',
              body: { ...body, previousManifestSha256: decided.manifestSha256 },
            }
          : {
              kind: 'closed-incomplete',
              body: {
                ...body,
                missing: recording.absent.map(({ layerName, fileName }) => ({
                  layerName,
                  fileName,
                })),
              },
            },
      ]);
      await world.settle(recordingId);
      return (await recordingOf(recordingId)).state;
    },
  };
}
