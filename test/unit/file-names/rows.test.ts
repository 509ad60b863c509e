/** @file Test. Each pitfall a track file name is known for, and what the reader must make of it. */
import { describe, expect, it } from 'vitest';
import {
  foldForSearch,
  fileNameFromLink,
  looksAlike,
  readFileName,
  readSiblings,
  sameId,
  type NameEvidence,
  type NameReading,
} from '../../../src/main/library/file-names/index.ts';

const TAIL = '_peer_audio_1760000000000.webm';
const U1 = '0b6b2a1e-52f3-4f0a-9a57-2c8f4b1e6d90';
const U2 = 'aaa5d2f0-6b1c-4e83-90d7-1c4a7f25e6b8';
const P1 = '3b7e0c94-58a1-4d2f-86be-f0c9d1a7e432';

const read = (rest: string, evidence: NameEvidence = {}, tail = TAIL): NameReading =>
  readFileName(rest + tail, evidence);
const parts = ({ reading, prefix, userId, peerId }: NameReading) => [
  reading,
  prefix,
  userId,
  peerId,
];
const splits = ({ candidates }: NameReading) =>
  candidates.map(({ prefix, userId, peerId }) => [prefix, userId, peerId].join(' | ')).sort();
const stamped = (stamp: string, times: NameEvidence['times'] = {}) =>
  readFileName(`speaker_user-123_peer-456_peer_audio_${stamp}.webm`, { times });

