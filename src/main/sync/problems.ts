/** @file Main process. Names, as a pure function, what the vendor is known to do wrong with recordings (contract 10.2). */
import type { VendorRecording, VendorSession } from '../realtimekit/index.ts';
import type { Problem } from './report.ts';

const minuteMs = 60_000;

/** How long each of the service's steps may take before a person is told, in ms (contract 10.2). */
export const patience = {
  /** From the order to the first second. */
  beginMs: 10 * minuteMs,
  /** Of a call that is over and still records. */
  emptyCallMs: 2 * minuteMs,
  uploadMs: 15 * minuteMs,
  /** Of an upload whose length is still told as 0: as a rule nothing comes any more. */
  silentUploadMs: 24 * 60 * minuteMs,
  /** From the end until a list without files may be believed. */
  listingMs: 10 * minuteMs,
};

export interface Known {
  recording: VendorRecording;
  /** Read only for recordings that run; null otherwise or when it could not be read. */
  session: VendorSession | null;
  /** Different people in the call; null when not known. */
  people: number | null;
  /** Epoch ms. */
  now: number;
}

/** In a fixed order, so that two passes that see the same say the same. */
export function problemsOf(known: Known): Problem[] {
  const { recording } = known;
  return [
    ...problemsOfStatus(known),
    ...(recording.kind === 'composite' ? [] : problemsOfFiles(known)),
  ];
}

function problemsOfStatus({ recording, session, now }: Known): Problem[] {
  const since = (at: number | null) => (at === null ? 0 : now - at);
  switch (recording.status) {
    case 'INVOKED':
      return since(recording.invokedAt) > patience.beginMs ? [problem('never-started')] : [];
    case 'RECORDING':
    case 'PAUSED': {
      const isEmpty =
        session !== null && (session.status === 'ended' || session.liveParticipants === 0);
      return isEmpty ? [problem('records-an-empty-call')] : [];
    }
    case 'UPLOADING': {
      const uploadingMs = since(recording.stoppedAt ?? recording.invokedAt);
      if (uploadingMs > patience.silentUploadMs && (recording.durationMs ?? 0) === 0) {
        return [problem('probably-lost-at-provider')];
      }
      return uploadingMs > patience.uploadMs ? [problem('upload-takes-long')] : [];
    }
    case 'ERRORED':
      return [problem('errored', recording.errorText)];
    case 'unknown':
      return [problem('status-unknown', recording.statusText)];
    case 'UPLOADED':
      return [];
  }
}

function problemsOfFiles({ recording, people, now }: Known): Problem[] {
  const found: Problem[] = [];
  const { files, status } = recording;
  if (status === 'UPLOADED' && files.length === 0) {
    const isFresh = recording.stoppedAt !== null && now - recording.stoppedAt < patience.listingMs;
    found.push(problem(isFresh ? 'files-may-follow' : 'finished-without-files'));
  }
  if (status !== 'UPLOADED' && status !== 'ERRORED' && files.length > 0) {
    found.push(problem('files-may-follow'));
  }
  // One person may have several files, so fewer files than people is the one certain sign.
  if (status === 'UPLOADED' && people !== null && files.length > 0 && files.length < people) {
    found.push(problem('fewer-files-than-people', `${files.length} of ${people}`));
  }
  for (const { because, layerName, fileName } of recording.problems) {
    const where = [layerName, fileName].filter((part) => part !== null).join('/');
    found.push(problem('entry-not-usable', where === '' ? because : `${because}: ${where}`));
  }
  return found;
}

function problem(code: Problem['code'], detail: string | null = null): Problem {
  return { code, detail };
}
