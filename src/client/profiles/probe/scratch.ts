import type { XcapDocument } from '../../../documents/document.ts';
import { usableEtag } from '../../../http/etag.ts';
import { MEDIA_TYPES } from '../../../http/media-types.ts';
import type { AnySelector } from '../../../selector/builder-types.ts';
import { nodeUri } from '../../../selector/document-uri.ts';
import { XcapError } from '../../../selector/errors.ts';
import type { ClientContext } from '../../context.ts';
import { AlreadyExistsError, AuthenticationError, HttpError, TransportError } from '../../errors.ts';
import type { CallOptions } from '../../options.ts';
import { perform } from '../../request/perform.ts';
import type { DocumentTarget } from '../../target.ts';
import { checkAnswer } from '../../transport/answer.ts';
import type { HttpMethod } from '../../transport/exchange.ts';
import { type RawAnswer, send } from '../../transport/request.ts';
import { decodeLeniently } from '../../transport/text.ts';
import { readWithRetries, withRetries } from '../../write/retry.ts';
import { missingElement } from './limits.ts';

/** One answer; status 0 if no answer came. */
export interface Seen {
  readonly status: number;
  readonly ok: boolean;
  readonly etag: string | undefined;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Contents of one request. */
export interface Asking {
  readonly body?: string;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly contentType?: string;
}

const TRIES_TO_REMOVE = 4;

/**
 * The document that a probe examines: all its requests go there. Every version that the probe writes contains a name that
 * occurs nowhere else, so that the document is never taken for the probe's own, and removed, when it is another's.
 */
export class Scratch {
  readonly url: string;
  readonly #context: ClientContext;
  readonly #target: DocumentTarget;
  readonly #options: CallOptions;
  /** A name in every version that the probe writes. */
  protected readonly mark = `xcap-probe-${crypto.randomUUID()}`;
  /** Whether the document may exist because of this probe. */
  #mayExist = false;

  constructor(context: ClientContext, target: DocumentTarget, options: CallOptions) {
    this.#context = context;
    this.#target = target;
    this.#options = options;
    this.url = target.url;
  }

  /**
   * Returns a valid document of the usage. A declaration on its root element, which every schema allows, tells one version
   * from another.
   */
  version(label: string): string {
    const declaration = ` xmlns:xcap-probe="urn:${this.mark}:${encodeURIComponent(label)}"`;
    const text = this.#target.create().toString();
    return text.replace(/<[^\s/>!?]+/, (start) => start + declaration);
  }

  /** Returns the selector of an element that the document does not have. */
  missing(name: string): AnySelector {
    return missingElement(name);
  }

