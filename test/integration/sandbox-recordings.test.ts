/** @file Tests. The stand-in's recordings: every shape of `download_url`, every status, start, pause and stop (contract 7, 8). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { askApi, type Reply } from '../sandbox/ask.ts';
import { liveMeetingId, oddRecordings, startSandbox, type Sandbox } from '../sandbox/index.ts';

const harbourMeeting = 'bbb41e77-0d3a-4c58-9b16-e2f07a9c3d51';
const harbourRecording = 'fffd7c39-4e1b-46f8-b5a0-3f9c8e7d1b64';
const composite = 'fff0a8e5-93b7-4c21-8d46-5e7f10c2b9a3';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ scenario: 'all-states' });
});
afterEach(() => sandbox.close());

const oneSchema = z.object({ data: z.looseObject({ id: z.string(), status: z.string() }) });

const recordingOf = async (id: string) =>
  oneSchema.parse((await askApi(sandbox, `recordings/${id}`)).json).data;
const downloadUrlOf = async (id: string) => (await recordingOf(id))['download_url'];

describe('one recording (contract 8)', () => {
  test('links come in each shape of U10', async () => {
    const layer = { layer_name: 'default', download_urls: {} };
    sandbox.switches.downloadUrl = 'array';
    expect(await downloadUrlOf(harbourRecording)).toMatchObject([layer]);
    sandbox.switches.downloadUrl = 'links';
    expect(await downloadUrlOf(harbourRecording)).toMatchObject({ links: [layer] });
    sandbox.switches.downloadUrl = 'links-map';
    expect(await downloadUrlOf(harbourRecording)).toMatchObject({ links: { default: layer } });
    sandbox.switches.downloadUrl = 'one-layer';
    expect(await downloadUrlOf(harbourRecording)).toMatchObject(layer);
    for (const shape of ['array-text', 'links-text', 'one-layer-text'] as const) {
      sandbox.switches.downloadUrl = shape;
      const text = z.string().parse(await downloadUrlOf(harbourRecording));
      const plain = shape.replace('-text', '') as 'array' | 'links' | 'one-layer';
      sandbox.switches.downloadUrl = plain;
      const names = (value: unknown) => JSON.stringify(value).match(/[^"]+\.webm(?=":)/g);
      expect(names(JSON.parse(text))).toEqual(names(await downloadUrlOf(harbourRecording)));
    }
    expect(await downloadUrlOf(composite)).toMatch(/^http:.*\.mp4\?/);
  });

  test('an entry is an object, may name the person, or is the bare link', async () => {
    const entries = async () => {
      const layers = z
        .array(z.object({ download_urls: z.record(z.string(), z.unknown()) }))
        .parse(await downloadUrlOf(harbourRecording));
      return Object.values(layers[0]?.download_urls ?? {});
    };
    expect(Object.keys((await entries())[1] ?? {})).toEqual(['download_url']);
    sandbox.switches.entryNamesPerson = true;
    expect((await entries())[1]).toMatchObject({ custom_participant_id: 'guest_17' });
    sandbox.switches.downloadEntry = 'text';
    expect((await entries())[1]).toMatch(/^http:/);
  });

  test('nothing ready is null, absent, or one of three empties (U10 a)', async () => {
    const seen: unknown[] = [];
    for (const shape of ['null', 'absent', 'empty-text', 'empty-object', 'empty-array'] as const) {
      sandbox.switches.noDownloadUrl = shape;
      seen.push(await downloadUrlOf(oddRecordings.zeroFiles));
    }
    expect(seen).toEqual([null, undefined, '', {}, []]);
  });

  test('two layers are two entries, and a late file appears when told to', async () => {
    expect(await downloadUrlOf(oddRecordings.twoLayers)).toMatchObject([
      { layer_name: 'default' },
      { layer_name: 'backup' },
    ]);
    const count = () =>
      sandbox.originals().filter((each) => each.recordingId === oddRecordings.growing).length;
    expect(count()).toBe(1);
    expect(sandbox.growFiles(oddRecordings.growing)).toBe(1);
    expect(count()).toBe(2);
    sandbox.addFile(oddRecordings.growing, { fileName: 'later.webm', bytes: Buffer.from('bytes') });
    expect(JSON.stringify(await downloadUrlOf(oddRecordings.growing))).toContain('later.webm');
  });

  test('it sits at data or data.recording, in data or result', async () => {
    sandbox.switches.oneRecordingAt = 'data.recording';
    const path = `recordings/${harbourRecording}`;
    expect((await askApi(sandbox, path)).json).toMatchObject({
      data: { recording: { id: harbourRecording } },
    });
    sandbox.switches.successKey = 'result';
    expect((await askApi(sandbox, path)).json).toMatchObject({
      result: { recording: { id: harbourRecording } },
    });
  });

  test('unlisted fields are there, empty or absent; unknown fields appear; optional ones are null', async () => {
    expect(await recordingOf(harbourRecording)).toMatchObject({
      type: '',
      meeting_id: harbourMeeting,
    });
    sandbox.switches.recordingType = 'TRACK';
    expect(await recordingOf(harbourRecording)).toMatchObject({ type: 'TRACK' });
    sandbox.switches.recordingType = 'absent';
    sandbox.switches.recordingMeetingId = false;
    sandbox.switches.unknownFields = true;
    const bare = await recordingOf(harbourRecording);
    expect(bare).not.toHaveProperty('type');
    expect(bare).not.toHaveProperty('meeting_id');
    expect(bare).toHaveProperty('x_future');
    sandbox.switches.nullOptionals = true;
    expect(await recordingOf(harbourRecording)).toMatchObject({
      start_reason: null,
      recording_duration: null,
    });
    const { json } = await askApi(sandbox, `meetings/${harbourMeeting}`);
    expect(json).toMatchObject({ data: { title: null, status: null } });
  });

  test('statuses move by command, also to unknown words; errors come with and without words', async () => {
    expect(await recordingOf(oddRecordings.errored)).not.toHaveProperty('err_message');
    expect(await recordingOf(oddRecordings.erroredWithMessage)).toHaveProperty('err_message');
    expect(await recordingOf(oddRecordings.stuckUploading)).toMatchObject({
      status: 'UPLOADING',
      recording_duration: 0,
      download_url: null,
    });
    sandbox.setStatus(oddRecordings.stuckUploading, 'UPLOADED');
    expect((await recordingOf(oddRecordings.stuckUploading))['download_url_expiry']).toMatch(/Z$/);
    sandbox.setStatus(oddRecordings.stuckUploading, 'MELTED', 'too warm');
    expect(await recordingOf(oddRecordings.stuckUploading)).toMatchObject({
      status: 'MELTED',
      err_message: 'too warm',
    });
  });

  test('a removed row is 404, and so is one after seven days when rows vanish', async () => {
    sandbox.removeRecording(oddRecordings.errored);
    expect(await askApi(sandbox, `recordings/${oddRecordings.errored}`)).toMatchObject({
      status: 404,
    });
    const path = `recordings/${oddRecordings.expired}`;
    expect(await askApi(sandbox, path)).toMatchObject({ status: 200 });
    sandbox.switches.rowAfterSevenDays = 'gone';
    expect(await askApi(sandbox, path)).toMatchObject({
      status: 404,
      json: { error: { code: 404 } },
    });
  });
});

describe('starting and stopping (contract 7.2, 7.7)', () => {
  const start = (body: Record<string, unknown>) =>
    askApi(sandbox, 'recordings/track', { method: 'POST', body });
  const steer = (id: string, action: string) =>
    askApi(sandbox, `recordings/${id}`, { method: 'PUT', body: { action } });
  const startedId = (reply: Reply) =>
    z.object({ data: z.object({ recording: z.object({ id: z.string() }) }) }).parse(reply.json).data
      .recording.id;
  const live = { meeting_id: liveMeetingId };

  test('a recording is invoked, records, uploads and ends with a file for each person', async () => {
    const id = startedId(await start(live));
    expect(await recordingOf(id)).toMatchObject({ status: 'INVOKED' });
    expect(await start(live)).toMatchObject({ status: 409 });
    sandbox.clock.advance(4_000);
    expect(
      (await askApi(sandbox, `recordings/active-recording/${liveMeetingId}`)).json,
    ).toMatchObject({
      data: { id, status: 'RECORDING' },
    });
    expect((await steer(id, 'stop')).json).toMatchObject({ data: { status: 'UPLOADING' } });
    sandbox.clock.advance(9_000);
    expect(await recordingOf(id)).toMatchObject({ status: 'UPLOADED' });
    expect(sandbox.originals().filter((each) => each.recordingId === id)).toHaveLength(2);
    expect(await steer(id, 'stop')).toMatchObject({ status: 400 });
    expect(await askApi(sandbox, `recordings/active-recording/${liveMeetingId}`)).toMatchObject({
      status: 404,
    });
  });

  test('custom ids instead of user ids end without a file (U4)', async () => {
    const id = startedId(await start({ ...live, user_ids: ['acme_jane_doe'] }));
    sandbox.clock.advance(30_000);
    await steer(id, 'stop');
    sandbox.clock.advance(9_000);
    expect(await recordingOf(id)).toMatchObject({ status: 'UPLOADED', download_url: null });
  });

  test('the older body, a checked prefix, a blocked start and an empty room refuse (U5, U6, U18, U21)', async () => {
    sandbox.switches.startBody = 'outputs';
    expect(await start(live)).toMatchObject({
      status: 422,
      json: { error: { message: '"layers" is required' } },
    });
    sandbox.switches.prefixCheck = true;
    const outputs = [{ type: 'REALTIMEKIT_BUCKET' }];
    const withPrefix = (file_name_prefix: string) =>
      start({ ...live, layers: { default: { file_name_prefix, outputs } } });
    expect(await withPrefix('a_b')).toMatchObject({ status: 422 });
    expect(await withPrefix('ab')).toMatchObject({ status: 200 });
    sandbox.switches.startBody = 'current';
    const empty = { meeting_id: harbourMeeting };
    expect(await start(empty)).toMatchObject({ status: 404 });
    sandbox.switches.startWithoutSession = 409;
    expect(await start(empty)).toMatchObject({ status: 409 });
  });

  test('a running composite recording blocks a track start only by reading B of U6', async () => {
    sandbox.setStatus(oddRecordings.recording, 'UPLOADED');
    sandbox.setStatus(oddRecordings.paused, 'UPLOADED');
    sandbox.setStatus(oddRecordings.invoked, 'ERRORED');
    sandbox.setStatus(oddRecordings.compositeWebm, 'RECORDING');
    const studio = { meeting_id: 'bbb8c4f1-2e60-4a9d-97b5-3d0e7f1a6c28' };
    sandbox.switches.compositeBlocksTrack = true;
    expect(await start(studio)).toMatchObject({ status: 409 });
    sandbox.switches.compositeBlocksTrack = false;
    expect(await start(studio)).toMatchObject({ status: 200 });
  });

  test('a track recording can be paused, or not (U9)', async () => {
    const { recording } = oddRecordings;
    expect((await steer(recording, 'pause')).json).toMatchObject({ data: { status: 'PAUSED' } });
    expect((await steer(recording, 'resume')).json).toMatchObject({
      data: { status: 'RECORDING' },
    });
    sandbox.switches.trackPause = 'refused';
    expect(await steer(recording, 'pause')).toMatchObject({ status: 400 });
  });
});
