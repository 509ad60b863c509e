/** @file Tests. A recording of the window's contract with all members, to change the few a test is about. */
import { MeetingId, RecordingId, type Recording } from '#contract';

const hourMs = 3_600_000;

/** Stopped an hour before `now`, nothing of it here yet; six days are left. */
export function madeUpRecording(now: number, more: Partial<Recording> = {}): Recording {
  return {
    recordingId: RecordingId.parse('r1'),
    meetingId: MeetingId.parse('m1'),
    sessionId: null,
    title: 'Weekly',
    kind: 'track',
    vendorStatus: 'UPLOADED',
    errorMessage: null,
    state: 'pending',
    goneAtProvider: false,
    invokedAt: now - 2 * hourMs,
    startedAt: now - 2 * hourMs,
    stoppedAt: now - hourMs,
    deadlineAt: now + 6 * 24 * hourMs,
    observedAt: now,
    trackCount: 0,
    peopleCount: 0,
    bytes: 0,
    lengthMs: null,
    absent: [],
    ...more,
  };
}
