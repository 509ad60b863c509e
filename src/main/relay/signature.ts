/** @file Main process. Whether the service itself wrote a webhook: RSA with SHA-256 over the raw bytes (contract 13.2). Pure. */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Apps that moved over from the predecessor still get its headers. */
const signatureHeaders = ['rtk-signature', 'dyte-signature'];
/** An RSA signature of 16 384 bits in base64 is shorter. */
const longestSignature = 4_096;

/** The signature as bytes; null when there is none, or two that differ. */
export function signatureOf(headers: IncomingHttpHeaders): Buffer | null {
  const given = signatureHeaders.flatMap((name) => headers[name] ?? []);
  const [first] = given;
  if (first === undefined || given.some((each) => each !== first)) return null;
  if (first.length > longestSignature || !/^[A-Za-z0-9+/]+={0,2}$/.test(first)) return null;
  return Buffer.from(first, 'base64');
}

/** Reads the service's key; null for anything but an RSA public key in PEM. */
export function readPublicKey(pem: string): KeyObject | null {
  try {
    const key = createPublicKey({ key: pem, format: 'pem' });
    return key.asymmetricKeyType === 'rsa' ? key : null;
  } catch {
    return null;
  }
}

export function isSigned(body: Buffer, signature: Buffer, key: KeyObject): boolean {
  // RSASSA-PKCS1-v1_5, the padding of RSA keys when none is named.
  return verify('sha256', body, key, signature);
}
