/** @file Tests. Every shape of download_url, and what a recording becomes. */
import { describe, expect, test } from 'vitest';

import { readDownloadOffer } from '../../../src/main/realtimekit/download-offer.ts';
import { readRecording } from '../../../src/main/realtimekit/recording-row.ts';

const context = { linksExpireAt: null, apiIsLoopback: false };
const address = 'https://h.example/a.webm?X-Amz-Signature=canary';
const layer = {
  layer_name: 'default',
  download_urls: { 'a.webm': { download_url: address, custom_participant_id: 'guest_17' } },
};
const layers = [layer];
const links = { links: layers };

function read(value: unknown, loopback = false) {
  return readDownloadOffer(value, { ...context, apiIsLoopback: loopback });
}

function named(value: unknown) {
  return read(value).files.map((file) => [file.layerName, file.fileName, file.link.reveal()]);
}

describe('the shapes of download_url', () => {
  test.each([
    [null, 'none'],
    [undefined, 'none'],
    ['', 'none'],
    [{}, 'none'],
    [[], 'none'],
    ['[]', 'json-none'],
    ['{}', 'json-none'],
    [{ links: [] }, 'links'],
    [{ links: null }, 'links'],
    [{ layer_name: 'default', download_urls: {} }, 'layer'],
    [address, 'address'],
  ])('%j offers no track files and nothing to complain of: %s', (value, shape) => {
    expect(read(value)).toEqual({ shape, files: [], problems: [] });
  });

  test.each([
    ['layers', layers],
    ['links', links],
    ['links', { links: { default: { download_urls: layer.download_urls } } }],
    ['links', { links: layer }],
    ['layer', layer],
    ['json-layers', JSON.stringify(layers)],
    ['json-links', ` ${JSON.stringify(links)}`],
    ['json-layer', JSON.stringify(layer)],
    ['layers', [{ download_urls: { 'a.webm': address } }]],
  ])('%s gives its file', (shape, value) => {
    expect(read(value).shape).toBe(shape);
    expect(read(value).problems).toEqual([]);
    expect(named(value)).toEqual([['default', 'a.webm', address]]);
  });

  test('the person an entry names is kept', () => {
    expect(read(layers).files[0]?.customParticipantId).toBe('guest_17');
    expect(read([{ download_urls: { b: address } }]).files[0]?.customParticipantId).toBeNull();
  });

  test('every layer is read, and one name in two layers makes two files', () => {
    const second = { ...layer, layer_name: 'other' };
    expect(named([layer, second]).map(([layerName]) => layerName)).toEqual(['default', 'other']);
    expect(
      read({
        links: { one: { download_urls: { a: address } }, two: { download_urls: { a: address } } },
      }).files,
    ).toHaveLength(2);
  });

  test('names that mean something to JavaScript are file names like any other', () => {
    const hostile = `[{"layer_name":"__proto__","download_urls":{"__proto__":{"download_url":"${address}"},"constructor":"${address}","toString":{"download_url":"${address}"}}}]`;
    const expected = ['__proto__', 'constructor', 'toString'];
    expect(named(JSON.parse(hostile)).map(([, name]) => name)).toEqual(expected);
    expect(named(hostile).map(([layerName]) => layerName)).toEqual(Array(3).fill('__proto__'));
  });

  test('entries that cannot be fetched are told, and the others kept', () => {
    const offer = read([
      {
        layer_name: 'default',
        download_urls: {
          plain: { download_url: 'http://h.example/x' },
          local: 'http://127.0.0.1:9/x',
          file: 'file:///etc/passwd',
          none: { download_url: null },
          absent: {},
          number: 7,
          words: 'not yet',
          good: address,
        },
      },
      { layer_name: 'odd', download_urls: 'soon' },
      'what',
    ]);
    expect(offer.files.map((file) => file.fileName)).toEqual(['good']);
    expect(offer.problems.map((problem) => [problem.fileName, problem.because])).toEqual([
      ['plain', 'not-https'],
      ['local', 'not-https'],
      ['file', 'not-https'],
      ['none', 'no-address'],
      ['absent', 'no-address'],
      ['number', 'not-an-address'],
      ['words', 'not-an-address'],
      [null, 'not-understood'],
      [null, 'not-understood'],
    ]);
  });

  test('plain http counts only where the API itself is on this computer', () => {
    const value = [{ download_urls: { a: 'http://127.0.0.1:9/x' } }];
    expect(read(value, true).files).toHaveLength(1);
    expect(read(value, false).files).toHaveLength(0);
  });

  test('one file listed twice with different addresses is told', () => {
    const twice = [layer, { ...layer, download_urls: { 'a.webm': `${address}2` } }];
    expect(read(twice).files).toHaveLength(1);
    expect(read(twice).problems.map((problem) => problem.because)).toEqual(['listed-twice']);
    expect(read([layer, layer]).problems).toEqual([]);
  });

  test.each([7, true, 'soon', '[1', { other: 1 }])('%j is not understood, and said so', (value) => {
    expect(read(value).shape).toBe('not-understood');
    expect(read(value).problems).toHaveLength(1);
  });
});