describe('splitting', () => {
  it('derives the only split of three parts', () => {
    const base = read('speaker_user-123_peer-456');
    expect(parts(base)).toEqual(['derived', 'speaker', 'user-123', 'peer-456']);
    expect(base).toMatchObject({
      derivation: 'three-parts',
      streamKind: 'peer',
      mediaKind: 'audio',
      trackStamp: '1760000000000',
      stampMs: 1760000000000,
      flags: [],
    });
  });

  it('cuts a known prefix off, however many parts it has', () => {
    expect(parts(read('case_12_A_u1_p1', { prefixes: ['case_12_A'] }))).toEqual([
      'exact',
      'case_12_A',
      'u1',
      'p1',
    ]);
  });

  it('keeps all six splits of five parts when nothing is known', () => {
    const reading = read('case_12_A_u1_p1');
    expect(parts(reading)).toEqual(['ambiguous', null, null, null]);
    expect(splits(reading)).toEqual([
      'case | 12 | A_u1_p1',
      'case | 12_A | u1_p1',
      'case | 12_A_u1 | p1',
      'case_12 | A | u1_p1',
      'case_12 | A_u1 | p1',
      'case_12_A | u1 | p1',
    ]);
  });

  it('finds a user id with underscores only when it is known', () => {
    expect(read('default_acme_jane_doe_p1').reading).toBe('ambiguous');
    expect(parts(read('default_acme_jane_doe_p1', { users: ['bob', 'acme_jane_doe'] }))).toEqual([
      'exact',
      'default',
      'acme_jane_doe',
      'p1',
    ]);
  });

  it('does not take the known tail of a longer unknown id for the speaker', () => {
    const reading = read('default_acme_jane_doe_p1', { users: ['jane_doe'] });
    expect(reading.reading).toBe('ambiguous');
    expect(reading.candidates[0]).toMatchObject({ userId: 'jane_doe', peerId: 'p1' });
    expect(splits(reading)).toContain('default | acme_jane_doe | p1');
  });

  it('settles nothing when two known people fit', () => {
    expect(read('x_a_b_p', { users: ['a_b', 'a'] }).reading).toBe('ambiguous');
    expect(read('default_acme_jane_doe_p1', { users: ['acme_jane_doe', 'doe'] }).reading).toBe(
      'ambiguous',
    );
  });

  it('lets a complete list of people settle what a part of one cannot', () => {
    const evidence = { users: ['jane_doe', 'bob'], peers: ['p1'] };
    expect(read('ep_42_jane_doe_p1', evidence).reading).toBe('ambiguous');
    expect(parts(read('ep_42_jane_doe_p1', { ...evidence, usersComplete: true }))).toEqual([
      'exact',
      'ep_42',
      'jane_doe',
      'p1',
    ]);
  });

  it('never takes the first three of five parts', () => {
    expect(read('a_b_c_d_e').reading).toBe('ambiguous');
    expect(splits(read('a_b_c_d_e'))).toHaveLength(6);
  });

  it('reads an empty prefix and keeps an empty part in question', () => {
    expect(parts(read('_u1_p1'))).toEqual(['derived', '', 'u1', 'p1']);
    expect(parts(read('x__u1_p1'))).toEqual(['ambiguous', null, null, null]);
    expect(splits(read('x__u1_p1'))).toEqual(['x |  | u1_p1', 'x | _u1 | p1', 'x_ | u1 | p1']);
  });

  it('anchors at the right when prefix or ids are keywords', () => {
    expect(parts(read('peer_audio_peer'))).toEqual(['derived', 'peer', 'audio', 'peer']);
    expect(parts(read('x_video_p1'))).toEqual(['derived', 'x', 'video', 'p1']);
    const stampInPrefix = read('a_peer_audio_1700000000000_u1_p1', {
      prefixes: ['a_peer_audio_1700000000000'],
    });
    expect(parts(stampInPrefix)).toEqual(['exact', 'a_peer_audio_1700000000000', 'u1', 'p1']);
    expect(stampInPrefix.trackStamp).toBe('1760000000000');
  });

  it('settles two UUID tails by shape, certain enough for a search', () => {
    const reading = read(`case_12_${U1}_${P1}`);
    expect(parts(reading)).toEqual(['derived', 'case_12', U1, P1]);
    expect(reading.derivation).toBe('two-uuids');
  });

  it('says exact for two UUID tails that the session knows, in either case', () => {
    expect(parts(read(`case_12_${U1.toUpperCase()}_${P1}`, { users: [U1] }))).toEqual([
      'exact',
      'case_12',
      U1.toUpperCase(),
      P1,
    ]);
  });

  it('makes another user impossible for a peer whose person is known', () => {
    const owners = [{ peerId: 'p1', userId: 'jane_doe' }];
    expect(parts(read('ep_42_jane_doe_p1', { owners, users: ['doe'] }))).toEqual([
      'exact',
      'ep_42',
      'jane_doe',
      'p1',
    ]);
    const wrong = read('ep_bob_p1', { owners });
    expect([wrong.reading, wrong.userId]).toEqual(['ambiguous', null]);
    expect(wrong.flags).toContain('evidence-disagrees');
  });

  it('lets the API entry of the file settle the split, and doubts a name that contradicts it', () => {
    expect(parts(read('a_b_c_d', { entry: { userId: 'b_c' } }))).toEqual([
      'exact',
      'a',
      'b_c',
      'd',
    ]);
    expect(parts(read('a_b_c_d', { entry: { peerId: 'c_d' } }))).toEqual([
      'exact',
      'a',
      'b',
      'c_d',
    ]);
    const contradiction = read(`x_${U1}_${P1}`, { entry: { userId: U2 } });
    expect(contradiction.reading).toBe('ambiguous');
    expect(read('x_u1_p1', { entry: { userId: '', peerId: null } }).reading).toBe('derived');
    expect(contradiction.flags).toContain('evidence-disagrees');
  });

  it('takes no certainty from a name whose prefix was not asked for', () => {
    const reading = read('other_u1_p1', { prefixes: ['case_12'], users: ['u1'] });
    expect(reading.reading).toBe('derived');
    expect(reading.flags).toContain('prefix-unexpected');
  });

  it('treats __proto__ and constructor as plain ids', () => {
    expect(parts(read('x___proto___p1', { users: ['__proto__'] }))).toEqual([
      'exact',
      'x',
      '__proto__',
      'p1',
    ]);
    expect(parts(read('x_constructor_p1'))).toEqual(['derived', 'x', 'constructor', 'p1']);
    expect(read('x_constructor_p1', { owners: [] }).flags).toEqual([]);
  });

  it('keeps what CSV, pages and terminals might run as it stands', () => {
    for (const id of [
      '=HYPERLINK("x")',
      '<img onerror=alert(1)>',
      '\x1b[2J',
      'user" OR 1=1',
      'u-1*',
      '100%',
      "'; --",
    ]) {
      expect(parts(read(`x_${id}_p1`))).toEqual(['derived', 'x', id, 'p1']);
    }
  });
});

