/** @file Sandbox. Presigned-looking links in R2's and Google's spelling: signing, and judging one that is used (contract 12.1). */
import { createHmac } from 'node:crypto';

export type LinkStyle = 'r2' | 'google';

export interface Signing {
  readonly style: LinkStyle;
  readonly signedAt: number;
  readonly lifeSeconds: number;
}

export type LinkVerdict =
  | { readonly kind: 'good' }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'altered' }
  | {
      readonly kind: 'expired';
      readonly expiredAt: number;
      readonly lifeSeconds: number;
    };

export interface LinkSigner {
  /** The path with its signed query. */
  sign(path: string, signing: Signing): string;
  /** Judges a request line exactly as it came in: one changed character breaks the signature. */
  judge(method: string, rawUrl: string, now: number): LinkVerdict;
}

const spelling = {
  r2: { mark: 'X-Amz', algorithm: 'AWS4-HMAC-SHA256', scope: 'auto%2Fs3%2Faws4_request' },
  google: {
    mark: 'X-Goog',
    algorithm: 'GOOG4-RSA-SHA256',
    scope: 'auto%2Fstorage%2Fgoog4_request',
  },
} as const;

/** @param canary text that begins every signature, for tests that search for leaks; may be empty */
export function createSigner(canary: string): LinkSigner {
  const signature = (method: string, unsigned: string) =>
    canary + createHmac('sha256', 'the sandbox').update(`${method}\n${unsigned}`).digest('hex');
  return {
    sign: (path, { style, signedAt, lifeSeconds }) => {
      const { mark, algorithm, scope } = spelling[style];
      const date = compactTime(signedAt);
      const unsigned =
        `${path}?${mark}-Algorithm=${algorithm}` +
        `&${mark}-Credential=8c1f20d47b6e4a35%2F${date.slice(0, 8)}%2F${scope}` +
        `&${mark}-Date=${date}&${mark}-Expires=${lifeSeconds}&${mark}-SignedHeaders=host`;
      return `${unsigned}&${mark}-Signature=${signature('GET', unsigned)}`;
    },
    judge: (method, rawUrl, now) => {
      const match = /^(.*)&X-(?:Amz|Goog)-Signature=([^&]*)$/.exec(rawUrl);
      const [, unsigned, given] = match ?? [];
      if (unsigned === undefined) return { kind: 'unsigned' };
      if (given !== signature(method, unsigned)) return { kind: 'altered' };
      const date = /-Date=(\d{8}T\d{6}Z)/.exec(unsigned)?.[1] ?? '';
      const lifeSeconds = Number(/-Expires=(\d+)/.exec(unsigned)?.[1]);
      const expiredAt = parseCompactTime(date) + lifeSeconds * 1000;
      return now > expiredAt ? { kind: 'expired', expiredAt, lifeSeconds } : { kind: 'good' };
    },
  };
}

/** `20261118T094902Z`. */
function compactTime(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function parseCompactTime(text: string): number {
  return Date.parse(text.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
}

/** Percent-encoding as S3 does it: everything but unreserved characters. Lone surrogates become U+FFFD. */
export function encodeKey(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
