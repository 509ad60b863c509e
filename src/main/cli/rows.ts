/** @file Command line. The stable JSON shapes of `--json`; documented in docs/cli.md, changed only by adding. */
import type { Found, Recording, Track } from '#contract';

/** One line of `list --json`. */
export function trackRow(track: Track) {
  return {
    trackId: track.trackId,
    recordingId: track.recordingId,
    layerName: track.layerName,
    meetingId: track.meetingId,
    sessionId: track.sessionId,
    fileName: track.fileName,
    path: track.path,
    bytes: track.bytes,
    sha256: track.sha256,
    reading: track.reading,
    prefix: track.prefix,
    userId: track.userId,
    peerId: track.peerId,
    streamKind: track.streamKind,
    mediaKind: track.mediaKind,
    trackStamp: track.trackStamp,
    customParticipantId: track.customParticipantId,
    speaker: track.speaker,
    startedAt: isoOrNull(track.startedAt),
    durationMs: track.durationMs,
    importedFrom: track.importedFrom,
    state: track.state,
  };
}

/** One line of `search --json`: a track and how sure the match is. */
export function foundRow(found: Found) {
  return { ...trackRow(found.track), match: found.match, why: found.why };
}

/** A recording as `show --json` and `pull --json` tell it. */
export function recordingRow(recording: Recording) {
  return {
    ...recording,
    invokedAt: isoOrNull(recording.invokedAt),
    startedAt: isoOrNull(recording.startedAt),
    stoppedAt: isoOrNull(recording.stoppedAt),
    deadlineAt: isoOrNull(recording.deadlineAt),
    observedAt: isoOrNull(recording.observedAt),
  };
}

export function isoOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
