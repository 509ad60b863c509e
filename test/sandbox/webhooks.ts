/** @file Sandbox. Webhooks: managing them, the public key, and signed deliveries as the service sends them (contract 13). */
import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { success, type Call, type Params, type Route } from './api-call.ts';
import { ask } from './ask.ts';
import { isoTime } from './clock.ts';
import { pause } from './delivery.ts';
import { json, refusal, type Answer } from './envelopes.ts';
import type { Recording, World } from './world.ts';

export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly enabled: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const eventNames = [
  'meeting.started',
  'meeting.ended',
  'meeting.participantJoined',
  'meeting.participantLeft',
  'meeting.chatSynced',
  'meeting.transcript',
  'meeting.summary',
  'recording.statusUpdate',
  'livestreaming.statusUpdate',
] as const;

export const webhookRoutes: readonly Route[] = [
  { method: 'GET', pattern: ':app/webhooks', answer: list },
  { method: 'POST', pattern: ':app/webhooks', answer: create },
  { method: 'GET', pattern: ':app/webhooks/all', answer: (call) => success(call, eventNames) },
  { method: 'GET', pattern: ':app/webhooks/:webhook', answer: withWebhook(show) },
  { method: 'PUT', pattern: ':app/webhooks/:webhook', answer: withWebhook(replace) },
  { method: 'PATCH', pattern: ':app/webhooks/:webhook', answer: withWebhook(amend) },
  { method: 'DELETE', pattern: ':app/webhooks/:webhook', answer: withWebhook(remove) },
];

const wholeSchema = z.object({
  name: z.string(),
  url: z.url(),
  events: z.array(z.enum(eventNames)),
  enabled: z.boolean().default(true),
});
const partSchema = wholeSchema.extend({ enabled: z.boolean() }).partial();

function list(call: Call): Answer {
  return success(
    call,
    [...call.world.webhooks.values()].map((each) => webhookJson(each)),
  );
}

function create(call: Call): Answer {
  const read = wholeSchema.safeParse(call.body);
  if (!read.success) return badBody(read.error);
  const at = call.world.clock.now();
  return keep(call, { id: randomUUID(), ...read.data, createdAt: at, updatedAt: at }, 201);
}

function withWebhook(answer: (call: Call, webhook: Webhook) => Answer): Route['answer'] {
  return (call: Call, params: Params) => {
    const id = params['webhook'] ?? '';
    if (!z.guid().safeParse(id).success) return refusal(400, '"id" must be a valid GUID');
    const webhook = call.world.webhooks.get(id);
    return webhook ? answer(call, webhook) : refusal(404, `No webhook found with id ${id}`);
  };
}

function show(call: Call, webhook: Webhook): Answer {
  return success(call, webhookJson(webhook));
}

function replace(call: Call, webhook: Webhook): Answer {
  const read = wholeSchema.safeParse(call.body);
  if (!read.success) return badBody(read.error);
  return keep(call, { ...webhook, ...read.data, updatedAt: call.world.clock.now() });
}

function amend(call: Call, webhook: Webhook): Answer {
  const read = partSchema.safeParse(call.body);
  if (!read.success) return badBody(read.error);
  const { name = webhook.name, url = webhook.url, events = webhook.events } = read.data;
  const { enabled = webhook.enabled } = read.data;
  return keep(call, { ...webhook, name, url, events, enabled, updatedAt: call.world.clock.now() });
}

function remove(call: Call, webhook: Webhook): Answer {
  call.world.webhooks.delete(webhook.id);
  return success(call, webhookJson(webhook));
}

function keep(call: Call, webhook: Webhook, status = 200): Answer {
  call.world.webhooks.set(webhook.id, webhook);
  return success(call, webhookJson(webhook), undefined, status);
}

function badBody(error: z.ZodError): Answer {
  const [issue] = error.issues;
  const name = issue?.path.join('.') ?? '';
  const isMissing = issue?.code === 'invalid_type' && issue.message.includes('undefined');
  return refusal(400, isMissing ? `"${name}" is required` : `"${name}" is not valid`);
}

