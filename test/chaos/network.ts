import { setTimeout as sleep } from 'node:timers/promises';
import type { XcapClientOptions } from 'xcap';
import type { ServerReply, ServerRequest } from 'xcap/server';
import type { Fault, FaultProxy } from '../support/fault-proxy.ts';
import type { History } from './history.ts';
import { Life } from './life.ts';
import type { Random } from './random.ts';

type Fetch = NonNullable<XcapClientOptions['fetch']>;

/** Longest time that a request or its answer takes, in milliseconds. */
const LATENCY = 10;

/** A network within the process, which fails as it is told to. */
export class Network {
  readonly #handle: (request: ServerRequest) => Promise<ServerReply>;
  readonly #decide: FaultProxy['decide'];
  readonly #random: Random;
  readonly #history: History;
  readonly #late = new Set<Promise<unknown>>();
  #isCalm = false;
  requests = 0;

  constructor(
    handle: (request: ServerRequest) => Promise<ServerReply>,
    { decide, random, history }: { decide: FaultProxy['decide']; random: Random; history: History },
  ) {
    this.#handle = handle;
    this.#decide = decide;
    this.#random = random;
    this.#history = history;
  }

  /**
   * Returns the way of one device to the server, for as long as it lives.
   *
   * @param isCalm - whether no request of this device fails
   */
  fetchOf(device: string, life = new Life(), isCalm = false): Fetch {
    return async (url, { method = 'GET', headers, body }) => {
      await life.risk('request');
      const { pathname, search } = new URL(url);
      const request: ServerRequest = {
        method,
        target: pathname + search,
        // The client gives pairs of names and values, and a body as a text or as octets.
        headers: Object.fromEntries(
          (headers as [string, string][]).map(([name, value]) => [name.toLowerCase(), value]),
        ),
        body: Buffer.from((body ?? '') as string),
      };
      const fault =
        this.#isCalm || isCalm ? undefined : this.#decide({ method, target: request.target, count: this.requests++ });
      await this.travel();
      const response = await this.#exchange(device, request, fault);
      await this.travel();
      await life.risk('answer');
      return response;
    };
  }

  /** Ends all faults, and waits for the requests that are still on their way. */
  async calm(): Promise<void> {
    this.#isCalm = true;
    while (this.#late.size > 0) await Promise.all(this.#late);
  }

  async #exchange(device: string, request: ServerRequest, fault: Fault | undefined): Promise<Response> {
    if (fault?.kind === 'lost-request') throw broken();
    if (fault?.kind === 'instead') return new Response(null, { status: fault.status });
    if (fault?.kind === 'delayed') await sleep(fault.milliseconds);
    if (fault?.kind === 'late') {
      this.#forwardLater(device, request, fault);
      throw broken();
    }
    const { status, headers, body = '' } = await this.#forward(device, request, fault?.kind);
    if (fault?.kind === 'doubled') this.#forwardLater(device, request, fault);
    if (fault?.kind === 'lost-answer') throw broken();
    if (fault?.kind === 'afterwards') return new Response(null, { status: fault.status });
    const fields = new Headers();
    for (const [name, value] of Object.entries(headers)) {
      if (fault?.kind !== 'no-etag' || name !== 'etag') fields.set(name, String(value));
    }
    const isEmpty = status === 204 || status === 304;
    return new Response(isEmpty ? null : fault?.kind === 'truncated' ? truncated(body) : octetsOf(body), {
      status,
      headers: fields,
    });
  }

  async #forward(device: string, request: ServerRequest, fault: Fault['kind'] | undefined): Promise<ServerReply> {
    const { authorization: _, ...anonymous } = request.headers;
    const reply = await this.#handle(fault === 'expired-nonce' ? { ...request, headers: anonymous } : request);
    const { etag } = reply.headers;
    const { method, target } = request;
    this.#history.passed(device, {
      method,
      target,
      status: reply.status,
      etag: etag === undefined ? undefined : String(etag),
      fault,
    });
    return reply;
  }

  #forwardLater(
    device: string,
    request: ServerRequest,
    { kind, milliseconds }: Fault & { milliseconds: number },
  ): void {
    const way: Promise<unknown> = sleep(milliseconds)
      .then(() => this.#forward(device, request, kind))
      .finally(() => this.#late.delete(way));
    this.#late.add(way);
  }

  /** Waits as long as a message takes. */
  travel(): Promise<void> {
    return sleep(this.#random.below(LATENCY));
  }
}

/** The failure of a `fetch` whose connection broke, as Node gives it. */
const broken = (): TypeError =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }) });

const octetsOf = (body: Buffer | string) => new Uint8Array(Buffer.from(body as string)); // Buffer.from takes both

/** A body of which only the first half arrives. */
function truncated(body: Buffer | string): ReadableStream<Uint8Array> {
  const octets = octetsOf(body);
  return new ReadableStream({
    start(controller) {
      controller.enqueue(octets.subarray(0, octets.length >> 1));
    },
    pull(controller) {
      controller.error(broken());
    },
  });
}
