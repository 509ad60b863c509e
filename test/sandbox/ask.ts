/** @file Sandbox. A plain client for the sandbox's own tests: asks, and reads answers without believing anything. */
import { request } from 'node:http';
import { z } from 'zod';
import type { Sandbox } from './index.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  /** How the connection ended. */
  readonly end: 'whole' | 'broken';
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

/** One request with nothing added. Resolves also when the answer breaks off; rejects without an answer. */
export function ask(
  address: string,
  options: { method?: string; headers?: Record<string, string>; body?: unknown } = {},
): Promise<Reply> {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let answered = false;
    const outgoing = request(address, { method, headers, agent: false }, (response) => {
      answered = true;
      const settle = (end: Reply['end']) => {
        const bytes = Buffer.concat(chunks);
        const { statusCode: status = 0 } = response;
        resolve({ status, headers: response.headers, bytes, end, json: parseJson(bytes) });
      };
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', () => settle('broken'));
      response.once('end', () => settle(response.complete ? 'whole' : 'broken'));
    });
    // Once an answer has begun, its own end tells what became of it.
    outgoing.on('error', (error) => {
      if (!answered) reject(error);
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Asks a RealtimeKit call with the good token; `path` is below the app, or below the account's root with a leading slash. */
export function askApi(
  { apiRoot, accountId, appId, token }: Sandbox,
  path: string,
  options: { method?: string; body?: unknown; token?: string } = {},
): Promise<Reply> {
  const base = `${apiRoot}/accounts/${accountId}/realtime/kit`;
  const address = path.startsWith('/') ? `${base}${path}` : `${base}/${appId}/${path}`;
  const headers = { Authorization: `Bearer ${options.token ?? token}` };
  return ask(address, { ...options, headers });
}

const recordingSchema = z.object({
  data: z.object({
    download_url: z.array(
      // Not `z.record`: it drops a file that is called `__proto__`.
      z.object({
        layer_name: z.string(),
        download_urls: z.custom<object>((it) => it instanceof Object),
      }),
    ),
  }),
});

const entrySchema = z.object({ download_url: z.url() });

export interface ListedLink {
  readonly layerName: string;
  readonly fileName: string;
  readonly link: string;
}

/** The links of a recording; only for the default shape of `download_url`. */
export async function linksOf(sandbox: Sandbox, recordingId: string): Promise<ListedLink[]> {
  const { json } = await askApi(sandbox, `recordings/${recordingId}`);
  return recordingSchema.parse(json).data.download_url.flatMap((layer) =>
    Object.entries(layer.download_urls).map(([fileName, entry]) => ({
      layerName: layer.layer_name,
      fileName,
      link: entrySchema.parse(entry).download_url,
    })),
  );
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    return undefined;
  }
}
