/** @file Contract. Every question the window may ask, one line a call, grouped by subject. */
import { z } from 'zod';
import { FailureData } from './errors.ts';
import {
  MeetingSummary,
  Found,
  Recording,
  RecordingId,
  Track,
  TrackId,
  MeetingId,
} from './nouns.ts';
import { Review, SpeechLane, VendorWords } from './review.ts';
import { CommandStates } from './commands.ts';
import { Coverage } from './coverage.ts';
import { Alarm, Forecast, PullEstimate } from './forecast.ts';
import { LiveNow } from './live.ts';
import {
  AllowList,
  NamePreview,
  Order,
  Preflight,
  RecordAnswer,
  RecordChoices,
  RecordOrder,
  Whom,
} from './recorder.ts';
import { DeepLink } from './deep-link.ts';
import { PullStatus } from './pull.ts';
import {
  AppInfo,
  Contact,
  KnownLibrary,
  LibraryStatus,
  Licence,
  MeetingSort,
  RelayStatus,
  Settings,
  SettingsChange,
} from './settings.ts';
import { Jump, Today } from './today.ts';
import { FileTransfer, Passage, Wished } from './transfers.ts';
import { AccessCheck, ArchivePolicy, Workspace, WorkspaceForm, WorkspaceId } from './workspaces.ts';

export interface Call<Input extends z.ZodType, Output extends z.ZodType> {
  input: Input;
  output: Output;
}

const call = <Input extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  output: Output,
): Call<Input, Output> => ({ input, output });

const nothing = z.undefined();
const noAnswer = z.void();
const after = z.string().max(4096).nullable().optional();
const limit = z.number().int().min(1).max(500).optional();
const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