function webhookJson({ createdAt, updatedAt, ...webhook }: Webhook): Record<string, unknown> {
  return { ...webhook, created_at: isoTime(createdAt), updated_at: isoTime(updatedAt) };
}

export interface DeliveryOptions {
  /** Spelling of the headers; some apps still get the predecessor's. */
  readonly spelling?: 'rtk' | 'dyte';
  /** In place of the true signature. */
  readonly signature?: string;
  readonly webhookId?: string;
  /** How often it is tried while the receiver fails with 5xx or not at all; default 3. */
  readonly attempts?: number;
}

export interface Delivered {
  /** The receiver's answers, null where it gave none. */
  readonly statuses: readonly (number | null)[];
  /** Event ids: a new one at each try (contract 13.2). */
  readonly uuids: readonly string[];
}

export interface WebhookSender {
  /** SPKI in PEM. */
  readonly publicKey: string;
  /** The answer of `…/.well-known/webhooks.json`. */
  keyAnswer(): Answer;
  /** Sends the event as JSON; resolves when the service would give up or be content. */
  deliver(event: object, to: string, options?: DeliveryOptions): Promise<Delivered>;
}

/** The pair of keys is made when it is first asked for. */
export function createWebhookSender(): WebhookSender {
  let made: { publicKey: KeyObject; privateKey: KeyObject } | undefined;
  const keys = () => (made ??= generateKeyPairSync('rsa', { modulusLength: 2048 }));
  const pem = () => keys().publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return {
    get publicKey() {
      return pem();
    },
    keyAnswer: () => json(200, { success: true, data: { publicKey: pem() }, message: '' }),
    deliver: async (event, to, options = {}) => {
      const { spelling = 'rtk', webhookId = randomUUID(), attempts = 3 } = options;
      const body = Buffer.from(JSON.stringify(event));
      const signature =
        options.signature ?? sign('RSA-SHA256', body, keys().privateKey).toString('base64');
      const statuses: (number | null)[] = [];
      const uuids: string[] = [];
      while (statuses.length < attempts) {
        const uuid = randomUUID();
        uuids.push(uuid);
        const headers = {
          'Content-Type': 'application/json',
          [`${spelling}-signature`]: signature,
          [`${spelling}-uuid`]: uuid,
          [`${spelling}-webhook-id`]: webhookId,
        };
        const status = await ask(to, { method: 'POST', headers, body: event }).then(
          (reply) => reply.status,
          () => null,
        );
        statuses.push(status);
        if (status !== null && status < 500) break;
        await pause(20);
      }
      return { statuses, uuids };
    },
  };
}

/** The event of a status, in camelCase, without links (contract 10.2, 13.3). */
export function statusUpdate(world: World, recording: Recording): Record<string, unknown> {
  const meeting = world.meetings.find((each) => each.id === recording.meetingId);
  const session = world.sessions.find((each) => each.id === recording.sessionId);
  return {
    event: 'recording.statusUpdate',
    recording: {
      id: recording.id,
      recordingId: recording.id,
      status: recording.status,
      meetingId: recording.meetingId,
      roomUUID: recording.sessionId,
      organizationId: world.app.id,
      outputFileName: recording.outputFileName,
      startedTime: timeOrNull(recording.startedAt),
      stoppedTime: timeOrNull(recording.stoppedAt),
      recordingDuration: recording.durationSeconds,
      fileSize: '0',
      downloadUrl: null,
      audioDownloadUrl: null,
      ...(recording.errMessage === null ? {} : { errMessage: recording.errMessage }),
    },
    meeting: {
      id: recording.meetingId,
      sessionId: recording.sessionId,
      title: meeting?.title ?? null,
      status: session?.endedAt === null ? 'LIVE' : 'ENDED',
      startedAt: timeOrNull(session?.startedAt ?? null),
      endedAt: timeOrNull(session?.endedAt ?? null),
    },
  };
}

function timeOrNull(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}
