/** @file Main process. What a pass is given: of every neighbour only what it uses. */
import type { RecordingId } from '#contract';
import type { Clock } from '../clock.ts';
import type { Downloads } from '../downloads/index.ts';
import type { Library } from '../library/index.ts';
import type { RealtimeKit } from '../realtimekit/index.ts';
import type { Source } from './observation.ts';

/** As much of a recording as a choice may rest on. */
export interface Wanted {
  recordingId: RecordingId;
  meetingId: string | null;
  /** Epoch ms after which its files are gone; null when unknown. */
  deadlineAt: number | null;
}

export interface PassWorld {
  realtimekit: Pick<
    RealtimeKit,
    | 'listRecordings'
    | 'getRecording'
    | 'getSession'
    | 'listSessionParticipants'
    | 'listMeetingParticipants'
  >;
  library: Pick<
    Library,
    | 'holds'
    | 'observe'
    | 'markGone'
    | 'markLost'
    | 'seal'
    | 'recording'
    | 'recordings'
    | 'observation'
  >;
  downloads: Pick<Downloads, 'enqueue' | 'list' | 'unfinished' | 'status' | 'wasOff' | 'whenIdle'>;
  clock: Clock;
  source: Source;
  /**
   * Whether the files of a recording are fetched without being asked for; what is queued or here
   * already goes on in any case. Left out: all are.
   */
  wants?: ((recording: Wanted) => boolean) | undefined;
  /** Leaves all others alone for now, begun or not. */
  only?: ((recording: Wanted) => boolean) | undefined;
}
