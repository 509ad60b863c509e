/** @file Main process. Takes `download_url` apart: every shape seen, nothing dropped without a word (contract 8.2). */
import { isAllowedLink } from './api-root.ts';
import { Link } from './link.ts';
import { withoutSignature } from './safe-text.ts';
import type { DownloadProblem, DownloadShape, VendorFile } from './vendor.ts';

/** What a recording offers for download at the moment. */
export interface DownloadOffer {
  readonly shape: DownloadShape;
  readonly files: readonly VendorFile[];
  readonly problems: readonly DownloadProblem[];
}

export interface OfferContext {
  /** Epoch ms of the recording's `download_url_expiry`. */
  readonly linksExpireAt: number | null;
  /** Then plain http links are accepted. */
  readonly apiIsLoopback: boolean;
}

type Shape = 'none' | 'address' | 'layers' | 'links' | 'layer' | 'not-understood';

interface Layer {
  /** Key under which the layer stood, where it stood in an object. */
  readonly key: string | null;
  readonly value: unknown;
}

// The only layer name that works today (contract 7.2); assumed where a layer has no name.
const usualLayer = 'default';

/**
 * Files of all layers, keyed by layer and name. Works on decoded JSON with `Object.entries` alone,
 * so that a file called `__proto__` is a file like any other.
 */
export function readDownloadOffer(value: unknown, context: OfferContext): DownloadOffer {
  const inner = decodedText(value);
  const wrapped = inner !== undefined;
  const { shape, layers } = layersOf(wrapped ? inner : value);
  const collected = new Collector(context);
  if (shape === 'not-understood') collected.complain('not-understood', null, null);
  for (const layer of layers) readLayer(layer, collected);
  return {
    shape: nameOf(shape, wrapped),
    files: [...collected.files.values()],
    problems: collected.problems,
  };
}

/**
 * The one file behind a plain address on a recording known to be of tracks: no layer, no name, so
 * it takes the last part of the path and is reported as named so.
 */
export function fileBehindAddress(address: string, context: OfferContext): DownloadOffer {
  const collected = new Collector(context);
  const fileName = lastPathPart(address);
  collected.take(usualLayer, fileName, address, null, null);
  if (collected.files.size > 0) collected.complain('named-by-address', usualLayer, fileName);
  return { shape: 'address', files: [...collected.files.values()], problems: collected.problems };
}

class Collector {
  readonly files = new Map<string, VendorFile>();
  readonly problems: DownloadProblem[] = [];
  readonly #context: OfferContext;

  constructor(context: OfferContext) {
    this.#context = context;
  }

  complain(because: DownloadProblem['because'], layerName: string | null, fileName: string | null) {
    this.problems.push({ layerName, fileName, because });
  }

  take(
    layerName: string,
    listedName: string,
    address: unknown,
    customParticipantId: string | null,
    peerId: string | null,
  ): void {
    const fileName = withoutSignature(listedName);
    if (fileName !== listedName) this.complain('signature-cut', layerName, fileName);
    if (address === null || address === undefined || address === '') {
      this.complain('no-address', layerName, fileName);
      return;
    }
    if (typeof address !== 'string' || !URL.canParse(address) || /\s/.test(address)) {
      this.complain('not-an-address', layerName, fileName);
      return;
    }
    if (!isAllowedLink(address, this.#context.apiIsLoopback)) {
      this.complain('not-https', layerName, fileName);
      return;
    }
    const key = JSON.stringify([layerName, fileName]);
    const link = new Link(address, this.#context.linksExpireAt);
    const known = this.files.get(key);
    if (known === undefined) {
      this.files.set(key, { layerName, fileName, customParticipantId, peerId, link });
    } else if (!known.link.isSameAs(link)) {
      this.complain('listed-twice', layerName, fileName);
    }
  }
}

function layersOf(value: unknown): { shape: Shape; layers: Layer[] } {
  if (value === null || value === undefined || value === '') return { shape: 'none', layers: [] };
  if (typeof value === 'string') {
    return { shape: /^https?:/i.test(value.trim()) ? 'address' : 'not-understood', layers: [] };
  }
  if (Array.isArray(value))
    return { shape: value.length === 0 ? 'none' : 'layers', layers: listed(value) };
  if (!isObject(value)) return { shape: 'not-understood', layers: [] };
  const members = new Map(Object.entries(value));
  if (members.size === 0) return { shape: 'none', layers: [] };
  if (members.has('links')) return { shape: 'links', layers: linksOf(members.get('links')) };
  if (members.has('download_urls')) return { shape: 'layer', layers: [{ key: null, value }] };
  return { shape: 'not-understood', layers: [] };
}

/** `links` is a list, an object of layers, or null while nothing is ready. */
function linksOf(links: unknown): Layer[] {
  if (links === null || links === undefined) return [];
  if (Array.isArray(links)) return listed(links);
  if (!isObject(links)) return [{ key: null, value: links }];
  const members = Object.entries(links);
  const isOneLayer = members.some(([key]) => key === 'download_urls');
  return isOneLayer
    ? [{ key: null, value: links }]
    : members.map(([key, value]) => ({ key, value }));
}

function listed(values: readonly unknown[]): Layer[] {
  return values.map((value) => ({ key: null, value }));
}

function readLayer({ key, value }: Layer, collected: Collector): void {
  const members = isObject(value) ? new Map(Object.entries(value)) : null;
  const layerName = textOf(members?.get('layer_name')) ?? key ?? usualLayer;
  const urls = members?.get('download_urls');
  if (members !== null && (urls === null || urls === undefined)) return;
  if (!isObject(urls)) {
    collected.complain('not-understood', layerName, null);
    return;
  }
  for (const [fileName, entry] of Object.entries(urls)) {
    if (!isObject(entry)) {
      collected.take(layerName, fileName, entry, null, null);
      continue;
    }
    const fields = new Map(Object.entries(entry));
    collected.take(
      layerName,
      fileName,
      fields.get('download_url'),
      textOf(fields.get('custom_participant_id')),
      textOf(fields.get('peer_id')),
    );
  }
}

/** The JSON inside a text, or `undefined` when there is none. */
export function decodedText(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

function nameOf(shape: Shape, wrapped: boolean): DownloadShape {
  if (!wrapped || shape === 'address' || shape === 'not-understood') return shape;
  return `json-${shape}`;
}

function lastPathPart(address: string): string {
  const path = URL.canParse(address) ? new URL(address).pathname : '';
  const last = path.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
