/** @file Main process. TALKS: the vendor's API as typed functions; its spelling stops here. */
import { Failure } from '#contract';

import { failureOfAccess, judgeAccess } from './access.ts';
import {
  readApp,
  readMeeting,
  readMeetingParticipant,
  readPeer,
  readSession,
  readSessionParticipant,
} from './answers.ts';
import { addressOf, parseApiRoot } from './api-root.ts';
import { createClient, UnknownThing, type Client, type ListRequest } from './client.ts';
import { createGateway } from './gateway.ts';
import { defaultApiRoot, type RealtimeKit, type RealtimeKitOptions } from './kit.ts';
import { createOrders } from './orders.ts';
import { listRecordings } from './recording-lists.ts';
import { readRecording } from './recording-row.ts';
import { failureOf, isAboutQuery, type Refusal } from './refusal.ts';
import type { VendorApp } from './vendor.ts';

export { failureOfAccess } from './access.ts';
export { differencesFromDocumented, type Difference } from './documented-shape.ts';
export * from './kit.ts';
export { Link } from './link.ts';
export { readRetryAfterMs } from './rate-limit.ts';
export { safeJson } from './safe-text.ts';
export * from './vendor.ts';
export { fetchWebhookKey } from './webhook-key.ts';

const nothing = () => undefined;
// How long the sight of the app in its account is believed.
const appSightMs = 300_000;

/**
 * Builds a client of one account. Sends nothing by itself.
 * @throws Failure `input.invalid` for an unusable API base or account id
 */
