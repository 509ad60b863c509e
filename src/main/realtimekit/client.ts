/** @file Main process. Asks for one thing or a list of things: token, address, refusals, pages, rows. */
import { Failure } from '#contract';
import { z } from 'zod';

import { addressOf, type Query } from './api-root.ts';
import type { ReadRow } from './answers.ts';
import type { Sending } from './exchange.ts';
import type { Gateway, Sent } from './gateway.ts';
import type { CallOptions, Notice } from './kit.ts';
import { walkPages, type Page } from './pages.ts';
import { failureOf, isAboutCredentials, isUnknownThing, type Refusal } from './refusal.ts';
import { readTokenShape } from './token-shape.ts';

/** A list as one call of the API gives it. */
export interface ListRequest<Row> {
  /** Name of the list for notices, and of the member of `data` it may stand in: `sessions`, … */
  readonly name: string;
  /** Path below the base, one id or word each. */
  readonly path: readonly string[];
  readonly query?: Query;
  readonly read: ReadRow<Row>;
  /** Which members make a row the same row on another page. Default: `id`. */
  readonly identity?: readonly string[];
  readonly asked: CallOptions;
}

export interface Client {
  /** One object, or `null` when the vendor knows no such thing. `name`: where in `data` it may stand. */
  one<Row>(request: Omit<ListRequest<Row>, 'identity'>): Promise<Row | null>;
  /**
   * Rows of a list, each once; rows that cannot be read are told as notices.
   * @throws UnknownThing when the vendor knows no such list; besides what every call throws
   */
  list<Row>(request: ListRequest<Row>): AsyncGenerator<Row>;
  /**
   * Sends an order once.
   * @throws Failure `credentials.missing`, `credentials.malformed`, `input.invalid`: nothing was sent
   */
  send(request: OrderRequest): Promise<Sent>;
}

/** An order to the service. */
export interface OrderRequest extends Pick<Sending, 'body'> {
  readonly method: 'POST' | 'PUT';
  readonly path: readonly string[];
  readonly asked: CallOptions;
}

export interface ClientOptions {
  readonly gateway: Gateway;
  /** Base of RealtimeKit for the account. */
  readonly base: string;
  readonly token: () => Promise<string | null>;
  /** The failure of a refusal that may be about the token, with its exact code. */
  readonly explain: (refusal: Refusal, signal: AbortSignal | undefined) => Promise<Failure>;
  readonly onNotice: (notice: Notice) => void;
}

/** The vendor knows no such thing. Internal: becomes `null`, or a look at the app id. */
export class UnknownThing extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.text);
    this.name = 'UnknownThing';
    this.refusal = refusal;
  }
}

const Members = z.record(z.string(), z.unknown());
const Paging = z.object({ total_count: z.number().int().nonnegative() });

/** Builds the client over a gateway. */
export function createClient(options: ClientOptions): Client {
  const { gateway, base, onNotice } = options;

  async function soundToken(): Promise<string> {
    const token = await options.token();
    if (token === null) throw new Failure('credentials.missing', 'There is no token.');
    const shape = readTokenShape(token);
    if (!shape.sound) {
      throw new Failure('credentials.malformed', 'The token is not written as tokens are.', {
        details: { because: shape.because },
      });
    }
    return shape.token;
  }

  async function ask(
    path: readonly string[],
    query: Query | undefined,
    asked: CallOptions,
  ): Promise<Readonly<Record<string, unknown>>> {
    const answer = await gateway.ask(addressOf(base, path, query), await soundToken(), asked);
    if (answer.ok) return answer.body;
    const { refusal } = answer;
    if (isAboutCredentials(refusal)) throw await options.explain(refusal, asked.signal);
    if (isUnknownThing(refusal)) throw new UnknownThing(refusal);
    throw failureOf(refusal);
  }

  function readPage(name: string, body: Readonly<Record<string, unknown>>): Page {
    const data = dataOf(body);
    const inner = Members.safeParse(data);
    const rows = Array.isArray(data) ? data : inner.success ? inner.data[name] : data;
    const paging = Paging.safeParse(body['paging'] ?? inner.data?.['paging']);
    const totalCount = paging.success ? paging.data.total_count : null;
    // An empty list is `null` in the spelling of some servers.
    if (rows === null) return { rows: [], totalCount };
    if (!Array.isArray(rows)) throw notUnderstood(name);
    return { rows, totalCount };
  }

  return {
    async send({ method, path, body, asked }) {
      return gateway.send(
        { method, address: addressOf(base, path), body },
        await soundToken(),
        asked,
      );
    },

    async one({ name, path, query, read, asked }) {
      try {
        const row = read(thingIn(await ask(path, query, asked), name));
        if (row === null) throw notUnderstood(name);
        return row;
      } catch (error) {
        if (error instanceof UnknownThing) return null;
        throw error;
      }
    },

    async *list<Row>(request: ListRequest<Row>) {
      const { name, path, query, read, asked } = request;
      const identity = request.identity ?? ['id'];
      const pages = walkPages({
        fetch: async (pageNo, perPage) =>
          readPage(name, await ask(path, { ...query, page_no: pageNo, per_page: perPage }, asked)),
        keyOf: (row) => identityOf(row, identity),
      });
      for await (const rows of pages) {
        const readable = rows.map(read).filter((row) => row !== null);
        if (readable.length === 0) throw notUnderstood(name);
        const lost = rows.length - readable.length;
        if (lost > 0) {
          const message = `${lost} of ${rows.length} rows had no usable id or status.`;
          onNotice({ kind: 'row-not-understood', call: name, message });
        }
        yield* readable;
      }
    },
  };
}

/** Generated clients of others expect `result`; both are seen (contract 2.1). */
function dataOf(body: Readonly<Record<string, unknown>>): unknown {
  return body['data'] ?? body['result'] ?? null;
}

/** One thing may stand at `data` or one level deeper under its name (contract 7). */
export function thingIn(body: Readonly<Record<string, unknown>>, name: string): unknown {
  const data = dataOf(body);
  const inner = Members.safeParse(data);
  return (inner.success ? inner.data[name] : undefined) ?? data;
}

function identityOf(row: unknown, members: readonly string[]): string | null {
  const parsed = Members.safeParse(row);
  if (!parsed.success) return null;
  const values = members.map((member) => parsed.data[member] ?? null);
  return values.every((value) => value === null) ? null : JSON.stringify(values);
}

function notUnderstood(name: string): Failure {
  return new Failure('api.not-understood', `The answer for “${name}” is not of a known form.`);
}
