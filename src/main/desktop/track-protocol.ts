/** @file Main process, Electron edge. Serves sound and waveforms as `track://<TrackId>/<part>`, with byte ranges. */
import { type FileHandle, open } from 'node:fs/promises';
import { protocol } from 'electron';
import { TrackId } from '#contract';
import type { TrackBody, TrackPart } from '../reviewing.ts';
import { readRange } from './byte-range.ts';
import { PAGE_ORIGIN } from './page-protocol.ts';

const contentTypes: Record<TrackPart, string> = {
  audio: 'audio/webm',
  peaks: 'application/octet-stream',
  overview: 'application/octet-stream',
};

const isTrackPart = (text: string): text is TrackPart => Object.hasOwn(contentTypes, text);

/** `locate` answers what there is of a part, or null. */
export function serveTracks(
  locate: (trackId: TrackId, part: TrackPart) => Promise<TrackBody | null>,
  devOrigin: string | null,
): void {
  const origin = devOrigin ?? PAGE_ORIGIN;
  protocol.handle('track', async (request) => {
    const url = new URL(request.url);
    const trackId = TrackId.safeParse(url.host);
    const part = url.pathname.slice(1);
    const refuse = (status: number, more: Record<string, string> = {}) =>
      new Response(null, { status, headers: { 'Access-Control-Allow-Origin': origin, ...more } });
    if (!trackId.success || !isTrackPart(part)) return refuse(404);
    const body = await locate(trackId.data, part).catch(() => null);
    if (body === null) return refuse(404);
    if (body.kind === 'bytes') {
      return new Response(new Uint8Array(body.bytes), {
        headers: { 'Content-Type': contentTypes[part], 'Access-Control-Allow-Origin': origin },
      });
    }
    const file = await open(body.path, 'r').catch(() => null);
    if (file === null) return refuse(404);
    try {
      const { size } = await file.stat();
      const range = readRange(request.headers.get('Range'), size);
      if (range === 'unsatisfiable') {
        await file.close();
        return refuse(416, { 'Content-Range': `bytes */${String(size)}` });
      }
      const { first, last } = range ?? { first: 0, last: size - 1 };
      return new Response(streamOf(file, first, last), {
        status: range === null ? 200 : 206,
        headers: {
          'Content-Type': contentTypes[part],
          'Content-Length': String(last - first + 1),
          'Accept-Ranges': 'bytes',
          'Cache-Control': 'no-store',
          'Access-Control-Allow-Origin': origin,
          ...(range === null
            ? {}
            : { 'Content-Range': `bytes ${String(first)}-${String(last)}/${String(size)}` }),
        },
      });
    } catch (thrown) {
      await file.close();
      throw thrown;
    }
  });
}

/** Pulls 64 KB at a time and closes the file whether the page reads on or goes away. */
function streamOf(file: FileHandle, first: number, last: number): ReadableStream<Uint8Array> {
  let position = first;
  return new ReadableStream({
    async pull(controller) {
      const wanted = Math.min(64 * 1024, last - position + 1);
      const { bytesRead, buffer } =
        wanted > 0
          ? await file.read(new Uint8Array(wanted), 0, wanted, position)
          : { bytesRead: 0, buffer: new Uint8Array(0) };
      if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
      position += bytesRead;
      if (bytesRead === 0 || position > last) {
        controller.close();
        await file.close();
      }
    },
    async cancel() {
      await file.close();
    },
  });
}
