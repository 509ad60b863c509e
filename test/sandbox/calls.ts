/** @file Sandbox. Calls that are driven: who opens, joins, leaves and ends one, and what the room does by itself (contract 5.1, 6, 10.1). */
import { randomUUID } from 'node:crypto';
import { endRecording, runningIn, type Service } from './recorder.ts';
import type { ScenarioPerson } from './scenario.ts';
import { voiceOf } from './voice.ts';
import type { Habits, Meeting, Session, World } from './world.ts';

/** Somebody the meeting does not know yet; they are added to it first. */
export type NewPerson = Partial<Omit<ScenarioPerson, 'name'>> & Pick<ScenarioPerson, 'name'>;

export interface JoinOptions extends Habits {
  /** Default: made by the service, a new one at each join. */
  readonly peerId?: string;
  /** The name used in this call; default: the person's. */
  readonly displayName?: string | null;
  /** Path under the audio fixtures; default: a voice by the order of joining. */
  readonly audio?: string;
  /** From the join to the first sound. */
  readonly silentMs?: number;
}

export interface Calls {
  /** A session in the meeting, LIVE, nobody in it yet. @returns its id */
  open(meetingId: string, sessionId?: string): string;
  /**
   * One connection more; opens the call if there is none. The same person again is a second device.
   * @returns the peer id
   */
  join(meetingId: string, who: string | NewPerson, options?: JoinOptions): string;
  /** A room that stays empty for a minute ends its session. */
  leave(peerId: string): void;
  /** Everybody leaves and the session is over at once. */
  end(meetingId: string): void;
  /** The peer ids in the call now, in the order of joining. */
  inCall(meetingId: string): string[];
}

/** A session lingers this long after the last person left; the same minute ends a recording. */
const lingerMs = 60_000;

/** @throws Error at every call that asks for a meeting, person or connection that is not there */
export function createCalls(service: Service): Calls {
  const { world } = service;
  const now = () => {
    world.settle();
    return world.clock.now();
  };

  return {
    open: (meetingId, sessionId) => openSession(world, meetingOf(meetingId), now(), sessionId).id,
    join: (meetingId, who, options = {}) => {
      const at = now();
      const meeting = meetingOf(meetingId);
      const person = typeof who === 'string' ? participantOf(meeting, who) : invite(who, at);
      if (typeof who !== 'string') meeting.participants.push(person);
      const session = liveSession(world, meetingId) ?? openSession(world, meeting, at);
      const { peerId = randomUUID(), displayName, audio, silentMs = 0, ...habits } = options;
      session.connections.push({
        userId: person.userId,
        peerId,
        displayName: displayName === undefined ? (person.displayName ?? person.name) : displayName,
        joinedAt: at,
        leftAt: null,
        audioAt: at + silentMs,
        audio: audio ?? voiceOf(session.connections.length),
        habits,
      });
      return peerId;
    },
    leave: (peerId) => {
      const at = now();
      for (const session of world.sessions) {
        const connection = session.connections.find((each) => each.peerId === peerId);
        if (connection?.leftAt !== null) continue;
        connection.leftAt = at;
        const emptyAt = at + lingerMs;
        if (isEmpty(session)) {
          world.agenda.push({ at: emptyAt, take: () => linger(session, emptyAt) });
        }
        return;
      }
      throw new Error(`nobody is in a call with the peer id ${peerId}`);
    },
    end: (meetingId) => {
      const at = now();
      const session = liveSession(world, meetingId);
      if (!session) throw new Error(`no call is going on in meeting ${meetingId}`);
      for (const connection of session.connections) connection.leftAt ??= at;
      endSession(session, at);
    },
    inCall: (meetingId) => {
      now();
      const connections = liveSession(world, meetingId)?.connections ?? [];
      return connections.filter((each) => each.leftAt === null).map((each) => each.peerId);
    },
  };

  function meetingOf(meetingId: string): Meeting {
    const meeting = world.meetings.find((each) => each.id === meetingId);
    if (!meeting) throw new Error(`the sandbox has no meeting ${meetingId}`);
    return meeting;
  }

  /** The room has been empty for a minute, unless somebody came back. */
  function linger(session: Session, emptyAt: number): void {
    const lastLeftAt = Math.max(...session.connections.map((each) => each.leftAt ?? Infinity));
    if (session.endedAt !== null || lastLeftAt + lingerMs !== emptyAt) return;
    if (service.switches.emptyRoomStops) {
      for (const each of runningIn(service, session)) {
        endRecording(service, each, emptyAt, 'ALL_PEERS_LEFT');
      }
    }
    endSession(session, emptyAt);
  }

  function endSession(session: Session, at: number): void {
    session.endedAt = at;
    if (!service.switches.sessionEndStops) return;
    for (const each of runningIn(service, session)) {
      endRecording(service, each, at, 'ALL_PEERS_LEFT');
    }
  }
}

/** The call going on in the meeting, if there is one. */
export function liveSession(world: World, meetingId: string): Session | undefined {
  return world.sessions.find((each) => each.meetingId === meetingId && each.endedAt === null);
}

function openSession(world: World, meeting: Meeting, at: number, id?: string): Session {
  if (liveSession(world, meeting.id)) throw new Error(`a call is going on in ${meeting.id}`);
  const session: Session = {
    id: id ?? randomUUID(),
    meetingId: meeting.id,
    startedAt: at,
    endedAt: null,
    connections: [],
  };
  world.sessions.push(session);
  return session;
}

function participantOf(meeting: Meeting, userId: string): Meeting['participants'][number] {
  const person = meeting.participants.find((each) => each.userId === userId);
  if (!person) throw new Error(`meeting ${meeting.id} has nobody with the id ${userId}`);
  return person;
}

function invite(person: NewPerson, at: number): Meeting['participants'][number] {
  const {
    userId = `aaa${randomUUID().slice(3)}`,
    customId = randomUUID(),
    preset = 'guest',
  } = person;
  return { ...person, userId, customId, preset, createdAt: at };
}

function isEmpty(session: Session): boolean {
  return session.connections.every((each) => each.leftAt !== null);
}
