/** @file Contract. The one object the window finds at `window.trackvault`. */

/** Deliberately untyped by call: the envelope is opened, and the types are given, in `renderer/api.ts`. */
export interface Bridge {
  invoke(method: string, input: unknown): Promise<unknown>;
  /** Returns the function that stops listening. */
  listen(listener: (name: string, value: unknown) => void): () => void;
}
