/** @file Sandbox. The RealtimeKit calls below one account: apps, meetings, people, sessions (contract 4–6). */
import { createHash } from 'node:crypto';
import { row, success, type Call, type Params, type Route } from './api-call.ts';
import { liveSession } from './calls.ts';
import { isoTime } from './clock.ts';
import { refusal, refusalAs, type Answer } from './envelopes.ts';
import { cutPage, readStatuses, readTime } from './paging.ts';
import { recordingRoutes } from './recording-routes.ts';
import { webhookRoutes } from './webhooks.ts';
import type { Meeting, Participant, PeerConnection, Session } from './world.ts';

type Json = Record<string, unknown>;

/** Wraps a route that needs the app to exist (U1: any form of id; U17: how a wrong one is refused). */
function inApp(answer: Route['answer']): Route['answer'] {
  return (call, params) => {
    if (params['app'] === call.world.app.id) return answer(call, params);
    const { status, shape } = call.switches.unknownApp;
    return refusalAs(
      shape,
      status,
      status === 404 ? 7003 : 10000,
      `No app found with id ${params['app']}`,
    );
  };
}

const appRoutes: readonly Route[] = [
  { method: 'GET', pattern: ':app/meetings', answer: listMeetings },
  { method: 'GET', pattern: ':app/meetings/:meeting', answer: getMeeting },
  { method: 'GET', pattern: ':app/meetings/:meeting/participants', answer: listParticipants },
  { method: 'GET', pattern: ':app/meetings/:meeting/active-session', answer: getActiveSession },
  { method: 'GET', pattern: ':app/sessions', answer: listSessions },
  { method: 'GET', pattern: ':app/sessions/peer-report/:peer', answer: getPeerReport },
  { method: 'GET', pattern: ':app/sessions/:session', answer: getSession },
  {
    method: 'GET',
    pattern: ':app/sessions/:session/participants',
    answer: listSessionParticipants,
  },
  ...recordingRoutes,
  ...webhookRoutes,
];

export const routes: readonly Route[] = [
  { method: 'GET', pattern: 'apps', answer: listApps },
  ...appRoutes.map((route) => ({ ...route, answer: inApp(route.answer) })),
];

function listApps(call: Call): Answer {
  const { app } = call.world;
  const apps = [
    {
      id: app.id,
      name: app.name,
      created_at: isoTime(app.createdAt),
      access_token: call.appSecret,
    },
  ].filter((each) => each.name.includes(call.query.get('search') ?? ''));
  const { rows, paging } = cutPage(apps, call.query, call.switches, 20);
  return success(
    call,
    rows.map((each) => row(call, each)),
    paging,
  );
}

function listMeetings(call: Call): Answer {
  const { query, world } = call;
  const search = query.get('search') ?? '';
  const from = readTime(query, 'start_time') ?? -Infinity;
  const to = readTime(query, 'end_time') ?? Infinity;
  const statuses = readStatuses(query, ['ACTIVE', 'INACTIVE'], 'any');
  const found = world.meetings
    .filter((meeting) => meeting.id.includes(search) || (meeting.title ?? '').includes(search))
    .filter((meeting) => meeting.createdAt >= from && meeting.createdAt <= to)
    .filter(() => statuses.length === 0 || statuses.includes('ACTIVE'))
    .sort((a, b) => b.createdAt - a.createdAt);
  const { rows, paging } = cutPage(found, query, call.switches, 30);
  return success(
    call,
    rows.map((meeting) => meetingJson(call, meeting)),
    paging,
  );
}

function getMeeting(call: Call, params: Params): Answer {
  const meeting = findMeeting(call, params);
  return meeting ? success(call, meetingJson(call, meeting)) : noMeeting(params);
}

function listParticipants(call: Call, params: Params): Answer {
  const meeting = findMeeting(call, params);
  if (!meeting) return noMeeting(params);
  const { rows, paging } = cutPage(meeting.participants, call.query, call.switches, 30);
  return success(
    call,
    rows.map((person) => participantJson(call, person)),
    paging,
  );
}

