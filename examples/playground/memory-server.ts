/** A server with one document, in the memory of the page: what an XCAP server does with conditional requests. */

import type { Fetch } from 'xcap';

/** The document on the server. */
export class MemoryServer {
  #text: string;
  #version = 1;
  readonly #onWrite: () => void;

  /** @param onWrite - called after each write */
  constructor(text: string, onWrite: () => void) {
    this.#text = text;
    this.#onWrite = onWrite;
  }

  get text(): string {
    return this.#text;
  }

  get etag(): string {
    return `"${this.#version}"`;
  }

  /**
   * Answers requests of a device, as `fetch`.
   *
   * @param isOnline - whether the device has a connection
   */
  connection(isOnline: () => boolean): Fetch {
    return async (_url, { method = 'GET', headers, body }) => {
      if (!isOnline()) throw new TypeError('no connection');
      const given = new Headers(headers);
      const required = given.get('if-match');
      if (required !== null && required !== this.etag) return new Response(null, { status: 412 });
      if (given.get('if-none-match') === this.etag) return new Response(null, { status: 304 });
      if (method === 'PUT') {
        this.#text = await new Response(body).text();
        this.#version++;
        this.#onWrite();
      }
      const answer = { etag: this.etag, 'content-type': 'application/resource-lists+xml' };
      return new Response(method === 'GET' ? this.#text : null, { headers: answer });
    };
  }
}