describe('siblings', () => {
  const file = (rest: string, entry?: NameEvidence['entry']) => ({
    layerName: 'default',
    fileName: rest + TAIL,
    ...(entry === undefined ? {} : { entry }),
  });

  it('settles a name by the prefix of an exact sibling', () => {
    const [first, second] = readSiblings(
      [file('case_12_u1_p1'), file('case_12_u2_p2', { userId: 'u2' })],
      {},
    );
    expect(first && parts(first)).toEqual(['exact', 'case_12', 'u1', 'p1']);
    expect(first?.reasons).toContain('sibling-exact');
    expect(second?.reading).toBe('exact');
  });

  it('never makes more than derived of a derived sibling', () => {
    const files = [file(`case_12_${U1}_${P1}`), file('case_12_u2_p2'), file('case_12_jane_doe_p3')];
    const readings = readSiblings(files, { users: ['jane_doe'] });
    expect(readings.map(parts)).toEqual([
      ['derived', 'case_12', U1, P1],
      ['derived', 'case_12', 'u2', 'p2'],
      ['derived', 'case_12', 'jane_doe', 'p3'],
    ]);
    expect(readings[1]?.derivation).toBe('sibling-prefix');
  });

  it('lets the parts all siblings share bound the prefix', () => {
    const files = [file('default_jane_doe_p1'), file('default_bob_lee_p2')];
    const readings = readSiblings(files, { peers: ['p1'] });
    expect(readings.map(parts)).toEqual([
      ['derived', 'default', 'jane_doe', 'p1'],
      ['ambiguous', null, null, null],
    ]);
  });

  it('lets layers keep prefixes of their own', () => {
    const files = [
      file('a_b_u1_p1'),
      { ...file('a_b_u1_p1', { userId: 'u1' }), layerName: 'second' },
    ];
    expect(readSiblings(files, {}).map(({ reading }) => reading)).toEqual(['ambiguous', 'exact']);
  });

  it('trusts no prefix when settled siblings disagree about it', () => {
    const files = [file('a_u1_p1'), file('b_u2_p2'), file('a_b_u3_p3')];
    const last = readSiblings(files, {})[2];
    expect(last?.reading).toBe('ambiguous');
    expect(last?.flags).toContain('siblings-disagree');
  });
});

