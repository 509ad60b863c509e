/** @file Tests. What differs from the documented recording, member by member. */
import { expect, test } from 'vitest';
import { differencesFromDocumented } from '../../../src/main/realtimekit/documented-shape.ts';

/** The single answer of contract 7.5, with what a list adds. */
const documented = {
  id: 'r',
  status: 'UPLOADED',
  session_id: 's',
  output_file_name: '{{file_name_prefix}}_{{user_id}}_{{peer_id}}.webm',
  invoked_time: '2026-11-18T09:02:10Z',
  started_time: '2026-11-18T09:02:14Z',
  stopped_time: null,
  recording_duration: 2717,
  file_size: 0,
  audio_download_url: null,
  download_url: [
    {
      layer_name: 'default',
      download_urls: { 'a.webm': { download_url: 'h.example', custom_participant_id: 'guest_17' } },
    },
  ],
  download_url_expiry: '2026-11-25T09:49:02Z',
  storage_config: null,
  start_reason: { reason: 'API_CALL', caller: { type: 'ORGANIZATION', name: 'Studio' } },
  stop_reason: { reason: 'ALL_PEERS_LEFT' },
  meeting: {
    id: 'm',
    title: null,
    created_at: '2026-11-16T15:20:04Z',
    updated_at: '2026-11-18T09:00:05Z',
    status: 'ACTIVE',
  },
};
const named = (raw: unknown): string[] =>
  differencesFromDocumented(raw).map(({ path, kind, found }) => `${path}: ${kind}, ${found}`);

test('the documented answer has none', () => {
  expect(named(documented)).toEqual([]);
});

test.each([
  [{ status: 'STOPPED' }, ['status: unknown-word, STOPPED']],
  [{ status: 3 }, ['status: other-type, number']],
  [{ type: 'AUDIO' }, ['type: unknown-word, AUDIO']],
  [{ file_size: '0' }, ['file_size: other-type, text']],
  [{ invoked_time: 'yesterday' }, ['invoked_time: other-type, text']],
  [{ started_time: 1_794_992_535 }, ['started_time: other-type, number']],
  [{ recording_duration: true }, ['recording_duration: other-type, true or false']],
  [{ stop_reason: "{'type': 'INTERNAL'}" }, ['stop_reason: other-type, text']],
  [{ start_reason: { reason: 'MAGIC' } }, ['start_reason.reason: unknown-word, MAGIC']],
  [
    { start_reason: { reason: 'API_CALL', caller: { type: 'ROBOT', user_id: 'u' } } },
    [
      'start_reason.caller.type: unknown-word, ROBOT',
      'start_reason.caller.user_id: unknown-member, text',
    ],
  ],
  [
    { meeting: { id: 'm' } },
    ['meeting.created_at: missing-member, nothing', 'meeting.updated_at: missing-member, nothing'],
  ],
  [{ errMessage: 'x' }, ['errMessage: unknown-member, text']],
  [{ 'odd name': [] }, ['"odd name": unknown-member, list']],
  [{ download_url: 'h.example' }, ['download_url: other-type, address']],
  [{ download_url: 7 }, ['download_url: other-type, number']],
  [{ download_url: { files: [] } }, ['download_url: other-type, object']],
  [
    { download_url: { links: null, more: 1 } },
    [
      'download_url: other-type, object with links',
      'download_url.more: unknown-member, number',
      'download_url.links: other-type, null',
    ],
  ],
  [
    {
      download_url: [
        {
          download_urls: {
            'a.webm': {},
            'b.webm': {},
            'c.webm': { download_url: 'h', peer_id: 'p' },
          },
        },
        'x',
      ],
    },
    [
      'download_url[0].layer_name: missing-member, nothing',
      'download_url[0].download_urls.*.download_url: missing-member, nothing',
      'download_url[0].download_urls.*.peer_id: unknown-member, text',
      'download_url[1]: other-type, text',
    ],
  ],
])('%j', (change, expected) => {
  expect(named({ ...documented, ...change })).toEqual(expected);
});

test('an address alone is the documented form of a composite recording', () => {
  const mixed = {
    ...documented,
    output_file_name: 'ep42_1794992530000.mp4',
    download_url: 'h.example',
  };
  expect(named(mixed)).toEqual([]);
});

test('every member that is promised is missed', () => {
  expect(differencesFromDocumented({}).map(({ path }) => path)).toEqual([
    'id',
    'status',
    'output_file_name',
    'invoked_time',
    'started_time',
    'stopped_time',
    'session_id',
    'download_url',
    'download_url_expiry',
    'audio_download_url',
    'file_size',
  ]);
});

test('what is no recording at all is said so', () => {
  for (const raw of [null, 'text', []]) expect(differencesFromDocumented(raw)).toHaveLength(1);
});

test('hostile members are cleaned, and their number is bounded', () => {
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`m${String(at)}`, at]));
  expect(differencesFromDocumented({ ...documented, ...many })).toHaveLength(100);
  const link = 'https://h.example/x?X-Amz-Signature=canary';
  const hostile = JSON.parse(
    JSON.stringify({ ...documented, [link]: 1, status: link }).replace('{', '{"__proto__":[],'),
  ) as unknown;
  const told = JSON.stringify(differencesFromDocumented(hostile));
  expect(told).not.toContain('canary');
  expect(told).toContain('__proto__');
});
