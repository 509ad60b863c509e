/** @file Main process. What a pass is given: of every neighbour only what it uses. */
import type { Clock } from '../clock.ts';
import type { Downloads } from '../downloads/index.ts';
import type { Library } from '../library/index.ts';
import type { RealtimeKit } from '../realtimekit/index.ts';
import type { Source } from './observation.ts';

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
    'observe' | 'markGone' | 'markLost' | 'seal' | 'recording' | 'recordings' | 'observation'
  >;
  downloads: Pick<Downloads, 'enqueue' | 'list' | 'unfinished' | 'status' | 'whenIdle'>;
  clock: Clock;
  source: Source;
}
