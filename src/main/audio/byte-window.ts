/** @file Main process. A window of fixed size that slides over a file: any file is read with the same memory. */
import type { FileHandle } from 'node:fs/promises';

const WINDOW_BYTES = 256 * 1024;

export class ByteWindow {
  /** The bytes in view; the first of them lies at `start` of the file. */
  bytes: Uint8Array;
  start = 0;
  readonly #file: FileHandle;
  readonly #buffer: Buffer;

  constructor(file: FileHandle, sizeBytes = WINDOW_BYTES) {
    this.#file = file;
    this.#buffer = Buffer.allocUnsafe(sizeBytes);
    this.bytes = this.#buffer.subarray(0, 0);
  }

  get end(): number {
    return this.start + this.bytes.length;
  }

  /** Moves the window so that it begins at `at`; shorter at the end of the file. Bytes already seen are not read again. */
  async moveTo(at: number): Promise<void> {
    let kept = 0;
    if (at >= this.start && at < this.end) {
      this.#buffer.copyWithin(0, at - this.start, this.bytes.length);
      kept = this.end - at;
    }
    while (kept < this.#buffer.length) {
      const { bytesRead } = await this.#file.read(
        this.#buffer,
        kept,
        this.#buffer.length - kept,
        at + kept,
      );
      if (bytesRead === 0) break;
      kept += bytesRead;
    }
    this.start = at;
    this.bytes = this.#buffer.subarray(0, kept);
  }

  /** Whether all of the bytes from `at` to `at + count` are in view. */
  has(at: number, count: number): boolean {
    return at >= this.start && at + count <= this.start + this.bytes.length;
  }

  /** The bytes in view from `at` to `at + count`; valid until the window moves. */
  slice(at: number, count: number): Uint8Array {
    return this.bytes.subarray(at - this.start, at - this.start + count);
  }
}
