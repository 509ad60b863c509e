/** @file Sandbox. What a call of the API is given, and how its success is wrapped. */
import { json, type Answer, type Paging } from './envelopes.ts';
import type { RecordingView } from './recording-json.ts';

export interface Call extends RecordingView {
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** The `access_token` in app rows, which no client may keep. */
  readonly appSecret: string;
}

export type Params = Readonly<Record<string, string>>;
export interface Route {
  readonly method: string;
  /** Below `…/realtime/kit/`; `:name` takes one segment. */
  readonly pattern: string;
  readonly answer: (call: Call, params: Params) => Answer;
}

/** Success in the envelope of the day (contract 2.1). */
export function success(call: Call, data: unknown, paging?: Paging, status = 200): Answer {
  const envelope = { success: true, [call.switches.successKey]: data };
  return json(status, paging ? { ...envelope, paging } : envelope);
}

/** Adds what nobody has heard of, when asked to. */
export function row(call: Call, fields: Record<string, unknown>): Record<string, unknown> {
  if (!call.switches.unknownFields) return fields;
  return { ...fields, region_hint: 'weur', x_future: { nested: [1, null, 'text'] } };
}
