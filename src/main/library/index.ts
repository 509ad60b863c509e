/** @file Main process. The door of the library: keeps recordings as bags, remembers what was decided, finds tracks. */
export { createLibrary, openLibrary, type LibraryOptions, type OpenOptions } from './library.ts';
export { diskFailureOf } from './disk.ts';
export { formatVersion } from './format.ts';
export type { Log } from './writer.ts';
export { verifyLedger, type LedgerReport } from './ledger.ts';
export type {
  Actor,
  Connection,
  Delivery,
  FileIdentity,
  IdField,
  IdSearch,
  Library,
  LibraryChange,
  ListedFile,
  MeetingPerson,
  Observation,
  Page,
  RecordingHistory,
  Selection,
  SessionPerson,
  Totals,
  TrackQuery,
  VerifyFinding,
  VerifyProgress,
  VerifyReport,
} from './types.ts';
export { isPlayable, layOut, type Derived } from './timeline.ts';
export { readFileName, visibleMarks, type NameReading } from './file-names/index.ts';