describe('kinds, stamp and ending', () => {
  it('accepts the literal media_kind seen live and notes it', () => {
    const reading = read(
      `participant_${U1}_${P1}`,
      {},
      '_peer_media_kind_audio_1794992535431.webm',
    );
    expect(parts(reading)).toEqual(['derived', 'participant', U1, P1]);
    expect(reading).toMatchObject({
      streamKind: 'peer',
      mediaKind: 'audio',
      flags: ['media-kind-noise'],
    });
  });

  it('keeps the fraction seen live; the extension is the last .webm only', () => {
    const reading = stamped('1794993707902.2737');
    expect(reading).toMatchObject({
      trackStamp: '1794993707902.2737',
      reading: 'derived',
      flags: ['stamp-fraction'],
    });
    expect(Math.floor(reading.stampMs ?? 0)).toBe(1794993707902);
    expect(read('a.webm_u1_p1').prefix).toBe('a.webm');
  });

  it.each([
    ['1760000000', 'stamp-seconds'],
    ['1760000000000000', 'stamp-microseconds'],
    ['1760000000000000001', 'stamp-nanoseconds'],
    ['0', 'stamp-out-of-range'],
    ['8640000000000001', 'stamp-out-of-range'],
    ['99999999999999999999999', 'stamp-out-of-range'],
    ['-5', 'stamp-unreadable'],
    ['1e12', 'stamp-unreadable'],
    ['NaN', 'stamp-unreadable'],
    ['١٧٦٠٠٠٠٠٠٠٠٠٠', 'stamp-unreadable'],
  ] as const)('keeps the stamp %s raw, never scaled, flagged %s', (stamp, flag) => {
    const reading = stamped(stamp);
    expect(reading).toMatchObject({ trackStamp: stamp, stampMs: null, userId: 'user-123' });
    expect(reading.flags).toContain(flag);
  });

  it('suspects stamps of another time, and keeps them', () => {
    const hour = 3_600_000;
    const at = 1760000000000;
    expect(stamped('1262304000000').flags).toEqual(['suspect', 'suspect-before-2020']);
    expect(stamped(String(at), { now: at - 49 * hour }).flags).toEqual([
      'suspect',
      'suspect-in-future',
    ]);
    expect(stamped(String(at), { now: at - 47 * hour }).flags).toEqual([]);
    const early = stamped(String(at), { invokedAt: at + 2 * hour, stoppedAt: at + 3 * hour });
    expect(early.flags).toEqual(['suspect', 'suspect-away-from-recording']);
    expect(early.stampMs).toBe(at);
    expect(
      stamped(String(at), { invokedAt: at - 5 * hour, stoppedAt: at - 2 * hour }).flags,
    ).toContain('suspect');
    expect(stamped(String(at), { invokedAt: at - 5 * hour, stoppedAt: null }).flags).toEqual([]);
  });

  it('keeps other streams and unknown kinds as text and flags them', () => {
    expect(read('x_u1_p1', {}, '_screenshare_audio_1760000000000.webm')).toMatchObject({
      reading: 'derived',
      streamKind: 'screenshare',
      flags: [],
    });
    expect(read('x_u1_p1', {}, '_peer_video_1760000000000.webm').flags).toEqual([
      'not-playable-yet',
    ]);
    expect(read('x_u1_p1', {}, '_hologram_audio_1760000000000.webm')).toMatchObject({
      reading: 'derived',
      streamKind: 'hologram',
      flags: ['unknown-stream-kind'],
    });
    expect(read('x_u1_p1', {}, '_peer_smell_1760000000000.webm')).toMatchObject({
      mediaKind: 'smell',
      flags: ['unknown-media-kind', 'not-playable-yet'],
    });
  });

  it('derives nothing from a name in which neither kind is known', () => {
    const reading = read('team_call_jane', {}, '_on_mobile_1760000000000.webm');
    expect(reading.reading).toBe('ambiguous');
  });

  it.each([
    ['.WEBM', 'extension-case'],
    ['.webm.part', 'partial-download'],
    ['.ogg', 'other-extension'],
    ['', 'no-extension'],
    [' (1).webm', 'copy-suffix'],
  ] as const)('recognises the ending "%s"', (ending, flag) => {
    const reading = read('x_u1_p1', {}, `_peer_audio_1760000000000${ending}`);
    expect(parts(reading)).toEqual(['derived', 'x', 'u1', 'p1']);
    expect(reading.flags).toEqual([flag]);
    expect(reading.trackStamp).toBe('1760000000000');
  });

  it('cuts the query of a link and lets its signature into no field', () => {
    for (const query of [
      '?X-Amz-Signature=c4nary&X-Amz-Expires=604800',
      '?X-Amz-Date=1&response-content-disposition=c4nary.webm',
      '?sig=c4nary',
      '?c4nary',
    ]) {
      const reading = read('x_u1_p1', {}, TAIL + query);
      expect(parts(reading)).toEqual(['derived', 'x', 'u1', 'p1']);
      expect(reading.flags).toEqual(['query-cut']);
      expect(JSON.stringify(reading)).not.toContain('c4nary');
    }
    expect(JSON.stringify(readFileName('odd?X-Goog-Signature=c4nary', {}))).not.toContain('c4nary');
  });

  it('leaves a question mark in an id alone', () => {
    expect(parts(read('who?_u?1_p1'))).toEqual(['derived', 'who?', 'u?1', 'p1']);
  });

  it('decodes the path of a link once, and a map key never', () => {
    expect(fileNameFromLink('https://h/b/a%2Fb%2520c+d_u_p_peer_audio_1.webm?X=1')).toBe(
      'a/b%20c+d_u_p_peer_audio_1.webm',
    );
    expect(fileNameFromLink('https://h/b/100%_u.webm')).toBe('100%_u.webm');
    expect(read('a%20b_u+1_p1')).toMatchObject({ prefix: 'a%20b', userId: 'u+1' });
  });

  it.each([
    'Jane final.webm',
    '',
    '.webm',
    '_',
    '______',
    'interview_with_jane_doe_final_cut.webm',
    'audio_1760000000000',
  ])('calls "%s" unreadable and keeps it letter for letter', (name) => {
    const reading = readFileName(name, {});
    expect(parts(reading)).toEqual(['unreadable', null, null, null]);
    expect(reading.fileName).toBe(name);
    expect(reading.candidates).toEqual([]);
  });

  it('recognises the unfilled template', () => {
    const template =
      '{{file_name_prefix}}_{{user_id}}_{{peer_id}}_{{stream_kind}}_{{media_kind}}_{{date_time}}.webm';
    expect(readFileName(template, {})).toMatchObject({ reading: 'unreadable', userId: null });
    expect(readFileName(template, {}).flags).toContain('template');
    expect(read('default_{{user_id}}_p1').flags).toContain('template');
  });

  it.each(['', 'undefined', 'null'])('never makes a person of the placeholder "%s"', (id) => {
    for (const evidence of [{}, { users: [id] }, { prefixes: ['x'] }, { peers: ['p1'] }]) {
      const reading = read(`x_${id}_p1`, evidence);
      expect(parts(reading)).toEqual(['ambiguous', null, null, null]);
      expect(reading.flags).toContain('placeholder-user');
      expect(reading.candidates[0]).toMatchObject({ prefix: 'x', userId: id, peerId: 'p1' });
    }
    expect(read(`x_u1_${id}`)).toMatchObject({ reading: 'ambiguous', flags: ['placeholder-peer'] });
  });
});

