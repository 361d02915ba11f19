import { setTimeout } from 'node:timers/promises';
import type { Outcome, ServerReply, ServerRequest } from './exchange.ts';

/** Something that goes wrong with a request. Everything but `when` and what goes wrong has a default. */
export interface Fault {
  /** Which requests it strikes: by method, by a part of the request target, or by a function. Default: all. */
  readonly method?: string | undefined;
  readonly target?: string | RegExp | undefined;
  /** Strikes where it says `true`. */
  readonly when?: ((request: ServerRequest) => boolean) | undefined;
  /** How many fitting requests pass unharmed before. Default: 0. */
  readonly after?: number | undefined;
  /** How many requests it strikes. Default: every one, until it is removed. */
  readonly times?: number | undefined;
  /** Answer with this status instead of doing anything. */
  readonly status?: number | undefined;
  /** Headers of the answer: added to it, or replaced in it; `undefined` takes one away, such as `etag`. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  /** The body of the answer. */
  readonly body?: string | undefined;
  /** Milliseconds until the answer is given. */
  readonly delay?: number | undefined;
  /**
   * No answer: the connection is closed `before` or `after` the request was carried out, or left open without a word
   * (`hang`) after it was carried out.
   */
  readonly silence?: 'before' | 'after' | 'hang' | undefined;
  /** Ends the connection after so many octets of the body. */
  readonly truncate?: number | undefined;
  /** Changes the answer in any other way. */
  readonly rewrite?: ((reply: ServerReply, request: ServerRequest) => ServerReply) | undefined;
}

/** Takes a fault away again. */
export type RemoveFault = () => void;

/**
 * Faults of a running server, so that an application's handling of errors can be tried.
 *
 * @example
 * // The next PUT is carried out, but its answer is lost.
 * server.faults.add({ method: 'PUT', silence: 'after', times: 1 });
 * // Every third request from now on is 503.
 * let count = 0;
 * const remove = server.faults.add({ when: () => ++count % 3 === 0, status: 503 });
 * remove();
 */
export class Faults {
  readonly #faults = new Map<symbol, { readonly fault: Fault; seen: number }>();

  /** @param faults - those to begin with */
  constructor(faults: readonly Fault[] = []) {
    for (const fault of faults) this.add(fault);
  }

  /** Adds a fault. When several fit a request, the one added first strikes. */
  add(fault: Fault): RemoveFault {
    const key = Symbol('fault');
    this.#faults.set(key, { fault, seen: 0 });
    return () => {
      this.#faults.delete(key);
    };
  }

  /** Takes every fault away. */
  clear(): void {
    this.#faults.clear();
  }

  /**
   * Answers a request, with what goes wrong.
   *
   * @internal
   */
  async strike(request: ServerRequest, next: (request: ServerRequest) => Promise<Outcome>): Promise<Outcome> {
    const fault = this.#fitting(request);
    return fault ? suffer(fault, request, next) : next(request);
  }

  #fitting(request: ServerRequest): Fault | undefined {
    for (const [key, entry] of this.#faults) {
      const { fault } = entry;
      if (!fits(fault, request)) continue;
      entry.seen++;
      const { after = 0, times = Number.POSITIVE_INFINITY } = fault;
      if (entry.seen <= after) continue;
      if (entry.seen >= after + times) this.#faults.delete(key);
      return fault;
    }
    return undefined;
  }
}

function fits({ method, target, when }: Fault, request: ServerRequest): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (typeof target === 'string' && !request.target.includes(target)) return false;
  if (target instanceof RegExp && !target.test(request.target)) return false;
  return when?.(request) ?? true;
}

async function suffer(
  fault: Fault,
  request: ServerRequest,
  next: (request: ServerRequest) => Promise<Outcome>,
): Promise<Outcome> {
  if (fault.silence === 'before') return { silence: 'drop' };
  const outcome: Outcome = fault.status === undefined ? await next(request) : { status: fault.status, headers: {} };
  if (fault.delay !== undefined) await setTimeout(fault.delay);
  if (fault.silence !== undefined) return { silence: fault.silence === 'hang' ? 'hang' : 'drop' };
  if ('silence' in outcome) return outcome;
  const headers = Object.entries({ ...outcome.headers, ...fault.headers }).filter(
    (entry): entry is [string, string | readonly string[]] => entry[1] !== undefined,
  );
  const reply: ServerReply = {
    ...outcome,
    headers: Object.fromEntries(headers),
    body: fault.body ?? outcome.body,
    ...(fault.truncate !== undefined && { truncate: fault.truncate }),
  };
  return fault.rewrite?.(reply, request) ?? reply;
}