describe('the kind of a recording', () => {
  const template = '{{file_name_prefix}}_{{user_id}}_{{peer_id}}.webm';
  test.each([
    [{ type: 'TRACK' }, 'track'],
    [{ type: '', download_url: layers }, 'track'],
    [{ download_url: JSON.stringify(links), output_file_name: 'x.mp4' }, 'track'],
    [{ download_url: [] }, 'track'],
    [{ output_file_name: template }, 'track'],
    [{ output_file_name: 'x.webm' }, 'probably-track'],
    [{ output_file_name: 'x.webm', download_url: address }, 'composite'],
    [{ output_file_name: 'x.mp4' }, 'composite'],
    [{ download_url: address }, 'composite'],
    [{}, 'probably-track'],
  ])('%j is %s', (fields, kind) => {
    expect(readRecording(false)({ id: 'r', status: 'UPLOADED', ...fields })?.kind).toBe(kind);
  });

  test('a plain address on a recording of tracks is a file named by its path, and told', () => {
    const row = { id: 'r', status: 'UPLOADED', type: 'TRACK', download_url: address };
    const recording = readRecording(false)(row);
    expect(recording?.files.map((file) => file.fileName)).toEqual(['a.webm']);
    expect(recording?.problems.map((problem) => problem.because)).toEqual(['named-by-address']);
  });
});

describe('a recording', () => {
  test('needs an id and a status, and nothing else', () => {
    const readRow = readRecording(false);
    expect(readRow({ id: 'r', status: 'PONDERING' })).toMatchObject({
      status: 'unknown',
      statusText: 'PONDERING',
      meetingId: null,
      durationMs: null,
      files: [],
    });
    for (const row of [
      { id: 'r' },
      { status: 'UPLOADED' },
      { id: '', status: 'X' },
      null,
      'r',
      [],
    ]) {
      expect(readRow(row)).toBeNull();
    }
  });

  test('survives null and nonsense in every optional field', () => {
    const fields = [
      'type',
      'meeting_id',
      'meeting',
      'session_id',
      'invoked_time',
      'started_time',
      'stopped_time',
      'recording_duration',
      'output_file_name',
      'download_url',
      'download_url_expiry',
      'err_message',
      'start_reason',
      'stop_reason',
      'file_size',
      'audio_download_url',
      'storage_config',
    ];
    for (const value of [null, 7, 'x', true, [], {}, { id: 7 }]) {
      const row = Object.fromEntries(fields.map((field) => [field, value]));
      expect(readRecording(false)({ ...row, id: 'r', status: 'UPLOADED' })?.id).toBe('r');
    }
  });

  test('is read whole', () => {
    const recording = readRecording(false)({
      id: 'r',
      status: 'UPLOADED',
      type: '',
      meeting: { id: 'm', title: 'Harbour pilots' },
      session_id: 's',
      invoked_time: '2026-11-18T09:02:10Z',
      started_time: '2026-11-18 09:02:14.250000Z',
      stopped_time: null,
      recording_duration: 2717,
      download_url_expiry: '2026-11-25T09:49:02Z',
      err_message: 'broken https://h.example/x?y=1',
      start_reason: { reason: 'API_CALL', caller: { type: 'ORGANIZATION' } },
      stop_reason: "{'reason': 'ALL_PEERS_LEFT'}",
      download_url: links,
      something_new: { deep: [address] },
    });
    expect(recording).toMatchObject({
      meetingId: 'm',
      meetingTitle: 'Harbour pilots',
      sessionId: 's',
      invokedAt: Date.UTC(2026, 10, 18, 9, 2, 10),
      startedAt: Date.UTC(2026, 10, 18, 9, 2, 14, 250),
      stoppedAt: null,
      durationMs: 2_717_000,
      linksExpireAt: Date.UTC(2026, 10, 25, 9, 49, 2),
      errorText: 'broken [address]',
      startReason: 'API_CALL',
      stopReason: "{'reason': 'ALL_PEERS_LEFT'}",
      raw: { something_new: { deep: ['h.example'] } },
    });
    expect(recording?.files[0]?.link.expiresAt).toBe(Date.UTC(2026, 10, 25, 9, 49, 2));
    expect(JSON.stringify(recording)).not.toContain('canary');
  });
});

describe('a name that carries a signed query', () => {
  test('loses it, keeps its file and is told', () => {
    const name = 'a_u_p_peer_audio_1794992535118.webm';
    const offer = read({
      layer_name: 'default',
      download_urls: { [`${name}?X-Amz-Date=1&X-Amz-Signature=canary`]: address },
    });
    expect(offer.files.map((file) => file.fileName)).toEqual([name]);
    expect(offer.problems).toEqual([
      { layerName: 'default', fileName: name, because: 'signature-cut' },
    ]);
    expect(JSON.stringify(offer)).not.toContain('canary');
  });

  test('an ordinary question mark is left alone', () => {
    expect(named({ layer_name: 'l', download_urls: { 'why?.webm': address } })).toEqual([
      ['l', 'why?.webm', address],
    ]);
  });
});
