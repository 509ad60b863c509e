/** @file Sandbox. The recording calls: list, get, active, start a track recording, pause, resume, stop (contract 7). */
import { z } from 'zod';
import { row, success, type Call, type Params, type Route } from './api-call.ts';
import { liveSession } from './calls.ts';
import { refusal, type Answer } from './envelopes.ts';
import { cutPage, readStatuses, readTime } from './paging.ts';
import { recordingJson } from './recording-json.ts';
import { beginRecording, endRecording, runningStatuses } from './recorder.ts';
import { invokedRecording, retentionMs, type Recording } from './world.ts';

const knownStatuses = ['INVOKED', 'RECORDING', 'PAUSED', 'UPLOADING', 'UPLOADED', 'ERRORED'];
/** An `INVOKED` that never came to anything stops blocking a new start (contract 10.2). */
const staleInvokedMs = 600_000;

export const recordingRoutes: readonly Route[] = [
  { method: 'GET', pattern: ':app/recordings', answer: listRecordings },
  { method: 'POST', pattern: ':app/recordings/track', answer: startTrack },
  { method: 'GET', pattern: ':app/recordings/active-recording/:meeting', answer: getActive },
  { method: 'GET', pattern: ':app/recordings/:recording', answer: getRecording },
  { method: 'PUT', pattern: ':app/recordings/:recording', answer: steerRecording },
];

function listRecordings(call: Call): Answer {
  const { query, switches } = call;
  const search = query.get('search') ?? '';
  const meetingId = query.get('meeting_id');
  const expired = query.get('expired');
  const statuses = readStatuses(query, knownStatuses, switches.statusList);
  const from = readTime(query, 'start_time') ?? -Infinity;
  const to = readTime(query, 'end_time') ?? Infinity;
  const found = visible(call)
    .filter((each) => meetingId === null || each.meetingId === meetingId)
    .filter((each) => statuses.length === 0 || statuses.includes(each.status))
    .filter((each) => each.invokedAt >= from && each.invokedAt <= to)
    .filter((each) => expired === null || `${isExpired(call, each)}` === expired)
    .filter((each) => `${each.meetingId} ${titleOf(call, each)}`.includes(search));
  if (query.get('sort_order') === 'ASC') found.reverse();
  const { rows, paging, isFirst } = cutPage(found, query, switches, 30);
  const shown = rows.map((each) => row(call, recordingJson(call, each, 'list')));
  if (isFirst && switches.rowsAppearingWhilePaging > 0) {
    switches.rowsAppearingWhilePaging -= 1;
    addNewRow(call);
  }
  return success(call, shown, paging);
}

/** A recording asked for by somebody else in the meantime: it shifts every later page by one row. */
function addNewRow({ world }: Call): void {
  const [session] = world.sessions;
  if (!session) return;
  const place = { meetingId: session.meetingId, sessionId: session.id };
  world.addRecording(invokedRecording(place, 'track', 'default', world.clock.now()));
}

function getRecording(call: Call, params: Params): Answer {
  const recording = visible(call).find((each) => each.id === params['recording']);
  return recording ? oneRecording(call, recording) : noRecording(params);
}

function getActive(call: Call, params: Params): Answer {
  const recording = visible(call).find(
    (each) => each.meetingId === params['meeting'] && runningStatuses.includes(each.status),
  );
  if (recording) return oneRecording(call, recording);
  return refusal(404, `No active recording found for meeting_id ${params['meeting']}`);
}

const startSchema = z.object({
  meeting_id: z.uuid(),
  user_ids: z.array(z.string()).max(100).optional(),
  max_seconds: z.number().optional(),
  layers: z
    .object({
      default: z.object({
        file_name_prefix: z.string().optional(),
        media_kind: z.literal('audio').optional(),
        outputs: z.array(z.object({ type: z.string() })).optional(),
      }),
    })
    .optional(),
});

function startTrack(call: Call): Answer {
  const { switches, world } = call;
  const read = startSchema.safeParse(call.body);
  if (!read.success) return refusal(422, `"${read.error.issues[0]?.path.join('.')}" is not valid`);
  const layer = read.data.layers?.default;
  if (switches.startBody === 'outputs') {
    if (!layer) return refusal(422, '"layers" is required');
    if (!layer.outputs) return refusal(422, '"layers.default.outputs" is required');
    if (layer.media_kind) return refusal(422, '"layers.default.media_kind" is not allowed');
  }
  const prefix = layer?.file_name_prefix ?? 'default';
  if (switches.prefixCheck && !/^[A-Za-z0-9-]+$/.test(prefix)) {
    return refusal(422, '"layers.default.file_name_prefix" has invalid characters');
  }
  const meetingId = read.data.meeting_id;
  const session = liveSession(world, meetingId);
  if (!session) {
    return refusal(
      switches.startWithoutSession,
      `No active session found for meeting_id ${meetingId}`,
    );
  }
  const now = world.clock.now();
  const running = world
    .recordings()
    .filter((each) => each.meetingId === meetingId && runningStatuses.includes(each.status))
    .filter((each) => each.status !== 'INVOKED' || now - each.invokedAt < staleInvokedMs);
  if (running.some((each) => each.kind === 'track' || switches.compositeBlocksTrack)) {
    return refusal(409, `A recording is already in progress for meeting_id ${meetingId}`);
  }
  const { user_ids: userIds = null, max_seconds: maxSeconds } = read.data;
  const recording = beginRecording(call, session, { prefix, userIds, maxSeconds });
  const started = {
    ...recordingJson(call, recording, 'single'),
    type: 'TRACK',
    meeting_id: meetingId,
  };
  return success(call, { recording: row(call, started) });
}

function steerRecording(call: Call, params: Params): Answer {
  const recording = visible(call).find((each) => each.id === params['recording']);
  if (!recording) return noRecording(params);
  const read = z.object({ action: z.enum(['stop', 'pause', 'resume']) }).safeParse(call.body);
  if (!read.success) return refusal(422, '"action" must be one of [stop, pause, resume]');
  const { action } = read.data;
  if (!runningStatuses.includes(recording.status)) {
    const { steerWhenOver } = call.switches;
    return steerWhenOver === 'unchanged'
      ? oneRecording(call, recording)
      : refusal(steerWhenOver, `Recording ${recording.id} is not running`);
  }
  if (action === 'stop') {
    endRecording(call, recording, call.world.clock.now(), 'API_CALL');
    return oneRecording(call, recording);
  }
  if (recording.kind === 'track' && call.switches.trackPause === 'refused') {
    return refusal(400, 'Track recordings cannot be paused');
  }
  recording.status = action === 'pause' ? 'PAUSED' : 'RECORDING';
  return oneRecording(call, recording);
}

/** Contract 8.4, 11: seven days after the upload the row may be gone. */
function visible(call: Call): Recording[] {
  const all = [...call.world.recordings()];
  return call.switches.rowAfterSevenDays === 'stays'
    ? all
    : all.filter((each) => !isExpired(call, each));
}

function isExpired({ world }: Call, recording: Recording): boolean {
  return recording.uploadedAt !== null && world.clock.now() >= recording.uploadedAt + retentionMs;
}

function oneRecording(call: Call, recording: Recording): Answer {
  const data = row(call, recordingJson(call, recording, 'single'));
  return success(call, call.switches.oneRecordingAt === 'data' ? data : { recording: data });
}

function noRecording(params: Params): Answer {
  return refusal(404, `No recording found with id ${params['recording']}`);
}

function titleOf({ world }: Call, recording: Recording): string {
  return world.meetings.find((each) => each.id === recording.meetingId)?.title ?? '';
}
