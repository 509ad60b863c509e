/** @file Main process. Where a recording as the vendor told it differs from the documented form (contract 8.1, 8.2, 10). Pure, one table. */
import { decodedText, isObject } from './download-offer.ts';
import { safeText } from './safe-text.ts';
import { parseVendorTime } from './vendor-time.ts';
import { recordingStatuses } from './vendor.ts';

/** One oddity: where in the answer, of what kind, and what stood there in short. */
export interface Difference {
  /** As `start_reason.caller` or `download_url[0]`; `*` stands for every file name. */
  readonly path: string;
  readonly kind: 'unknown-member' | 'missing-member' | 'other-type' | 'unknown-word';
  readonly found: string;
}

/** What may stand in one place. */
type Form =
  | { readonly is: 'text' | 'time' | 'number' | 'flag' | 'anything' }
  | { readonly is: 'word'; readonly words: readonly string[] }
  | { readonly is: 'object'; readonly members: Readonly<Record<string, Member>> }
  | { readonly is: 'download' };

type Member = Form & { readonly isRequired?: true; readonly mayBeNull?: true };

const text: Form = { is: 'text' };
const time: Form = { is: 'time' };
const number: Form = { is: 'number' };
const flag: Form = { is: 'flag' };
const anything: Form = { is: 'anything' };
const word = (...words: readonly string[]): Form => ({ is: 'word', words });
const object = (members: Readonly<Record<string, Member>>): Form => ({ is: 'object', members });
const required = <Of extends Member>(form: Of) => ({ ...form, isRequired: true as const });
const orNull = <Of extends Member>(form: Of) => ({ ...form, mayBeNull: true as const });

const caller = object({
  type: word('ORGANIZATION', 'USER'),
  name: text,
  // The capital is the vendor's.
  user_Id: text,
});

/** Contract 5.1. */
const meeting = object({
  id: required(text),
  title: orNull(text),
  status: word('ACTIVE', 'INACTIVE'),
  created_at: required(time),
  updated_at: required(time),
  record_on_start: flag,
  live_stream_on_start: flag,
  persist_chat: flag,
  summarize_on_end: flag,
  transcribe_on_end: flag,
  session_keep_alive_time_in_secs: number,
  recording_config: orNull(anything),
  ai_config: orNull(anything),
});

/** Contract 8.1: what lists carry and what single answers carry, for both are kept joined. */
const recording = object({
  id: required(text),
  status: required(word(...recordingStatuses)),
  output_file_name: required(text),
  invoked_time: required(time),
  started_time: required(orNull(time)),
  stopped_time: required(orNull(time)),
  session_id: required(orNull(text)),
  download_url: required(orNull({ is: 'download' })),
  download_url_expiry: required(orNull(time)),
  audio_download_url: required(orNull(text)),
  file_size: required(orNull(number)),
  recording_duration: number,
  meeting,
  start_reason: object({ reason: required(word('API_CALL', 'RECORD_ON_START')), caller }),
  stop_reason: object({
    reason: required(word('API_CALL', 'INTERNAL_ERROR', 'ALL_PEERS_LEFT')),
    caller,
    type: word('INTERNAL'),
  }),
  storage_config: orNull(
    object({
      type: word('aws', 'azure', 'digitalocean', 'gcs', 'sftp', 'cloudflare'),
      bucket: orNull(text),
      path: orNull(text),
      region: orNull(text),
      host: orNull(text),
      port: orNull(number),
      username: orNull(text),
      auth_method: orNull(word('KEY', 'PASSWORD')),
    }),
  ),
  meeting_id: text,
  type: word('TRACK', ''),
  err_message: orNull(text),
});

/** Contract 8.2, form c; lists of files are walked by hand, for their keys are names. */
const fileEntry = object({ download_url: required(text), custom_participant_id: text });

/** More are of no use to a person, and a hostile answer could have thousands. */
const mostTold = 100;
const longestFound = 60;

/** Differences in the order of the documented members, then of the unknown ones; each once. */
export function differencesFromDocumented(raw: unknown): Difference[] {
  const told = new Map<string, Difference>();
  const tell = (path: string, kind: Difference['kind'], found: string): void => {
    const difference = {
      path: safeText(path),
      kind,
      found: safeText(found).slice(0, longestFound),
    };
    if (told.size < mostTold) told.set(JSON.stringify(difference), difference);
  };
  look('', raw, recording, tell);
  if (isTrackWithAddress(raw)) tell('download_url', 'other-type', 'address');
  return [...told.values()];
}

/** One address is the form of composite recordings: a track recording with it is odd (contract 8.2 b). */
function isTrackWithAddress(raw: unknown): boolean {
  if (!isObject(raw)) return false;
  const { type, output_file_name: template, download_url: address } = raw;
  const isTrack =
    type === 'TRACK' || (typeof template === 'string' && template.includes('{{user_id}}'));
  return (
    isTrack &&
    typeof address === 'string' &&
    address.trim() !== '' &&
    decodedText(address) === undefined
  );
}

