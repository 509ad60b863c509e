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
import { Review } from './review.ts';
import { AppInfo, Appearance, LibraryStatus, Settings } from './settings.ts';
import { PullStatus } from './pull.ts';
import { AccessCheck, Workspace, WorkspaceForm, WorkspaceId } from './workspaces.ts';

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
  'app.setAppearance': call(Appearance, noAnswer),

  'workspaces.list': call(nothing, z.array(Workspace)),
  /** Asks the service what the token may do; nothing is stored. */
  'workspaces.check': call(WorkspaceForm, AccessCheck),
  /** Checks, stores the token in the keychain, remembers the workspace and makes it the current one. */
  'workspaces.connect': call(
    WorkspaceForm,
    z.object({ check: AccessCheck, workspace: Workspace.nullable() }),
  ),
  'workspaces.forget': call(z.object({ workspaceId: WorkspaceId }), noAnswer),

  'library.status': call(nothing, LibraryStatus),
  /** Native folder dialog; opens the chosen library, creating one in an empty folder. */
  'library.choose': call(nothing, LibraryStatus),
  'library.meetings': call(
    z.object({ after, limit, text: z.string().max(500).optional() }),
    page(MeetingSummary),
  ),
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
  'library.showInFolder': call(z.object({ trackId: TrackId }), noAnswer),

  /** Starts one pass: learn, fetch, verify, seal. A running pass is left alone. */
  'pull.start': call(nothing, noAnswer),
  'pull.cancel': call(nothing, noAnswer),
  'pull.status': call(nothing, PullStatus),

  'review.open': call(z.object({ recordingId: RecordingId }), Review),
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
