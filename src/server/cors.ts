/** Cross-origin requests of browsers (the Fetch standard, section 3.2). */

import { InvalidArgumentError } from '../selector/errors.ts';
import type { Outcome, ServerReply, ServerRequest } from './exchange.ts';

/** The origins of pages that may use the server: `true` for all, or a list. */
export type CorsOption = boolean | readonly string[];

/** Fields of replies that XCAP clients read. A browser hides every field that is not listed. */
const EXPOSED = 'ETag, WWW-Authenticate, Authentication-Info, Allow, Retry-After, Server';
const METHODS = 'GET, HEAD, PUT, DELETE, OPTIONS';
const REQUEST_FIELDS = ['authorization', 'content-type', 'if-match', 'if-none-match'];
/** Seconds that a browser keeps the answer to a preflight request. */
const MAX_AGE = '600';

/** Adds the fields that let pages of other origins use a server. */
export class Cors {
  readonly #isOpen: boolean;
  readonly #origins: ReadonlySet<string>;

  /** @throws InvalidArgumentError for a text that is not an origin */
  constructor(option: CorsOption) {
    this.#isOpen = option === true;
    this.#origins = new Set(typeof option === 'boolean' ? [] : option);
    for (const origin of this.#origins) {
      if (!isOrigin(origin))
        throw new InvalidArgumentError(
          `cors: ${JSON.stringify(origin)} is not an origin such as https://app.example.com`,
        );
    }
  }

  /** Returns the reply to a preflight request; `undefined` for every other request. */
  preflight({ method, headers }: ServerRequest): ServerReply | undefined {
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return undefined;
    if (!this.#allowed(headers['origin'])) return undefined;
    const requested =
      headers['access-control-request-headers']
        ?.toLowerCase()
        .split(/[\s,]+/)
        .filter(Boolean) ?? [];
    const isPrivate = headers['access-control-request-private-network'] === 'true';
    return {
      status: 204,
      headers: {
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': [...new Set([...REQUEST_FIELDS, ...requested])].join(', '),
        'access-control-max-age': MAX_AGE,
        ...(isPrivate && { 'access-control-allow-private-network': 'true' }),
      },
    };
  }

  /** Adds the fields to a reply, if the request comes from an allowed origin. */
  expose(outcome: Outcome, { headers }: ServerRequest): Outcome {
    if ('silence' in outcome || (!this.#isOpen && this.#origins.size === 0)) return outcome;
    const origin = this.#allowed(headers['origin']);
    const vary = this.#isOpen ? {} : { vary: 'Origin' };
    const allow = origin && { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED };
    return { ...outcome, headers: { ...outcome.headers, ...vary, ...allow } };
  }

  #allowed(origin: string | undefined): string | undefined {
    if (origin === undefined) return undefined;
    if (this.#isOpen) return '*';
    return this.#origins.has(origin) ? origin : undefined;
  }
}

function isOrigin(text: string): boolean {
  try {
    return new URL(text).origin === text;
  } catch {
    return false; // not even a URL
  }
}