export const calls = {
  'app.info': call(nothing, AppInfo),
  'app.settings': call(nothing, Settings),
  'app.changeSettings': call(SettingsChange, noAnswer),
  /** What this window was opened for; asked once, after which it is forgotten. */
  'app.opening': call(
    nothing,
    z.object({
      link: DeepLink.nullable(),
      /** The page before this one died; what it showed is opened again. */
      recovered: z.boolean(),
    }),
  ),
  /** Told whenever it changes: the menu bar follows. */
  'app.commandStates': call(CommandStates, noAnswer),
  'app.openLogs': call(nothing, noAnswer),
  /** Versions, settings without ids, states of modules: text for a support case. No secret, no name, no path of a person. */
  'app.diagnostics': call(nothing, z.string()),
  'app.licences': call(nothing, z.array(Licence)),
  /** Every host this profile has spoken to, the latest first. */
  'app.contacts': call(nothing, z.array(Contact)),

  /** Whether webhooks of a relay are listened for, and how it goes. */
  'app.relay': call(nothing, RelayStatus),

  'workspaces.list': call(nothing, z.array(Workspace)),
  /** Asks the service what the token may do; nothing is stored. */
  'workspaces.check': call(WorkspaceForm, AccessCheck),
  /** Checks, stores the token in the keychain, remembers the workspace and makes it the current one. */
  'workspaces.connect': call(
    WorkspaceForm,
    z.object({ check: AccessCheck, workspace: Workspace.nullable() }),
  ),
  /** Makes a remembered workspace the current one. */
  'workspaces.use': call(z.object({ workspaceId: WorkspaceId }), noAnswer),
  /** Asks the service what the kept token may do now. */
  'workspaces.test': call(z.object({ workspaceId: WorkspaceId }), AccessCheck),
  /** What this workspace fetches by itself from now on. */
  'workspaces.archive': call(
    z.object({ workspaceId: WorkspaceId, archive: ArchivePolicy }),
    noAnswer,
  ),
  'workspaces.forget': call(z.object({ workspaceId: WorkspaceId }), noAnswer),

  'library.status': call(nothing, LibraryStatus),
  /** Native folder dialog; opens the chosen library, creating one in an empty folder. */
  'library.choose': call(nothing, LibraryStatus),
  /** Native folder dialog; makes a library in an empty or new folder and opens it. */
  'library.create': call(nothing, LibraryStatus),
  /** Opens the library that comes with the app, for reading. */
  'library.openSample': call(nothing, LibraryStatus),
  'library.known': call(nothing, z.array(KnownLibrary)),
  /** Opens one of the known ones. */
  'library.openKnown': call(z.object({ libraryId: z.string().max(200) }), LibraryStatus),
  /** Takes a library off the list; its folder stays as it is. */
  'library.forgetKnown': call(z.object({ libraryId: z.string().max(200) }), noAnswer),
  /** Shows the open library's folder in the system's file manager. */
  'library.reveal': call(nothing, noAnswer),
  'library.today': call(nothing, Today),
  /** Meetings and people whose words fit, a few of each: for a palette that answers while one types. */
  'library.jump': call(z.object({ text: z.string().max(200) }), Jump),
  'library.meetings': call(
    z.object({ after, limit, text: z.string().max(500).optional(), sort: MeetingSort.optional() }),
    page(MeetingSummary),
  ),
  /** How many meetings fit; counted up to 10 000. */
  'library.countMeetings': call(
    z.object({ text: z.string().max(500).optional() }),
    z.object({ count: z.number(), more: z.boolean() }),
  ),
  'library.meeting': call(z.object({ key: z.string().max(2100) }), MeetingSummary.nullable()),
  'library.recordings': call(z.object({ meetingId: MeetingId, after, limit }), page(Recording)),
  'library.recording': call(z.object({ recordingId: RecordingId }), Recording.nullable()),
  'library.tracks': call(z.object({ recordingId: RecordingId, after, limit }), page(Track)),
  'library.findByUserId': call(
    z.object({ text: z.string().min(1).max(2048), how: z.enum(['exact', 'prefix']), after, limit }),
    page(Found),
  ),
  /** Reads every byte of a recording back from disk and compares it with the manifests. */
  'library.verify': call(
    z.object({ recordingId: RecordingId }),
    z.object({ verified: z.number(), damaged: z.number(), missing: z.number(), bytes: z.number() }),
  ),
  'library.showInFolder': call(
    z.union([z.object({ trackId: TrackId }), z.object({ recordingId: RecordingId })]),
    noAnswer,
  ),
  /** What should be here against what is, person by person. */
  'library.coverage': call(z.object({ recordingId: RecordingId }), Coverage),
  /** Our own orders to record in this meeting, the latest first; at most 100. */
  'library.orders': call(z.object({ meetingId: MeetingId }), z.array(Order)),
  /** The service's last words about a recording, without links; null when it was never asked. */
  'library.vendorWords': call(z.object({ recordingId: RecordingId }), VendorWords.nullable()),

  /** Starts one pass: learn, fetch, verify, seal. A running pass is left alone. */
  'pull.start': call(nothing, noAnswer),
  'pull.cancel': call(nothing, noAnswer),
  'pull.status': call(nothing, PullStatus),

  /** How much a pull would bring, from the service's lists; fetches nothing. */
  'pull.estimate': call(nothing, PullEstimate),
  /** Fetches what the workspace's choice left out: some recordings, or everything listed now. */
  'pull.take': call(
    z.union([
      z.strictObject({ recordingIds: z.array(RecordingId).min(1).max(500) }),
      z.strictObject({ all: z.literal(true) }),
    ]),
    noAnswer,
  ),

  /** Recordings that are on their way or came to their end within the last seven days, newest first. */
  'transfers.list': call(nothing, z.array(Passage)),
  'transfers.files': call(z.object({ recordingId: RecordingId }), z.array(FileTransfer)),
  /** A person asks again for what failed or was called off; a whole recording without a key. */
  'transfers.retry': call(Wished, noAnswer),
  /** Not to be fetched until a person asks again; what is on disk stays. */
  'transfers.cancel': call(Wished, noAnswer),

  /** Stops all transfers, or lets them go on, until a person says otherwise; also after a restart. */
  'transfers.pauseAll': call(z.object({ paused: z.boolean() }), noAnswer),
  /** Sets one file or a recording's files aside; what is on disk stays and is continued. */
  'transfers.pause': call(Wished, noAnswer),
  'transfers.forecast': call(nothing, Forecast),
  'transfers.alarms': call(nothing, z.array(Alarm).max(200)),
  /** A person has seen these; they are told again at the next of the three times. */
  'transfers.alarmsSeen': call(z.object({ recordingIds: z.array(RecordingId).max(200) }), noAnswer),

  /** What was read last; asks nothing of the service. */
  'live.now': call(nothing, LiveNow),
  /** The list is looked at, or no longer; of the opened meetings people's names are wanted. */
  'live.watch': call(
    z.object({ watching: z.boolean(), opened: z.array(MeetingId).max(50) }),
    noAnswer,
  ),
  /** Reads at once, unless the rate limit forbids it. */
  'live.refresh': call(nothing, noAnswer),

  /** Who may be chosen in a meeting, and what was chosen before. */
  'record.choices': call(z.object({ meetingId: MeetingId }), RecordChoices),
  /** How a file will be called and read back; asks nobody. */
  'record.preview': call(
    z.object({ prefix: z.string().max(200), userId: z.string().max(2048).nullable() }),
    NamePreview,
  ),
  /** Looks at everything that would keep an order from working; orders nothing. */
  'record.preflight': call(
    z.object({ meetingId: MeetingId, whom: Whom.nullable(), prefix: z.string().max(200) }),
    Preflight,
  ),
  /** Starts one recording, whatever is clicked, opened twice or lost on the way. */
  'record.start': call(RecordOrder, RecordAnswer),
  /** Sends the stop; `live.now` shows it as stopping until a read confirms it. */
  'record.stop': call(z.object({ recordingId: RecordingId }), noAnswer),
  'record.steer': call(
    z.object({ recordingId: RecordingId, action: z.enum(['pause', 'resume']) }),
    noAnswer,
  ),
  'record.saveAllowList': call(z.object({ meetingId: MeetingId, list: AllowList }), noAnswer),
  'record.forgetAllowList': call(
    z.object({ meetingId: MeetingId, name: z.string().max(100) }),
    noAnswer,
  ),

  'review.open': call(z.object({ recordingId: RecordingId }), Review),
  /** Who spoke when, coarse enough for a strip; null until the speech maps are made. */
  'review.speech': call(z.object({ recordingId: RecordingId }), z.array(SpeechLane)),
  /** Puts these tracks in front of the queue for waveforms; `review.waveform` events follow. */
  'review.prepare': call(z.object({ trackIds: z.array(TrackId).max(200) }), noAnswer),
  /** Makes the tracks playable; resolves when `track://<id>/audio` answers for all that can be played. */
  'review.playable': call(
    z.object({ trackIds: z.array(TrackId).max(200) }),
    z.array(z.object({ trackId: TrackId, failure: FailureData.nullable() })),
  ),
} as const;

export type Calls = typeof calls;
export type Method = keyof Calls;
export type InputOf<M extends Method> = z.input<Calls[M]['input']>;
export type ParsedInputOf<M extends Method> = z.output<Calls[M]['input']>;
export type OutputOf<M extends Method> = z.output<Calls[M]['output']>;

export const isMethod = (text: string): text is Method => Object.hasOwn(calls, text);

/** How every answer travels: dispatch never rejects. */
export type Envelope<Value> = { ok: true; value: Value } | { ok: false; error: FailureData };
