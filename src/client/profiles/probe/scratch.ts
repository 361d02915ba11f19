import { XcapDocument } from '../../../documents/document.ts';
import type { AnySelector } from '../../../selector/builder-types.ts';
import { nodeUri } from '../../../selector/document-uri.ts';
import type { ClientContext } from '../../context.ts';
import { AlreadyExistsError, HttpError, TransportError } from '../../errors.ts';
import type { CallOptions } from '../../options.ts';
import { CONTENT_TYPES, type DocumentTarget } from '../../target.ts';
import { checkAnswer } from '../../transport/answer.ts';
import type { Method } from '../../transport/exchange.ts';
import { type RawAnswer, send } from '../../transport/request.ts';
import { decodeLeniently } from '../../transport/text.ts';
import { readWithRetries } from '../../write/retry.ts';

/** One answer as the examination looks at it; status 0 when none came. */
export interface Seen {
  readonly status: number;
  readonly ok: boolean;
  readonly etag: string | undefined;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What one request of the examination carries. */
export interface Asking {
  readonly body?: string;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly contentType?: string;
}

/** The document that is examined: all requests of a probe go to it. */
export class Scratch {
  readonly url: string;
  readonly #context: ClientContext;
  readonly #target: DocumentTarget;
  readonly #options: CallOptions;

  constructor(context: ClientContext, target: DocumentTarget, options: CallOptions) {
    this.#context = context;
    this.#target = target;
    this.#options = options;
    this.url = target.url;
  }

  /** Sends something and reports whatever comes back; only a refusal of the user ends the examination. */
  async ask(method: Method, selector?: AnySelector, asking: Asking = {}): Promise<Seen> {
    const url = selector ? nodeUri(this.url, selector) : this.url;
    const kind = selector?.node.terminal?.kind ?? 'element';
    const contentType = asking.contentType ?? (selector ? CONTENT_TYPES[kind] : this.#target.contentType);
    const { body, ifMatch, ifNoneMatch } = asking;
    const headers = {
      'content-type': body === undefined ? undefined : contentType,
      'if-match': ifMatch,
      'if-none-match': ifNoneMatch,
    };
    const { signal, timeout } = this.#options;
    try {
      return seen(await send(this.#context.transport, { method, url, headers, body, signal, timeout }));
    } catch (error) {
      if (!(error instanceof TransportError) || error.outcome === 'not-sent') throw error;
      return { status: 0, ok: false, etag: undefined, text: '', headers: {} };
    }
  }

  /** Puts the document, whatever was there, and gives the tag it has then. */
  async reset(body: string): Promise<string> {
    await readWithRetries(this.url, this.#options, async () => {
      const { status, text, headers } = await this.ask('PUT', undefined, { body });
      if (status >= 200 && status < 300) return;
      throw new HttpError(
        `PUT ${this.url}`,
        `the scratch document cannot be written (${status}), so nothing can be examined; name another one as document`,
        { answer: { status, url: this.url, headers, body: text } },
      );
    });
    return (await this.ask('GET')).etag ?? '';
  }

  /** The document as it is now; `undefined` when there is none, or what is there is none. */
  async read(): Promise<XcapDocument | undefined> {
    const { ok, text } = await this.ask('GET');
    if (!ok) return undefined;
    return this.#target.parse(text);
  }

  /** The URIs of the entries, in order, with their display names. */
  async entries(): Promise<string[]> {
    const document = await this.read();
    const dom = document && XcapDocument.stateOf(document).dom;
    return Array.from(dom?.getElementsByTagName('entry') ?? []).map((entry) =>
      [entry.getAttribute('uri') ?? '', entry.textContent?.trim() ?? ''].filter(Boolean).join(' '),
    );
  }

  /** @throws AlreadyExistsError when the name is taken, {@link AuthenticationError} */
  async claim(): Promise<void> {
    if ((await this.ask('GET')).ok) {
      throw new AlreadyExistsError(
        `probe of ${this.url} (it would be overwritten; name a document that does not exist)`,
      );
    }
  }

  /** Removes the document, and sees to it that it is gone. */
  async remove(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.ask('DELETE');
      const { status, text, headers } = await this.ask('GET');
      if (status === 404) return;
      if (attempt < 4) continue;
      const answer = { status, url: this.url, headers, body: text };
      throw new HttpError(`DELETE ${this.url}`, 'the scratch document could not be removed; remove it by hand', {
        answer,
      });
    }
  }
}

function seen(answer: RawAnswer): Seen {
  const { status, headers } = answer;
  if (status === 401 || status === 403) checkAnswer(answer);
  const ok = status >= 200 && status < 300;
  return { status, ok, etag: headers['etag'], text: decodeLeniently(answer.body), headers };
}
