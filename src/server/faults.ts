import { setTimeout } from 'node:timers/promises';
import { describeValue } from '../selector/arguments.ts';
import { InvalidArgumentError } from '../selector/errors.ts';
import type { Outcome, ServerReply, ServerRequest } from './exchange.ts';

/**
 * A fault that affects requests. Without `status`, `silence` and the like it changes nothing.
 *
 * @example
 * const busy: Fault = { method: 'GET', target: 'index', status: 503, body: 'busy', headers: { 'retry-after': '1' }, after: 1 };
 * const slow: Fault = { when: ({ target }) => target.includes('resource-lists'), delay: 20, times: 3 };
 * const torn: Fault = { truncate: 20, times: 1 }; // of the body
 * const lost: Fault = { silence: 'after', times: 1 }; // carried out, without a reply
 * const weak: Fault = { rewrite: (reply) => ({ ...reply, headers: { ...reply.headers, etag: 'W/"1"' } }) };
 */
export interface Fault {
  /** Absent: faults of notifications are of the type {@link NotificationFault}. Default: absent. */
  readonly notification?: undefined;
  /** The method of affected requests. Default: all. */
  readonly method?: string | undefined;
  /** A part of the request target, or a pattern for it. Default: all. */
  readonly target?: string | RegExp | undefined;
  /** Returns whether a request is affected. Default: all. */
  readonly when?: ((request: ServerRequest) => boolean) | undefined;
  /** Number of matching requests that pass before the first one is affected. Default: 0. */
  readonly after?: number | undefined;
  /** Number of requests that are affected. Default: all, until the fault is removed. */
  readonly times?: number | undefined;
  /** Status of the reply. The request is not carried out. Default: the request is carried out. */
  readonly status?: number | undefined;
  /**
   * Header fields that are added to the reply or replaced in it; `undefined` removes one, such as `etag`.
   * Default: as they are.
   */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  /** Body of the reply. Default: that of the reply; empty with `status`. */
  readonly body?: string | undefined;
  /** Milliseconds before the reply is sent. Default: 0. */
  readonly delay?: number | undefined;
  /**
   * Sends no reply: closes the connection `before` or `after` the request is carried out, or leaves it open (`hang`) until
   * it times out. Default: the reply is sent.
   */
  readonly silence?: 'before' | 'after' | 'hang' | undefined;
  /** Number of octets of the body after which the connection is closed. Default: the body is sent as a whole. */
  readonly truncate?: number | undefined;
  /** Changes the reply in any other way. Default: no change. */
  readonly rewrite?: ((reply: ServerReply, request: ServerRequest) => ServerReply) | undefined;
}

/**
 * A fault that affects notifications of `server.subscribe`, instead of requests.
 *
 * @example
 * const late: NotificationFault = { notification: 'delay', delay: 50, when: (body) => body.includes('index'), after: 1, times: 1 };
 */
export interface NotificationFault {
  /**
   * Does not deliver the notification (`drop`), delivers it twice (`double`), `delay` milliseconds later, or after the next
   * one (`reorder`).
   */
  readonly notification: 'drop' | 'double' | 'delay' | 'reorder';
  /** Milliseconds before the notification is delivered. Later ones wait too. Default: 0. */
  readonly delay?: number | undefined;
  /** Returns whether the notification with this body is affected. Default: all. */
  readonly when?: ((body: string) => boolean) | undefined;
  /** Number of matching notifications that pass before the first one is affected. Default: 0. */
  readonly after?: number | undefined;
  /** Number of notifications that are affected. Default: all, until the fault is removed. */
  readonly times?: number | undefined;
}

const NOTIFICATION_FAULTS: readonly NotificationFault['notification'][] = ['drop', 'double', 'delay', 'reorder'];

/** Removes a fault. */
export type RemoveFault = () => void;

/**
 * The faults of a running server, to test how an application handles errors.
 *
 * @example
 * // The next PUT is carried out, but its reply is lost.
 * server.faults.add({ method: 'PUT', silence: 'after', times: 1 });
 * // Every third request from now on is 503.
 * let count = 0;
 * const remove = server.faults.add({ when: () => ++count % 3 === 0, status: 503 });
 * remove();
 * // The next notification is lost.
 * server.faults.add({ notification: 'drop', times: 1 });
 */
export class Faults {
  readonly #faults = new Map<symbol, { readonly fault: Fault | NotificationFault; seen: number }>();

  /** @param faults - the initial faults */
  constructor(faults: readonly (Fault | NotificationFault)[] = []) {
    for (const fault of faults) this.add(fault);
  }

  /**
   * Adds a fault. When several match a request or notification, the first one applies.
   *
   * @throws InvalidArgumentError for an unknown `notification`
   */
  add(fault: Fault | NotificationFault): RemoveFault {
    const { notification } = fault;
    if (notification !== undefined && !NOTIFICATION_FAULTS.includes(notification))
      throw new InvalidArgumentError(
        `faults: notification is one of ${NOTIFICATION_FAULTS.join(', ')}, not ${describeValue(notification)}`,
      );
    const key = Symbol('fault');
    this.#faults.set(key, { fault, seen: 0 });
    return () => {
      this.#faults.delete(key);
    };
  }

  /**
   * Removes all faults.
   *
   * @example
   * server.faults.clear();
   */
  clear(): void {
    this.#faults.clear();
  }

  /**
   * Answers a request with the fault that matches it, or with `next`.
   *
   * @internal
   */
  async apply(request: ServerRequest, next: (request: ServerRequest) => Promise<Outcome>): Promise<Outcome> {
    const fault = this.#take((each): each is Fault => each.notification === undefined && matches(each, request));
    return fault ? applyFault(fault, request, next) : next(request);
  }

  /**
   * Returns the fault that affects a notification.
   *
   * @internal
   */
  ofNotification(body: string): NotificationFault | undefined {
    return this.#take(
      (each): each is NotificationFault =>
        each.notification !== undefined && (each.when === undefined || each.when(body)),
    );
  }

  #take<F extends Fault | NotificationFault>(affects: (fault: Fault | NotificationFault) => fault is F): F | undefined {
    for (const [key, entry] of this.#faults) {
      const { fault } = entry;
      if (!affects(fault)) continue;
      entry.seen++;
      const { after = 0, times = Number.POSITIVE_INFINITY } = fault;
      if (entry.seen <= after) continue;
      if (entry.seen >= after + times) this.#faults.delete(key);
      return fault;
    }
    return undefined;
  }
}

function matches({ method, target, when }: Fault, request: ServerRequest): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (typeof target === 'string' && !request.target.includes(target)) return false;
  if (target instanceof RegExp && !target.test(request.target)) return false;
  return when?.(request) ?? true;
}

async function applyFault(
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
