/** @file Renderer. Says each failure to a person: what happened, what is safe, what to do next. */
import { toFailureData, type ErrorCode, type FailureData } from '#contract';

export interface Words {
  /** What happened. */
  what: string;
  /** What is safe all the same. */
  safe: string;
  /** The next step; empty when there is none to take. */
  next: string;
}

const archiveSafe = 'Everything already archived is untouched.';
const fileLater = 'Nothing half-finished is counted as archived.';

const words = {
  'credentials.malformed': {
    what: 'This does not look like a Cloudflare API token.',
    safe: 'It was not sent anywhere and not stored.',
    next: 'Copy the token again, without spaces or line breaks. The global API key does not work here.',
  },
  'credentials.unknown': {
    what: 'Cloudflare does not know this token.',
    safe: archiveSafe,
    next: 'Create a new token in the Cloudflare dashboard and enter it in Settings, Workspaces.',
  },
  'credentials.expired': {
    what: 'The token has expired.',
    safe: archiveSafe,
    next: 'Renew the token in the Cloudflare dashboard, or enter a new one in Settings, Workspaces.',
  },
  'credentials.disabled': {
    what: 'The token is switched off.',
    safe: archiveSafe,
    next: 'Switch it on again in the Cloudflare dashboard, or enter another one in Settings, Workspaces.',
  },
  'credentials.lack-rights': {
    what: 'The token may not use RealtimeKit.',
    safe: archiveSafe,
    next: 'Give it the permission “Realtime” or “Realtime Admin” for this account.',
  },
  'credentials.wrong-account': {
    what: 'The token belongs to another account.',
    safe: archiveSafe,
    next: 'Check the account id, or use a token of that account.',
  },
  'credentials.wrong-app': {
    what: 'The account has no RealtimeKit app with this id.',
    safe: archiveSafe,
    next: 'Choose one of the account’s apps in Settings, Workspaces.',
  },
  'credentials.missing': {
    what: 'There is no token for this workspace.',
    safe: 'The library can be read and played without one.',
    next: 'Enter a token in Settings, Workspaces to fetch new recordings.',
  },
  'keychain.unavailable': {
    what: 'The system’s keychain cannot be used.',
    safe: 'The token is kept in memory only and forgotten when the app quits. It is never written to a file.',
    next: 'Unlock or start the keychain, then connect again to keep the token.',
  },
  'api.unreachable': {
    what: 'RealtimeKit cannot be reached.',
    safe: 'The library works without a network.',
    next: 'Check the connection and fetch again. Files are kept by the service for seven days.',
  },
  'api.rate-limited': {
    what: 'RealtimeKit asked for a pause.',
    safe: 'No attempt is lost; work goes on by itself when the pause ends.',
    next: '',
  },
  'api.refused': {
    what: 'RealtimeKit refused the request.',
    safe: archiveSafe,
    next: 'Check the account, the app and the token’s rights in Settings, Workspaces.',
  },
  'api.server-trouble': {
    what: 'RealtimeKit has trouble of its own.',
    safe: archiveSafe,
    next: 'Try again in a few minutes.',
  },
  'api.not-understood': {
    what: 'RealtimeKit answered in a form this version does not know.',
    safe: 'The answer was not used; nothing was changed.',
    next: 'Look for a newer version of Trackvault.',
  },
  'meeting.not-live': {
    what: 'Nobody is in this meeting now.',
    safe: archiveSafe,
    next: 'Start the recording when the call is running.',
  },
  'meeting.people-unusable': {
    what: 'Some of the people chosen cannot be recorded under the ids given.',
    safe: 'Nothing was started.',
    next: 'Choose them by name from the list of the meeting.',
  },
  'recording.answer-lost': {
    what: 'The order to record was sent, and the answer was lost on the way.',
    safe: 'It is not known yet whether a recording runs. A second one was not started.',
    next: 'Start it again with the same people and prefix: if it runs by then, it is found and shown as yours.',
  },
  'recording.start-outstanding': {
    what: 'An earlier order to record this meeting, for other people or under another prefix, has not been answered yet.',
    safe: 'This one was not sent, so nothing is recorded that was not agreed.',
    next: 'Wait until it is settled, at most ten minutes, or look at what runs.',
  },
  'recording.already-running': {
    what: 'This meeting is being recorded already.',
    safe: 'The running recording goes on.',
    next: '',
  },
  'recording.gone': {
    what: 'RealtimeKit no longer has this recording.',
    safe: 'What the library holds of it stays.',
    next: '',
  },
  'recording.unknown': {
    what: 'The library does not know this recording.',
    safe: archiveSafe,
    next: 'Go back to the meetings; the list may have changed.',
  },
  'recording.no-folder': {
    what: 'There is no folder for this recording.',
    safe: 'Nothing of it has been received yet, or its folder was moved away.',
    next: 'A folder is made with the first file that arrives.',
  },
  'track.unknown': {
    what: 'The library does not know this track.',
    safe: archiveSafe,
    next: 'Go back to the meetings; the list may have changed.',
  },
  'link.expired': {
    what: 'The service’s link ran out before the file was whole.',
    safe: fileLater,
    next: 'A fresh link is asked for at the next attempt.',
  },
  'link.refused': {
    what: 'The file host refused the download.',
    safe: fileLater,
    next: 'A fresh link is asked for at the next attempt.',
  },
  'file.incomplete': {
    what: 'The connection ended before the file was whole.',
    safe: 'What arrived is kept and continued from there.',
    next: '',
  },
  'file.not-media': {
    what: 'The file host sent something that is not a recording.',
    safe: 'It was not taken into the archive.',
    next: 'It is asked for again; if this stays, the file may be lost at the service.',
  },
  'file.not-ready': {
    what: 'The service lists this file but does not hand it out yet.',
    safe: 'The rest of the recording is fetched meanwhile.',
    next: 'It is asked for again until its deadline.',
  },
  'file.changed': {
    what: 'The file changed at the service while it was fetched.',
    safe: fileLater,
    next: 'It is fetched again from the start.',
  },
  'file.gone': {
    what: 'The service no longer has this file.',
    safe: 'All other files of the recording are unaffected.',
    next: '',
  },
  'file.corrupt': {
    what: 'The bytes on disk differ from what was archived.',
    safe: 'The manifest still holds the true hash; other files are unaffected.',
    next: 'Restore this file from a backup and verify again.',
  },
  'audio.unreadable': {
    what: 'The audio in this file cannot be read.',
    safe: 'The file is kept exactly as it was received.',
    next: 'Show it in its folder and try another player.',
  },
  'disk.full': {
    what: 'The disk is full.',
    safe: 'Nothing half-written is counted as archived. Fetching waits.',
    next: 'Free some space; fetching then goes on.',
  },
  'disk.refused': {
    what: 'The disk refused to read or write.',
    safe: archiveSafe,
    next: 'Check that the disk is connected and that you may write to the folder.',
  },
  'library.missing': {
    what: 'No library is open.',
    safe: 'Nothing was changed.',
    next: 'Choose a library folder.',
  },
  'library.not-there': {
    what: 'The library was not found in its folder.',
    safe: 'Nothing was made or changed there.',
    next: 'Connect its disk, or open it at its new place.',
  },
  'library.not-a-library': {
    what: 'This folder holds other things and no library.',
    safe: 'Nothing in it was changed.',
    next: 'Choose an empty folder or an existing library.',
  },
  'library.locked': {
    what: 'Another program is writing to this library.',
    safe: 'Reading, searching and playing work.',
    next: 'Close the other Trackvault or wait until its command is done.',
  },
  'library.newer': {
    what: 'This library was written by a newer Trackvault.',
    safe: 'It was not touched.',
    next: 'Update Trackvault to open it.',
  },
  'library.read-only': {
    what: 'This library is on a disk that cannot be written to.',
    safe: 'Reading, searching and playing work.',
    next: 'Copy the library to another disk to add to it.',
  },
  'library.sample': {
    what: 'This is the sample library that comes with Trackvault: made-up calls, real speech.',
    safe: 'Look, listen and search as in a library of your own.',
    next: 'Nothing is fetched into it: connect RealtimeKit or open a library of your own for that.',
  },
  'library.damaged': {
    what: 'Parts of this library cannot be read.',
    safe: 'The recordings are plain files and stay readable one by one.',
    next: 'Verify the library, and restore the named files from a backup.',
  },
  'ledger.damaged': {
    what: 'The library’s ledger does not fit its own chain of hashes.',
    safe: 'Recordings and their manifests are not affected.',
    next: 'Restore ledger.jsonl from a backup before adding anything.',
  },
  'input.invalid': {
    what: 'Something entered here has a form that cannot be used.',
    safe: 'Nothing was changed.',
    next: 'Check the marked fields.',
  },
  cancelled: {
    what: 'This was stopped.',
    safe: 'What was finished before stays finished.',
    next: '',
  },
  bug: {
    what: 'Trackvault met a fault of its own.',
    safe: archiveSafe,
    next: 'The details are in the log. Try again; if it happens again, report it with the log.',
  },
} satisfies Record<ErrorCode, Words>;

export const wordsFor = (failure: FailureData): Words => words[failure.code];

/** Any thrown value as a failure a banner can show. */
export const asFailure = (thrown: unknown): FailureData => toFailureData(thrown);
