/** @file Main process. The door of the library: keeps recordings as bags, remembers what was decided, finds tracks. */
export { createLibrary, openLibrary, type LibraryOptions, type OpenOptions } from './library.ts';
export { diskFailureOf } from './disk.ts';
export { formatVersion } from './format.ts';
export type { Log } from './writer.ts';
export { verifyLedger, type LedgerReport } from './ledger.ts';
export type {
  Actor,
  Claim,
  Connection,
  Delivery,
  FileIdentity,
  IdField,
  IdSearch,
  KeptOrder,
  Library,
  LibraryChange,
  ListedFile,
  MeetingPerson,
  NewOrder,
  Observation,
  OrderAnswer,
  OrderQuery,
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
export { readNames } from './evidence.ts';
export { voicesAmong } from './speakers.ts';
export {
  idKey,
  isCertain,
  isPlaceholderId,
  readFileName,
  visibleMarks,
  type NameReading,
} from './file-names/index.ts';