function getActiveSession(call: Call, params: Params): Answer {
  const session = liveSession(call.world, params['meeting'] ?? '');
  if (session) return success(call, sessionJson(call, session));
  return refusal(404, `No active session found for meeting_id ${params['meeting']}`);
}

function listSessions(call: Call): Answer {
  const { query, world, switches } = call;
  const search = query.get('search') ?? '';
  const meetingId = query.get('associated_id');
  const statuses = readStatuses(query, ['LIVE', 'ENDED'], 'any');
  const from = readTime(query, 'start_time') ?? -Infinity;
  const to = readTime(query, 'end_time') ?? Infinity;
  const direction = query.get('sort_order') === 'ASC' ? 1 : -1;
  const found = world.sessions
    .filter((each) => meetingId === null || each.meetingId === meetingId)
    .filter(
      (each) =>
        statuses.length === 0 || statuses.includes(each.endedAt === null ? 'LIVE' : 'ENDED'),
    )
    .filter((each) => each.startedAt >= from && each.startedAt <= to)
    .filter((each) => `${each.id} ${each.meetingId} ${titleOf(call, each)}`.includes(search))
    .sort((a, b) => direction * (a.startedAt - b.startedAt));
  const { rows, paging } = cutPage(found, query, switches, 30);
  return success(call, { sessions: rows.map((each) => sessionJson(call, each)) }, paging);
}

function getSession(call: Call, params: Params): Answer {
  const session = findSession(call, params);
  return session ? success(call, sessionJson(call, session)) : noSession(params);
}

function listSessionParticipants(call: Call, params: Params): Answer {
  const session = findSession(call, params);
  if (!session) return noSession(params);
  const { query, switches } = call;
  const withEvents = query.get('include_peer_events') === 'true';
  const groups =
    switches.rejoin === 'second-row'
      ? session.connections.map((connection) => [connection])
      : [...Map.groupBy(session.connections, ({ userId }) => userId).values()];
  const people = groups.map((group) => sessionParticipantJson(call, session, group, withEvents));
  const { rows, paging } = cutPage(people, query, switches, 30);
  if (switches.participantPaging === 'top') return success(call, { participants: rows }, paging);
  const inside = switches.participantPaging === 'in-data' ? { paging } : {};
  return success(call, { participants: rows, ...inside });
}

function getPeerReport(call: Call, params: Params): Answer {
  const peerId = params['peer'];
  for (const session of call.world.sessions) {
    const connection = session.connections.find((each) => each.peerId === peerId);
    if (!connection) continue;
    const withEvents = call.query.get('include_peer_events') === 'true';
    const { preset_name: role, ...rest } = sessionParticipantJson(
      call,
      session,
      [connection],
      withEvents,
    );
    const peerReport = { metadata: { ip: '192.0.2.17', city: 'Rostock' } };
    const participant = { ...rest, role, session_id: session.id, peer_report: peerReport };
    return success(call, { participant });
  }
  return refusal(404, `No participant found with peer id ${peerId}`);
}

function meetingJson(call: Call, meeting: Meeting): Json {
  const optional = {
    title: meeting.title,
    status: 'ACTIVE',
    record_on_start: false,
    live_stream_on_start: false,
    persist_chat: false,
    summarize_on_end: false,
    transcribe_on_end: false,
    session_keep_alive_time_in_secs: 60,
  };
  return row(call, {
    id: meeting.id,
    ...(call.switches.nullOptionals ? nulled(optional) : optional),
    created_at: isoTime(meeting.createdAt),
    updated_at: isoTime(meeting.createdAt),
  });
}

function participantJson(call: Call, person: Participant): Json {
  const nothing = call.switches.nullOptionals;
  return row(call, {
    id: person.userId,
    custom_participant_id: person.customId,
    name: nothing ? null : person.name,
    picture: null,
    preset_name: person.preset,
    created_at: isoTime(person.createdAt),
    updated_at: isoTime(person.createdAt),
  });
}