describe('characters', () => {
  it('compares UUIDs in any case and every other id letter by letter', () => {
    expect(sameId(U1, U1.toUpperCase())).toBe(true);
    expect(sameId('User', 'user')).toBe(false);
    expect(sameId('__proto__', '__PROTO__')).toBe(false);
  });

  it('keeps special characters of ids', () => {
    const id = 'a@b.c+d:e/f\\g%h i';
    expect(parts(read(`x_${id}_p1`))).toEqual(['derived', 'x', id, 'p1']);
    expect(read(`x_${id}_p1`).flags).toEqual(['path-like']);
  });

  it('keeps the raw form and compares NFC with NFD', () => {
    const nfd = 'rene\u0301_le\u0301';
    const reading = read(`x_${nfd}_p1`, { users: ['ren\u00e9_l\u00e9'] });
    expect(parts(reading)).toEqual(['exact', 'x', nfd, 'p1']);
    expect(reading.flags).toEqual(['not-nfc']);
    expect(foldForSearch('RENE\u0301')).toBe(foldForSearch('ren\u00e9'));
  });

  it.each([
    ['🎙'.repeat(64), []],
    ['a\u202eb', ['bidi-marks']],
    ['a\u200bb', ['zero-width']],
    ['a\u0000b\nc', ['control-characters']],
    ['a\ud83db', ['lone-surrogate']],
    ['jаne', ['look-alike']],
    ['Иван', []],
  ])('reads the id %j and flags what a reader cannot see', (id, flags) => {
    const reading = read(`x_${id}_p1`);
    expect(parts(reading)).toEqual(['derived', 'x', id, 'p1']);
    expect(reading.flags).toEqual(flags);
    expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
  });

  it('keeps look-alikes apart and hints at them', () => {
    expect(sameId('jane', 'jаne')).toBe(false);
    expect(looksAlike('jane', 'jаne')).toBe(true);
    expect(looksAlike('jane', 'june')).toBe(false);
    const reading = read('x_аеор_p1', { users: ['aeop'] });
    expect(reading).toMatchObject({ reading: 'derived', userId: 'аеор' });
    expect(reading.flags).toContain('look-alike');
  });

  it('keeps paths in names as text', () => {
    const reading = readFileName('../../etc/x_u_p_peer_audio_1.webm', {});
    expect(parts(reading)).toEqual(['derived', '../../etc/x', 'u', 'p']);
    expect(reading.flags).toContain('path-like');
    expect(readFileName(`C:\\x_u_p${TAIL}`, {}).flags).toContain('path-like');
  });
});

describe('size', () => {
  it('reads a prefix of 900 characters like any other', () => {
    const prefix = 'x'.repeat(900);
    expect(parts(read(`${prefix}_u1_p1`))).toEqual(['derived', prefix, 'u1', 'p1']);
    const many = `${'y_'.repeat(450)}u1_p1`;
    expect(parts(read(many, { prefixes: ['y_'.repeat(450).slice(0, -1)], peers: ['p1'] }))).toEqual(
      ['exact', 'y_'.repeat(450).slice(0, -1), 'u1', 'p1'],
    );
  });

  it('keeps every split of 46 parts, and the likeliest of more', () => {
    const all = read(Array.from({ length: 46 }, (_, at) => `t${at}`).join('_'));
    expect(all.candidates).toHaveLength(990);
    expect(all.flags).toEqual([]);
    const more = read(Array.from({ length: 60 }, (_, at) => `t${at}`).join('_'));
    expect(more.reading).toBe('ambiguous');
    expect(more.candidates.length).toBeGreaterThan(900);
    expect(more.candidates.length).toBeLessThanOrEqual(1024);
    expect(more.flags).toContain('candidates-cut');
  });

  it('stays linear in names of a megabyte, and small in its answer', () => {
    const monsters = [
      '_'.repeat(1_000_000) + TAIL,
      `${'a'.repeat(1_000_000)}_u_p${TAIL}`,
      'a_'.repeat(20) + 'b'.repeat(1_000_000) + '_c'.repeat(20) + TAIL,
      '_'.repeat(1_000_000),
      '?'.repeat(1_000_000),
      '_9'.repeat(500_000),
      `${'(1)'.repeat(300_000)}.webm`,
      `${'.webm?'.repeat(160_000)}x`,
    ];
    for (const name of monsters) {
      let fastest = Infinity;
      let size = 0;
      for (let run = 0; run < 3; run++) {
        const before = performance.now();
        const reading = readFileName(name, { users: ['u'], peers: ['p'], prefixes: ['x'] });
        fastest = Math.min(fastest, performance.now() - before);
        size = JSON.stringify(reading).length;
      }
      expect(fastest).toBeLessThan(100);
      expect(size).toBeLessThan(20_000_000);
    }
  });
});
