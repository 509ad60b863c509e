/** @file Main process. Which recordings are fetched without being asked for: the workspace's choice, and what a person asked for besides. */
import type { ArchivePolicy, RecordingId } from '#contract';
import type { Wanted } from './sync/index.ts';

export interface Choice {
  wants(recording: Wanted): boolean;
  /**
   * A person asks for these. Remembered until the program ends: once queued, the queue itself says
   * that a recording was asked for.
   */
  take(recordingIds: readonly RecordingId[]): void;
}

/** `policy` is asked each time: it changes with the workspace and at a person's wish. */
export function createChoice(policy: () => ArchivePolicy): Choice {
  const taken = new Set<RecordingId>();
  return {
    wants({ recordingId, meetingId }) {
      const now = policy();
      switch (now.kind) {
        case 'all':
          return true;
        case 'chosen':
          return taken.has(recordingId) || now.meetingIds.some((each) => each === meetingId);
        case 'ask':
          return taken.has(recordingId);
      }
    },
    take(recordingIds) {
      for (const recordingId of recordingIds) taken.add(recordingId);
    },
  };
}
