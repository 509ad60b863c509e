/** @file Main process. The file-name reader: takes names apart, orders and shows them, and gives files names on disk. */
export {
  isCertain,
  MAX_CANDIDATES,
  PARSER_VERSION,
  type Derivation,
  type NameEvidence,
  type NameFlag,
  type NameReading,
  type PeerOwner,
  type Reading,
  type SplitCandidate,
  type SplitReason,
} from './reading.ts';
export { readFileName } from './read.ts';
export { readSiblings, type SiblingFile } from './siblings.ts';
export { isPlaceholderId } from './splits.ts';
export { cutQuery, fileNameFromLink } from './tail.ts';
export {
  compareNatural,
  foldForSearch,
  idKey,
  isUuid,
  looksAlike,
  naturalKey,
  sameId,
  visibleMarks,
} from './text.ts';
export {
  bagFolderName,
  bagPath,
  diskNameFor,
  diskNameForOtherBytes,
  MAX_RELATIVE_PATH,
  type NamedTrack,
} from './disk-names.ts';