export function createRealtimeKit(options: RealtimeKitOptions): RealtimeKit {
  const { appId, clock } = options;
  const accountId = options.accountId.trim();
  const root = parseApiRoot(options.apiRoot ?? defaultApiRoot);
  const base = addressOf(root.href, ['accounts', accountId, 'realtime', 'kit']);
  const gateway = createGateway({
    clock,
    concurrency: options.concurrency ?? 4,
    maxPauseMs: options.maxPauseMs ?? Number.POSITIVE_INFINITY,
    answerWithinMs: options.answerWithinMs ?? 30_000,
    random: options.random ?? Math.random,
    onContact: options.onContact ?? nothing,
    onRequest: options.onRequest ?? nothing,
  });
  const shared = { gateway, base, token: readToken, onNotice: options.onNotice ?? nothing };
  const client = createClient({ ...shared, explain });
  // For the check itself: explaining its refusals by another check would never end.
  const plainClient = createClient({
    ...shared,
    explain: (refusal) => Promise.resolve(failureOf(refusal)),
  });
  const readRow = readRecording(root.isLoopback);

  async function readToken(): Promise<string | null> {
    const given = await options.token();
    return given === null || typeof given === 'string' ? given : given.reveal();
  }

  async function checkAccess(signal: AbortSignal | undefined) {
    const question = {
      gateway,
      apiRoot: root.href,
      accountId,
      appId,
      listApps: () => listApps(plainClient, signal),
    };
    return judgeAccess(question, (await readToken()) ?? '', signal);
  }

  /** Looks into the token, for a refusal seldom says what is wrong with it (U17). */
  async function explain(refusal: Refusal, signal: AbortSignal | undefined): Promise<Failure> {
    return failureOfAccess(await checkAccess(signal)) ?? failureOf(refusal);
  }

  async function listApps(by: Client, signal: AbortSignal | undefined): Promise<VendorApp[]> {
    const apps = by.list({ name: 'apps', path: ['apps'], read: readApp, asked: { signal } });
    try {
      return await whole(apps);
    } catch (error) {
      throw error instanceof UnknownThing ? failureOf(error.refusal) : error;
    }
  }

  /** Path below the app. */
  function inApp(...parts: readonly string[]): string[] {
    if (appId === null) throw new Failure('input.invalid', 'No app is chosen.');
    return [appId, ...parts];
  }

  /** A list of the app itself: that it is unknown means that the app is. */
  async function* ofApp<Row>(request: ListRequest<Row>): AsyncGenerator<Row> {
    try {
      yield* client.list(request);
    } catch (error) {
      if (!(error instanceof UnknownThing)) throw error;
      throw await explain(error.refusal, request.asked.signal);
    }
  }

  /** A list of one thing: `null` when the vendor knows no such thing. */
  async function ofOne<Row>(request: ListRequest<Row>): Promise<Row[] | null> {
    try {
      return await whole(client.list(request));
    } catch (error) {
      if (error instanceof UnknownThing) return null;
      throw error;
    }
  }

  let appSeenAt = Number.NEGATIVE_INFINITY;
  /**
   * An unknown app answers 404 to everything (U17): before a recording is called gone, the app must be there.
   * @throws Failure `credentials.wrong-app`
   */
  async function confirmApp(signal: AbortSignal | undefined): Promise<void> {
    if (clock.now() - appSeenAt < appSightMs) return;
    const apps = await listApps(client, signal);
    if (!apps.some((app) => app.id === appId)) {
      throw new Failure('credentials.wrong-app', 'The account has no app with this id.');
    }
    appSeenAt = clock.now();
  }

  const activeSession: RealtimeKit['activeSession'] = async (meetingId, asked = {}) =>
    client.one({
      name: 'session',
      path: inApp('meetings', meetingId, 'active-session'),
      read: readSession,
      asked,
    });
  const getRecording: RealtimeKit['getRecording'] = async (recordingId, asked = {}) => {
    const found = await client.one({
      name: 'recording',
      path: inApp('recordings', recordingId),
      read: readRow,
      asked,
    });
    if (found === null) await confirmApp(asked.signal);
    return found;
  };

  return {
    checkAccess: ({ signal } = {}) => checkAccess(signal),
    listApps: ({ signal } = {}) => listApps(client, signal),
    listMeetings: (asked = {}) =>
      ofApp({ name: 'meetings', path: inApp('meetings'), read: readMeeting, asked }),
    getMeeting: async (meetingId, asked = {}) =>
      client.one({
        name: 'meeting',
        path: inApp('meetings', meetingId),
        read: readMeeting,
        asked,
      }),
    listMeetingParticipants: async (meetingId, asked = {}) =>
      ofOne({
        name: 'participants',
        path: inApp('meetings', meetingId, 'participants'),
        read: readMeetingParticipant,
        asked,
      }),
    async *listSessions(filter = {}) {
      const { meetingId, status } = filter;
      const sessions = ofApp({
        name: 'sessions',
        path: inApp('sessions'),
        query: { associated_id: meetingId, status: status?.toUpperCase() },
        read: readSession,
        asked: filter,
      });
      // Filters are repeated here: the service is known to ignore some (contract 6.1).
      for await (const session of sessions) {
        if (meetingId !== undefined && session.meetingId !== meetingId) continue;
        if (status !== undefined && session.status !== status) continue;
        yield session;
      }
    },
    getSession: async (sessionId, asked = {}) =>
      client.one({
        name: 'session',
        path: inApp('sessions', sessionId),
        read: readSession,
        asked,
      }),
    activeSession,
    listSessionParticipants: async (sessionId, asked = {}) =>
      ofOne({
        name: 'participants',
        path: inApp('sessions', sessionId, 'participants'),
        query: { include_peer_events: 'true' },
        read: readSessionParticipant,
        // A rejoin may be a second row under the same id (U3).
        identity: ['id', 'user_id', 'joined_at'],
        asked,
      }),
    async peerReport(peerId, asked = {}) {
      const request = {
        name: 'participant',
        path: inApp('sessions', 'peer-report', peerId),
        read: readPeer(peerId),
        asked,
      };
      try {
        // The narrowest filter: what is left out is where and with what device a person sat.
        return await client.one({ ...request, query: { filters: 'events' } });
      } catch (error) {
        if (!isAboutQuery(error)) throw error;
        return client.one(request);
      }
    },
    listRecordings: (filter = {}) =>
      listRecordings(
        (query) =>
          ofApp({
            name: 'recordings',
            path: inApp('recordings'),
            query,
            read: readRow,
            asked: filter,
          }),
        filter,
      ),
    getRecording,
    activeRecording: async (meetingId, asked = {}) =>
      client.one({
        name: 'recording',
        path: inApp('recordings', 'active-recording', meetingId),
        read: readRow,
        asked,
      }),
    ...createOrders({ client, inApp, read: readRow, activeSession, getRecording, explain }),
    status: () => gateway.status(),
  };
}

async function whole<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}
