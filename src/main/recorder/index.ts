/** @file Main process. STARTS: recordings, and stops them; every order is in the ledger before it leaves. Read `ordering.ts` next. */
export {
  createRecorder,
  type OriginOf,
  type Recorder,
  type RecorderOptions,
  startedElsewhere,
} from './recorder.ts';
export type { Settled } from './ordering.ts';
