/** @file Sandbox. Puts bytes on the wire as slowly, as shortly or as brokenly as a switch wants. */
import type { ServerResponse } from 'node:http';

export interface Delivery {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Reset the connection after this many bytes of the body. */
  readonly cutAfterBytes?: number;
  /** Close the connection after the body even if Content-Length promised more. */
  readonly endsShort?: boolean;
  readonly bytesPerSecond?: number | null;
}

const tickMs = 40;

/** Resolves when the answer is out, cut, or the client has gone. */
export async function deliver(response: ServerResponse, delivery: Delivery): Promise<void> {
  const { body, cutAfterBytes, bytesPerSecond } = delivery;
  response.writeHead(delivery.status, delivery.headers);
  response.flushHeaders();
  const goesOut = body.subarray(0, cutAfterBytes ?? body.length);
  const portion = bytesPerSecond
    ? Math.max(1, Math.round((bytesPerSecond * tickMs) / 1000))
    : goesOut.length;
  for (let at = 0; at < goesOut.length; at += portion) {
    if (response.destroyed) return;
    await write(response, goesOut.subarray(at, at + portion));
    if (bytesPerSecond && at + portion < goesOut.length) await pause(tickMs);
  }
  if (cutAfterBytes !== undefined && cutAfterBytes < body.length) {
    // A reset throws away what the client has not read yet: let it read first.
    await pause(tickMs);
    response.socket?.resetAndDestroy();
  } else if (delivery.endsShort) response.socket?.end();
  else response.end();
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Ends when the bytes are handed over, or the connection is gone. */
function write(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.write(bytes, () => {
      response.off('close', resolve);
      resolve();
    });
  });
}