  /**
   * Checks that the document does not exist: only a 404 says so.
   *
   * @throws AlreadyExistsError if it exists, and the error of any answer that does not decide it
   */
  async claim(): Promise<void> {
    if ((await this.#look()) !== undefined) throw this.#taken();
  }

  /**
   * Creates the document, unless it exists. If the outcome is unknown, finds it in the document.
   *
   * @throws AlreadyExistsError if somebody else has created it
   */
  create(body: string): Promise<Seen> {
    return withRetries(this.url, this.#options, async () => {
      const answer = await this.#tryToCreate(body);
      const { ok, status } = answer;
      this.#mayExist ||= ok || !isRefusal(status);
      if (ok) return { done: answer };
      if (isRefusal(status) && status !== 412) throw this.#unwritable(answer);
      const current = await this.#look();
      if (current === undefined) return { retry: 'lost', error: this.#unwritable(answer) };
      if (current.includes(this.mark)) return { done: answer };
      this.#mayExist = false;
      throw this.#taken();
    });
  }

  async #tryToCreate(body: string): Promise<Seen> {
    try {
      return await this.ask('PUT', undefined, { body, ifNoneMatch: '*' });
    } catch (error) {
      // Refused or not sent; anything else, such as a signal that aborts, may come after the server has acted.
      this.#mayExist ||= !(error instanceof XcapError);
      if (!(error instanceof AuthenticationError) || error.status !== 403) throw error;
      const { answer } = error;
      throw new AuthenticationError(`PUT ${this.url}`, `${UNWRITABLE} (403)${ADVICE}`, { cause: error, answer });
    }
  }

  /** Sends a request and returns any answer, except that a refusal of the user is thrown. */
  async ask(
    method: HttpMethod,
    selector?: AnySelector,
    asking: Asking = {},
    { signal, timeout }: CallOptions = this.#options,
  ): Promise<Seen> {
    const url = selector ? nodeUri(this.url, selector) : this.url;
    const kind = selector?.node.terminal?.kind ?? 'element';
    const contentType = asking.contentType ?? (selector ? MEDIA_TYPES[kind] : this.#target.contentType);
    const { body, ifMatch, ifNoneMatch } = asking;
    const headers = {
      'content-type': body === undefined ? undefined : contentType,
      'if-match': ifMatch,
      'if-none-match': ifNoneMatch,
    };
    try {
      return seen(await send(this.#context.transport, { method, url, headers, body, signal, timeout }));
    } catch (error) {
      if (!(error instanceof TransportError) || error.outcome === 'not-sent') throw error;
      return { status: 0, ok: false, etag: undefined, text: '', headers: {} };
    }
  }

  /** Overwrites the document, and returns the entity tag that it has then. */
  async reset(body: string): Promise<string> {
    await readWithRetries(this.url, this.#options, async () => {
      const answer = await this.ask('PUT', undefined, { body });
      if (!answer.ok) throw this.#unwritable(answer);
    });
    return (await this.ask('GET')).etag ?? '';
  }

  /** Returns the document, or `undefined` if a GET is not successful. */
  async read(): Promise<XcapDocument | undefined> {
    const { ok, text } = await this.ask('GET');
    return ok ? this.parse(text) : undefined;
  }

  /** @throws XcapParseError */
  parse(text: string): XcapDocument {
    return this.#target.parse(text);
  }

  /**
   * Removes the document if it is still the one that this probe created, and checks that it is gone. Not canceled by the
   * signal of the call, which would leave the document behind.
   *
   * @throws HttpError if the document may still exist; the message contains its URL
   */
  async remove(): Promise<void> {
    if (!this.#mayExist) return;
    const { signal: _, ...options } = this.#options;
    for (let attempt = 1; attempt <= TRIES_TO_REMOVE; attempt++) {
      const current = await this.#look({ ...options, retries: 2 });
      if (current === undefined) return;
      if (!current.includes(this.mark)) {
        throw new HttpError(
          `probe of ${this.url}`,
          'somebody else has written the scratch document meanwhile, so it was not removed',
        );
      }
      await this.ask('DELETE', undefined, {}, options);
    }
    throw new HttpError(`DELETE ${this.url}`, 'the server does not remove the document');
  }

  /** Returns the text of the document; `undefined` only if the server says that there is none. */
  async #look(options: CallOptions & { readonly retries?: number } = this.#options): Promise<string | undefined> {
    const call = { signal: options.signal, timeout: options.timeout };
    const answer = await readWithRetries(this.url, options, () =>
      perform(this.#context, 'GET', this.url, call, { mayBeMissing: true }),
    );
    return answer.status === 404 ? undefined : decodeLeniently(answer.body);
  }

  #taken(): AlreadyExistsError {
    return new AlreadyExistsError(
      `probe of ${this.url} (it would be overwritten; name a document that does not exist)`,
    );
  }

  #unwritable({ status, headers, text }: Seen): HttpError {
    return new HttpError(`PUT ${this.url}`, `${UNWRITABLE} (${status || 'no answer'})${ADVICE}`, {
      answer: { status, url: this.url, headers, body: text },
    });
  }
}

const UNWRITABLE = 'the scratch document cannot be written';
const ADVICE = ', so nothing can be examined; name another usage or document, or use readOnly';

const isRefusal = (status: number): boolean => status >= 300 && status < 500;

function seen(answer: RawAnswer): Seen {
  const { status, headers } = answer;
  if (status === 401 || status === 403) checkAnswer(answer);
  const ok = status === 200 || status === 201 || status === 204;
  return { status, ok, etag: usableEtag(headers['etag']), text: decodeLeniently(answer.body), headers };
}