function sessionJson(call: Call, session: Session): Json {
  const { clock } = call.world;
  const endAt = session.endedAt ?? clock.now();
  const inCall = session.connections.filter(
    (each) => each.leftAt === null && each.joinedAt <= endAt,
  );
  const minutes = session.connections.reduce((sum, each) => sum + minutesIn(each, endAt), 0);
  return row(call, {
    id: session.id,
    associated_id: session.meetingId,
    meeting_display_name: titleOf(call, session),
    status: session.endedAt === null ? 'LIVE' : 'ENDED',
    type: 'meeting',
    live_participants: session.endedAt === null ? inCall.length : 0,
    max_concurrent_participants: mostAtOnce(session),
    minutes_consumed: Math.round(minutes * 10) / 10,
    organization_id: call.world.app.id,
    started_at: isoTime(session.startedAt),
    ...(session.endedAt === null
      ? call.switches.nullOptionals
        ? { ended_at: null }
        : {}
      : { ended_at: isoTime(session.endedAt) }),
    created_at: isoTime(session.startedAt),
    updated_at: isoTime(endAt),
  });
}

/** One row for the joins in `group`, all of one person (U3). */
function sessionParticipantJson(
  call: Call,
  session: Session,
  group: readonly PeerConnection[],
  withEvents: boolean,
): Json {
  const [first] = group;
  const last = group.at(-1);
  if (!first || !last) return {};
  const person = call.world.meetings
    .find((meeting) => meeting.id === session.meetingId)
    ?.participants.find((each) => each.userId === first.userId);
  const now = call.world.clock.now();
  const optional = {
    display_name: first.displayName,
    duration: Math.round(group.reduce((sum, each) => sum + minutesIn(each, now), 0) * 10) / 10,
  };
  const rowId = stableId(`row ${first.peerId}`);
  return row(call, {
    id: call.switches.participantRowId === 'peer' ? first.peerId : rowId,
    user_id: first.userId,
    custom_participant_id: person?.customId ?? null,
    ...(call.switches.nullOptionals ? nulled(optional) : optional),
    preset_name: person?.preset ?? null,
    joined_at: isoTime(first.joinedAt),
    ...(last.leftAt === null ? {} : { left_at: isoTime(last.leftAt) }),
    created_at: isoTime(first.joinedAt),
    updated_at: isoTime(last.leftAt ?? last.joinedAt),
    ...(withEvents ? { peer_events: group.flatMap((each) => peerEvents(session, each)) } : {}),
  });
}

function peerEvents(
  session: Session,
  { peerId, userId, joinedAt, leftAt }: PeerConnection,
): Json[] {
  const event = (name: string, at: number) => ({
    id: stableId(`${name} ${peerId}`),
    event_name: name,
    peer_id: peerId,
    participant_id: userId,
    session_id: session.id,
    preset_view_type: 'GROUP_CALL',
    created_at: isoTime(at),
    updated_at: isoTime(at),
  });
  return [
    event('PEER_CREATED', joinedAt),
    event('PEER_JOINING', joinedAt),
    ...(leftAt === null ? [] : [event('PEER_LEAVING', leftAt)]),
  ];
}

function findMeeting({ world }: Call, params: Params): Meeting | undefined {
  return world.meetings.find((each) => each.id === params['meeting']);
}

function findSession({ world }: Call, params: Params): Session | undefined {
  return world.sessions.find((each) => each.id === params['session']);
}

function noMeeting(params: Params): Answer {
  return refusal(404, `No meeting found with id ${params['meeting']}`);
}

function noSession(params: Params): Answer {
  return refusal(404, `No session found with id ${params['session']}`);
}

function titleOf({ world }: Call, session: Session): string {
  return world.meetings.find((each) => each.id === session.meetingId)?.title ?? '';
}

function minutesIn({ joinedAt, leftAt }: PeerConnection, now: number): number {
  return Math.max(0, (leftAt ?? now) - joinedAt) / 60_000;
}

/** Connections, not people: somebody with two devices counts twice. */
function mostAtOnce({ connections }: Session): number {
  const inCallAt = (at: number) =>
    connections.filter((each) => each.joinedAt <= at && (each.leftAt ?? Infinity) > at).length;
  return Math.max(0, ...connections.map(({ joinedAt }) => inCallAt(joinedAt)));
}

function nulled(fields: Json): Json {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, null]));
}

/** A UUID that is the same at every call. */
export function stableId(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
