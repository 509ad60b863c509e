/** @file Sandbox. A recording as the API shows it, in every shape the contract knows (contract 8). */
import { isoTime } from './clock.ts';
import type { LinkSigner } from './links.ts';
import type { Switches } from './switches.ts';
import {
  retentionMs,
  type Meeting,
  type Recording,
  type RecordingFile,
  type World,
} from './world.ts';

export interface RecordingView {
  readonly world: World;
  readonly switches: Switches;
  readonly signer: LinkSigner;
  readonly objectRoot: string;
}

type Json = Record<string, unknown>;

/** @param place lists carry the meeting, single answers the reasons (contract 7.4) */
export function recordingJson(
  view: RecordingView,
  recording: Recording,
  place: 'list' | 'single',
): Json {
  const { world, switches } = view;
  const finished = recording.status === 'UPLOADED';
  const meeting = world.meetings.find((each) => each.id === recording.meetingId);
  const type = recording.kind === 'track' && switches.recordingType === 'TRACK' ? 'TRACK' : '';
  const row: Json = {
    id: recording.id,
    status: recording.status,
    output_file_name: recording.outputFileName,
    session_id: recording.sessionId,
    invoked_time: isoTime(recording.invokedAt),
    started_time: timeOrNull(recording.startedAt),
    stopped_time: timeOrNull(recording.stoppedAt),
    recording_duration: recording.durationSeconds,
    file_size: fileSize(view, recording),
    download_url: downloadUrl(view, recording),
    download_url_expiry:
      finished && recording.uploadedAt !== null
        ? isoTime(recording.uploadedAt + retentionMs)
        : null,
    audio_download_url: null,
    storage_config: null,
  };
  if (row['download_url'] === undefined) delete row['download_url'];
  if (switches.recordingType !== 'absent') row['type'] = type;
  if (switches.recordingMeetingId) row['meeting_id'] = recording.meetingId;
  if (recording.errMessage !== null) row['err_message'] = recording.errMessage;
  if (place === 'list') row['meeting'] = meeting ? meetingSummary(meeting) : null;
  else Object.assign(row, reasons(view, recording));
  if (switches.nullOptionals) {
    for (const name of [
      'recording_duration',
      'storage_config',
      'err_message',
      'meeting_id',
      'type',
    ]) {
      row[name] = null;
    }
    for (const name of place === 'list' ? ['meeting'] : ['start_reason', 'stop_reason'])
      row[name] = null;
  }
  return row;
}

function meetingSummary(meeting: Meeting): Json {
  return {
    id: meeting.id,
    title: meeting.title,
    created_at: isoTime(meeting.createdAt),
    updated_at: isoTime(meeting.createdAt),
    status: 'ACTIVE',
  };
}

function reasons({ world }: RecordingView, recording: Recording): Json {
  const caller = { type: 'ORGANIZATION', name: world.app.name };
  const stop = recording.stopReason;
  return {
    start_reason: { reason: 'API_CALL', caller },
    ...(stop === null
      ? {}
      : { stop_reason: stop === 'API_CALL' ? { reason: stop, caller } : { reason: stop } }),
  };
}

/** 0 for tracks, as seen live (contract 8.1). */
function fileSize({ world }: RecordingView, recording: Recording): number | null {
  if (recording.status !== 'UPLOADED') return null;
  if (recording.kind === 'track') return 0;
  const path = recording.files[0]?.objectPath ?? '';
  return world.objects.get(path)?.bytes.length ?? null;
}

/** Contract 8.2; undefined: the field is absent. */
function downloadUrl(view: RecordingView, recording: Recording): unknown {
  const { switches } = view;
  // Also in a status nobody knows: there the files alone tell that it is over (contract 10.1).
  const isReady = !['INVOKED', 'RECORDING', 'PAUSED', 'ERRORED'].includes(recording.status);
  const files = isReady ? recording.files.filter((file) => file.listed) : [];
  if (recording.kind === 'composite') {
    const [file] = files;
    return file && recording.status === 'UPLOADED' ? linkTo(view, recording, file) : null;
  }
  if (files.length === 0) return nothingReady(switches.noDownloadUrl);
  const layers = layersOf(view, recording, files);
  switch (switches.downloadUrl) {
    case 'array':
      return layers;
    case 'links':
      return { links: layers };
    case 'links-map':
      return {
        links: Object.fromEntries(layers.map((layer) => [String(layer['layer_name']), layer])),
      };
    case 'one-layer':
      return layers.length === 1 ? layers[0] : layers;
    case 'array-text':
      return JSON.stringify(layers);
    case 'links-text':
      return JSON.stringify({ links: layers });
    case 'one-layer-text':
      return JSON.stringify(layers.length === 1 ? layers[0] : layers);
  }
}

function nothingReady(shape: Switches['noDownloadUrl']): unknown {
  const shapes = {
    null: null,
    absent: undefined,
    'empty-text': '',
    'empty-object': {},
    'empty-array': [],
  };
  return shapes[shape];
}

function layersOf(
  view: RecordingView,
  recording: Recording,
  files: readonly RecordingFile[],
): Json[] {
  const names = [...new Set(files.map((file) => file.layerName))];
  return names.map((layerName) => ({
    layer_name: layerName,
    download_urls: Object.fromEntries(
      files
        .filter((file) => file.layerName === layerName)
        .map((file) => [file.fileName, entryOf(view, recording, file)]),
    ),
  }));
}

function entryOf(view: RecordingView, recording: Recording, file: RecordingFile): unknown {
  const link = linkTo(view, recording, file);
  if (view.switches.downloadEntry === 'text') return link;
  return view.switches.entryNamesPerson && file.customParticipantId !== null
    ? { download_url: link, custom_participant_id: file.customParticipantId }
    : { download_url: link };
}

/** Reading A of U12 signs now, reading B signed at the upload. */
function linkTo(view: RecordingView, recording: Recording, file: RecordingFile): string {
  const { switches, world, signer, objectRoot } = view;
  const uploadedAt = recording.uploadedAt ?? recording.stoppedAt ?? recording.invokedAt;
  return (
    objectRoot +
    signer.sign(file.objectPath, {
      style: switches.linkStyle,
      signedAt: switches.linksRenew ? world.clock.now() : uploadedAt,
      lifeSeconds: switches.linkLifeSeconds,
    })
  );
}

function timeOrNull(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}
