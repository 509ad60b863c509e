/** @file Main process. The API token: a secret that no print, log or JSON shows. */
import { inspect } from 'node:util';

/** Holds an API token. The text comes out of `reveal()` alone, for the header of an API call. */
export class Token {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '[token]';
  }

  toJSON(): string {
    return '[token]';
  }

  [inspect.custom](): string {
    return '[token]';
  }
}