type Tell = (path: string, kind: Difference['kind'], found: string) => void;

function look(path: string, value: unknown, form: Member, tell: Tell): void {
  if (value === null && form.mayBeNull === true) return;
  switch (form.is) {
    case 'anything':
      return;
    case 'text':
      if (typeof value !== 'string') tell(path, 'other-type', typeName(value));
      return;
    case 'time':
      if (typeof value !== 'string' || parseVendorTime(value) === null)
        tell(path, 'other-type', typeName(value));
      return;
    case 'number':
      if (typeof value !== 'number') tell(path, 'other-type', typeName(value));
      return;
    case 'flag':
      if (typeof value !== 'boolean') tell(path, 'other-type', typeName(value));
      return;
    case 'word':
      if (typeof value !== 'string') tell(path, 'other-type', typeName(value));
      else if (!form.words.includes(value)) tell(path, 'unknown-word', value);
      return;
    case 'object':
      lookAtMembers(path, value, form.members, tell);
      return;
    case 'download':
      lookAtDownload(path, value, tell);
  }
}

function lookAtMembers(
  path: string,
  value: unknown,
  members: Readonly<Record<string, Member>>,
  tell: Tell,
): void {
  if (!isObject(value)) {
    tell(path, 'other-type', typeName(value));
    return;
  }
  const given = new Map(Object.entries(value));
  for (const [name, form] of Object.entries(members)) {
    const at = inside(path, name);
    if (given.has(name)) look(at, given.get(name), form, tell);
    else if (form.isRequired === true) tell(at, 'missing-member', 'nothing');
  }
  for (const [name, member] of given)
    if (!Object.hasOwn(members, name)) tell(inside(path, name), 'unknown-member', typeName(member));
}

/**
 * Contract 8.2: documented are `null`, one address (b) and a list of layers (c). The other forms seen
 * are told once, and then looked into like the documented one.
 */
function lookAtDownload(path: string, value: unknown, tell: Tell): void {
  if (typeof value === 'string') {
    const inner = decodedText(value);
    if (inner !== undefined) {
      tell(path, 'other-type', 'text with JSON in it');
      lookAtDownload(path, inner, tell);
    } else if (value.trim() === '') tell(path, 'other-type', 'empty text');
    return;
  }
  if (Array.isArray(value)) {
    if (value.length === 0) tell(path, 'other-type', 'empty list');
    for (const [at, layer] of value.entries()) lookAtLayer(`${path}[${String(at)}]`, layer, tell);
    return;
  }
  if (!isObject(value)) {
    tell(path, 'other-type', typeName(value));
    return;
  }
  const members = new Map(Object.entries(value));
  if (members.has('links')) lookAtLinks(path, members, tell);
  else if (members.has('download_urls') || members.has('layer_name')) {
    tell(path, 'other-type', 'one layer, no list');
    lookAtLayer(path, value, tell);
  } else tell(path, 'other-type', members.size === 0 ? 'empty object' : 'object');
}

/** Form d: the layers in a member `links`, as a list, by name, or as one. */
function lookAtLinks(path: string, members: ReadonlyMap<string, unknown>, tell: Tell): void {
  tell(path, 'other-type', 'object with links');
  for (const [name, member] of members)
    if (name !== 'links') tell(inside(path, name), 'unknown-member', typeName(member));
  const links = members.get('links');
  const at = inside(path, 'links');
  if (Array.isArray(links)) {
    for (const [number, layer] of links.entries())
      lookAtLayer(`${at}[${String(number)}]`, layer, tell);
  } else if (isObject(links)) {
    tell(at, 'other-type', 'object');
    if (Object.hasOwn(links, 'download_urls')) lookAtLayer(at, links, tell);
    else for (const layer of Object.values(links)) lookAtLayer(`${at}.*`, layer, tell);
  } else tell(at, 'other-type', typeName(links));
}

function lookAtLayer(path: string, value: unknown, tell: Tell): void {
  const layer: Record<string, Member> = {
    layer_name: required(text),
    download_urls: required(anything),
  };
  lookAtMembers(path, value, layer, tell);
  const files = isObject(value) ? new Map(Object.entries(value)).get('download_urls') : undefined;
  if (files === undefined) return;
  const at = inside(path, 'download_urls');
  if (!isObject(files)) {
    tell(at, 'other-type', typeName(files));
    return;
  }
  for (const entry of Object.values(files)) look(`${at}.*`, entry, fileEntry, tell);
}

function inside(path: string, name: string): string {
  const shown = /^\w{1,64}$/.test(name) ? name : JSON.stringify(name.slice(0, 64));
  return path === '' ? shown : `${path}.${shown}`;
}

function typeName(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return value === '' ? 'empty text' : 'text';
  if (typeof value === 'boolean') return 'true or false';
  return typeof value;
}
