/** @file Command line. The sentence of every failure: what happened, what is safe, what to do next. */
import type { ErrorCode, FailureData } from '#contract';

const sentences = {
  'credentials.malformed':
    'The token is not of the form the API takes. Nothing was sent or changed. Copy it again, without spaces or quotes.',
  'credentials.unknown':
    'The API does not know this token. What is archived is safe. Make a new token, then run "check".',
  'credentials.expired':
    'The token has expired. What is archived is safe. Make a new token, then run "check".',
  'credentials.disabled':
    'The token is disabled or not valid yet. What is archived is safe. Enable it in the dashboard, then run "check".',
  'credentials.lack-rights':
    'The token is good but lacks the right "Realtime" (or "Realtime Admin"). What is archived is safe. Add the right to the token.',
  'credentials.wrong-account':
    'The token does not belong to this account. Nothing was changed. Compare --account with the dashboard.',
  'credentials.wrong-app':
    'The account has no app with this id. Nothing was changed. Run "check" to see the apps it has.',
  'credentials.missing':
    'There is no token for this workspace. Set TRACKVAULT_TOKEN or connect the workspace in the app.',
  'keychain.unavailable':
    'The keychain of this system does not answer. Nothing was stored. Set TRACKVAULT_TOKEN for this run.',
  'api.unreachable':
    'The API cannot be reached. What is archived is safe. Check the connection and run the command again.',
  'api.rate-limited':
    'The API asks for a pause. Nothing is lost by waiting. Run the command again later.',
  'api.refused': 'The API refused the call. What is archived is safe.',
  'api.server-trouble':
    'The API has trouble of its own. What is archived is safe. Run the command again later.',
  'api.not-understood':
    'Something between you and the API answered instead of it, or it answered in a form not known. Nothing was changed. A proxy or a sign-in page of the network is the usual cause.',
  'meeting.not-live': 'No call is going on in this meeting. Nothing was started.',
  'meeting.people-unusable':
    'Some of the people named cannot be recorded under these ids. Nothing was started. Give ids that the service made for the participants of this meeting.',
  'recording.answer-lost':
    'The order to record was sent and its answer was lost. It is not known whether a recording runs; a second one was not started. Run the same command again: a recording that runs by then is found and taken as this one.',
  'recording.start-outstanding':
    'An earlier order to record this meeting, for other people or under another prefix, has not been answered yet. This one was not sent. Wait ten minutes, or see what runs with "live".',
  'recording.already-running': 'This meeting is being recorded already. Nothing was started.',
  'recording.gone': 'The service no longer has this recording. What the archive holds of it stays.',
  'recording.unknown': 'The library holds no recording with this id. "list" shows what it holds.',
  'recording.no-folder':
    'There is no folder for this recording: nothing of it has been received, or it was moved away.',
  'track.unknown': 'The library holds no track with this id. "list" shows what it holds.',
  'link.expired':
    'The link has expired and no new one is given. Files already here are safe; this one can no longer be fetched.',
  'link.refused':
    'The file host refused the link. Files already here are safe. The next pull asks for a new link.',
  'file.not-ready':
    'The service has not stored the file yet. Nothing is lost. The next pull asks again.',
  'file.incomplete':
    'The file did not arrive whole. The part is kept. The next pull goes on from there.',
  'file.not-media':
    'The file host sent something that is not a recording. It was not stored. The next pull tries again.',
  'file.changed':
    'The file changed while it was fetched. The mixed part was thrown away. The next pull starts it anew.',
  'file.gone': 'The file host no longer has the file. Files already here are safe.',
  'file.corrupt': 'The bytes on disk are not those that were received. Restore them from a copy.',
  'audio.unreadable':
    'The sound of this file cannot be read. The file itself is kept as it was received.',
  'disk.full':
    'The disk is full. What is archived is safe and parts are kept. Make room and run the command again.',
  'disk.refused':
    'The system refused to read or write. What is archived is safe. Check rights and disk of the library.',
  'library.missing':
    'There is no library there. Nothing was made or changed. Name one with --library; "pull" makes a new one.',
  'library.not-there':
    'The library was not found in its folder. Nothing was made or changed there. Connect its disk, or name its new place with --library.',
  'library.not-a-library':
    'The folder is neither empty nor a library. Nothing in it was touched. Choose another folder.',
  'library.locked':
    'The library is in use by another Trackvault. Nothing was changed. Close it there, or wait.',
  'library.newer':
    'The library was made by a newer Trackvault. Nothing was touched. Install the newer version.',
  'library.read-only': 'The library can only be read here. Nothing was changed.',
  'library.sample':
    'This is the sample library that comes with Trackvault. It can be read, not added to. Name one of your own with --library.',
  'library.damaged':
    'The library has a file that cannot be understood. Nothing was changed. The log names it.',
  'ledger.damaged':
    'The ledger does not fit its own hashes. Recordings can still be verified. Compare it with a copy.',
  'input.invalid': 'That cannot be understood. Nothing was changed. See --help.',
  cancelled: 'The work was stopped. What arrived is kept; the next run goes on from there.',
  bug: 'Trackvault made a mistake. What is archived is safe. Please report the line below.',
} satisfies Record<ErrorCode, string>;

/** Exit codes of the command line; `--help` lists them. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  willBeLost: 3,
  inUse: 4,
  credentials: 5,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export function exitCodeOf(code: ErrorCode): ExitCode {
  if (code === 'library.locked') return exitCodes.inUse;
  if (code === 'input.invalid') return exitCodes.usage;
  if (code.startsWith('credentials.') || code === 'keychain.unavailable')
    return exitCodes.credentials;
  return exitCodes.failed;
}

/** Sentence and fact of a failure, ready for standard error. */
export function inWords(failure: FailureData): string {
  const again =
    failure.retryAt === undefined
      ? ''
      : `\nTry again after ${new Date(failure.retryAt).toISOString()}.`;
  return `${sentences[failure.code]}\n(${failure.code}: ${failure.message})${again}`;
}
