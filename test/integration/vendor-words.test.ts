/** @file Tests of the vendor's words as shown: the documented form has no differences, each odd one of the stand-in is named, no link gets out. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { VendorWords } from '#contract';
import { createRealtimeKit } from '../../src/main/realtimekit/index.ts';
import { systemClock } from '../../src/main/clock.ts';
import { vendorWords } from '../../src/main/vendor-words.ts';
import { oddRecordings, startSandbox, type Sandbox, type Switches } from '../sandbox/index.ts';
import { observation } from '../support/temp-library.ts';

const harbourRecording = 'fffd7c39-4e1b-46f8-b5a0-3f9c8e7d1b64';
const composite = 'fff0a8e5-93b7-4c21-8d46-5e7f10c2b9a3';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ scenario: 'all-states', signatureCanary: 'canary' });
});
afterEach(() => sandbox.close());

const Row = z.looseObject({ id: z.string() });

/** As the archive keeps it: the row of the list and the single answer joined, links gone. */
async function wordsOf(recordingId: string): Promise<VendorWords> {
  const { apiRoot, accountId, appId, token } = sandbox;
  const kit = createRealtimeKit({
    apiRoot,
    accountId,
    appId,
    token: () => Promise.resolve(token),
    clock: systemClock,
  });
  const single = Row.parse((await kit.getRecording(recordingId))?.raw);
  let listed = {};
  for await (const row of kit.listRecordings())
    if (row.id === recordingId) listed = Row.parse(row.raw);
  return VendorWords.parse(
    vendorWords(observation(0, { raw: { ...listed, ...single }, shape: 'layers' }), 7),
  );
}

const named = ({ differences }: VendorWords): string[] =>
  differences.map(({ path, kind, found }) => `${path}: ${kind}, ${found}`);

test('the documented form has no differences, whatever became of the recording', async () => {
  const odd = new Set<string>([oddRecordings.strangeStatus, oddRecordings.zeroFiles]);
  const plain = [
    harbourRecording,
    composite,
    ...Object.values(oddRecordings).filter((id) => !odd.has(id)),
  ];
  for (const id of plain) expect(named(await wordsOf(id)), id).toEqual([]);
  sandbox.switches.entryNamesPerson = true;
  sandbox.switches.recordingType = 'TRACK';
  sandbox.switches.linkStyle = 'google';
  expect(named(await wordsOf(harbourRecording))).toEqual([]);
  sandbox.switches.recordingType = 'absent';
  sandbox.switches.recordingMeetingId = false;
  expect(named(await wordsOf(harbourRecording))).toEqual([]);
});

const notReady = 'download_url: ';
const odd: [string, Partial<Switches>, string, string[]][] = [
  [
    'links',
    { downloadUrl: 'links' },
    harbourRecording,
    ['download_url: other-type, object with links'],
  ],
  [
    'links by name',
    { downloadUrl: 'links-map' },
    harbourRecording,
    ['download_url: other-type, object with links', 'download_url.links: other-type, object'],
  ],
  [
    'one layer',
    { downloadUrl: 'one-layer' },
    harbourRecording,
    ['download_url: other-type, one layer, no list'],
  ],
  [
    'layers in text',
    { downloadUrl: 'array-text' },
    harbourRecording,
    ['download_url: other-type, text with JSON in it'],
  ],
  [
    'links in text',
    { downloadUrl: 'links-text' },
    harbourRecording,
    [
      'download_url: other-type, text with JSON in it',
      'download_url: other-type, object with links',
    ],
  ],
  [
    'one layer in text',
    { downloadUrl: 'one-layer-text' },
    harbourRecording,
    [
      'download_url: other-type, text with JSON in it',
      'download_url: other-type, one layer, no list',
    ],
  ],
  [
    'bare links',
    { downloadEntry: 'text' },
    harbourRecording,
    ['download_url[0].download_urls.*: other-type, text'],
  ],
  ['null while nothing is ready', { noDownloadUrl: 'null' }, oddRecordings.zeroFiles, []],
  [
    'nothing at all',
    { noDownloadUrl: 'absent' },
    oddRecordings.zeroFiles,
    [`${notReady}missing-member, nothing`],
  ],
  [
    'an empty text',
    { noDownloadUrl: 'empty-text' },
    oddRecordings.zeroFiles,
    [`${notReady}other-type, empty text`],
  ],
  [
    'an empty object',
    { noDownloadUrl: 'empty-object' },
    oddRecordings.zeroFiles,
    [`${notReady}other-type, empty object`],
  ],
  [
    'an empty list',
    { noDownloadUrl: 'empty-array' },
    oddRecordings.zeroFiles,
    [`${notReady}other-type, empty list`],
  ],
  ['a status nobody knows', {}, oddRecordings.strangeStatus, ['status: unknown-word, STOPPED']],
  [
    'members nobody has heard of',
    { unknownFields: true },
    harbourRecording,
    ['region_hint: unknown-member, text', 'x_future: unknown-member, object'],
  ],
  [
    'null where a value is documented',
    { nullOptionals: true },
    harbourRecording,
    ['recording_duration', 'meeting', 'start_reason', 'stop_reason', 'meeting_id', 'type'].map(
      (member) => `${member}: other-type, null`,
    ),
  ],
];

test.each(odd)('%s is named', async (_name, switches, id, expected) => {
  Object.assign(sandbox.switches, switches);
  expect(named(await wordsOf(id))).toEqual(expected);
});

test('two layers are documented; the words say where they come from and hold no link', async () => {
  const words = await wordsOf(oddRecordings.twoLayers);
  expect(words).toMatchObject({
    observedAt: 7,
    host: 'api.example.org',
    appId: 'app',
    shape: 'layers',
  });
  const stored = z
    .object({ id: z.string(), download_url: z.array(z.looseObject({ layer_name: z.string() })) })
    .parse(JSON.parse(words.json));
  expect(stored.download_url.map((layer) => layer.layer_name)).toEqual(['default', 'backup']);
  expect(words.json).toContain('\n  "id"');
});

test('a link or a secret that got onto the disk does not get out', () => {
  const link = 'https://files.example/x/a.webm?X-Amz-Signature=canary';
  const words = vendorWords(
    observation(0, {
      raw: {
        id: 'r',
        status: link,
        auth_token: 'canary',
        [link]: 1,
        download_url: [{ layer_name: 'default', download_urls: { 'a.webm': link } }],
      },
    }),
    null,
  );
  expect(JSON.stringify(words)).not.toContain('canary');
  expect(JSON.stringify(words)).not.toContain('https:');
  expect(words.json).toContain('files.example');
});
