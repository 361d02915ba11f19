/** Reports operations, requests and retries on diagnostics channels. Without a listener no event is created. */

import { openChannel, openContextValue, openTracing } from '#platform';
import type { Channel } from '../platform/tracing.ts';
import { refuseUnknownOptions } from '../selector/arguments.ts';
import { InvalidArgumentError } from '../selector/errors.ts';
import type { Exchanged, HttpMethod } from './transport/exchange.ts';

/** An operation of a client. `refresh` and `save` belong to a synced document; `look` is one read of `watch`. */
export type ClientOperation =
  | 'get'
  | 'put'
  | 'delete'
  | 'insert'
  | 'replace'
  | 'directory'
  | 'capabilities'
  | 'edit'
  | 'open'
  | 'refresh'
  | 'save'
  | 'look'
  | 'provision'
  | 'probe';

/** One call of the client, with all its requests. The same object at its start and at its end. */
export interface OperationEvent {
  readonly operation: ClientOperation;
  /** URL of the document or node; the XCAP root for an operation on none or on several. */
  readonly url: string;
  /** The operation that it is part of, such as the `provision` of an `edit`. Node only. */
  readonly parent: OperationEvent | undefined;
  /** `performance.now()` at the start. */
  readonly started: number;
  /** At the end: the result. */
  readonly result?: unknown;
  /** At the end: the error. */
  readonly error?: unknown;
}

/** The reason to send a request again: a challenge, a redirect, or a kept-alive connection that was closed. */
export type Resent = 'challenged' | 'redirected' | 'closed';

/** One request on the wire. The same object at its start and at its end. */
export interface RequestEvent {
  readonly method: HttpMethod;
  readonly url: string;
  /** `undefined` for the first request of a try. */
  readonly resent: Resent | undefined;
  /** The operation that it belongs to. Node only. */
  readonly operation: OperationEvent | undefined;
  /** `performance.now()` at the start. */
  readonly started: number;
  /** At the end: the complete answer, of any status. */
  readonly result?: Exchanged;
  /** At the end: the error, if there is no answer. */
  readonly error?: unknown;
}

/**
 * The reason for a retry. `outdated`: someone else wrote first. `overtaken`: someone else may have written over it. `lost`:
 * the answer was lost, and the write did not happen. `failed`: a read failed that may succeed a moment later.
 */
export type RetryReason = 'outdated' | 'overtaken' | 'lost' | 'failed';

/** A failed try, reported before the wait for the next. */
export interface RetryEvent {
  readonly url: string;
  readonly reason: RetryReason;
  /** Number of the try, from 1. */
  readonly attempt: number;
  /** Milliseconds until the next. */
  readonly delay: number;
  /** The error, if there was one. */
  readonly error: unknown;
  /** The operation that it belongs to. Node only. */
  readonly operation: OperationEvent | undefined;
}

/** Listeners for events. An error that one throws is an uncaught exception and never reaches the operation. */
export interface ClientObserver {
  readonly operation?: RequestPhases<OperationEvent> | undefined;
  readonly request?: RequestPhases<RequestEvent> | undefined;
  /** Called before the wait for the next try. */
  readonly retry?: ((event: RetryEvent) => void) | undefined;
}

/** Listeners for the start and the end of an operation or request. */
export interface RequestPhases<Event> {
  /** Called before it begins. */
  readonly start?: ((event: Event) => void) | undefined;
  /** Called after it succeeded or failed: the event has `result` or `error`. */
  readonly end?: ((event: Event) => void) | undefined;
}

const operations = /* @__PURE__ */ openTracing<OperationEvent>('xcap:operation');
const requests = /* @__PURE__ */ openTracing<RequestEvent>('xcap:request');
const retries = /* @__PURE__ */ openChannel<RetryEvent>('xcap:retry');
/** The running operation; kept only while there is a listener. */
const running = /* @__PURE__ */ openContextValue<OperationEvent>();

/**
 * Reports what all clients of this program do from now on. In Node the events are those of the tracing channels
 * `xcap:operation` and `xcap:request` and of the channel `xcap:retry` (`node:diagnostics_channel`). They hold documents, but
 * no credentials.
 *
 * @example
 * const stop = observe({ request: { end: ({ method, url, result }) => console.log(method, url, result?.status) } });
 *
 * @returns a function that ends the reports
 * @throws InvalidArgumentError for an unknown member, and for a listener that is not a function
 */
export function observe(observer: ClientObserver): () => void {
  checkObserver(observer);
  const { operation, request, retry } = observer;
  const stops = [
    listen(operations.start, operation?.start),
    listen(operations.end, operation?.end),
    listen(requests.start, request?.start),
    listen(requests.end, request?.end),
    listen(retries, retry),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function checkObserver(observer: unknown): void {
  const mustBe = (what: string, is: boolean): void => {
    if (!is) throw new InvalidArgumentError(`observe: ${what}`);
  };
  mustBe('give { operation, request, retry }', typeof observer === 'object' && observer !== null);
  refuseUnknownOptions(observer, { operation: true, request: true, retry: true }, 'observe');
  const { operation, request, retry } = observer as Record<string, unknown>; // an object, as checked
  mustBe('retry must be a function', retry === undefined || typeof retry === 'function');
  for (const [name, phases] of Object.entries({ operation, request })) {
    if (phases === undefined) continue;
    refuseUnknownOptions(phases, { start: true, end: true }, `${name} of observe`);
    const listeners = Object.values(phases as object); // an object, as checked
    mustBe(
      `${name} takes functions`,
      listeners.every((each) => each === undefined || typeof each === 'function'),
    );
  }
}

const listen = <Event>(to: Channel<Event>, listener: ((event: Event) => void) | undefined): (() => void) =>
  listener ? to.listen(listener) : () => {};

/** Runs an operation and reports its start and end. */
export function observed<T>(
  operation: ClientOperation,
  url: string | (() => string),
  run: () => Promise<T>,
): Promise<T> {
  const isObserved = operations.hasListeners || requests.hasListeners || retries.hasListeners;
  return isObserved ? traceOperation(operation, url, run) : run();
}

async function traceOperation<T>(
  operation: ClientOperation,
  url: string | (() => string),
  run: () => Promise<T>,
): Promise<T> {
  const where = typeof url === 'string' ? url : url();
  const event = { operation, url: where, parent: running.get(), started: performance.now() };
  return running.run(event, () => operations.trace(run, event));
}

/** Sends a request and reports its start and end. */
export function observedRequest(
  { method, url }: Pick<RequestEvent, 'method' | 'url'>,
  resent: Resent | undefined,
  run: () => Promise<Exchanged>,
): Promise<Exchanged> {
  if (!requests.hasListeners) return run();
  return requests.trace(run, { method, url, resent, operation: running.get(), started: performance.now() });
}

/** Reports a retry. */
export function reportRetry(failed: Omit<RetryEvent, 'operation'>): void {
  if (!retries.hasListeners) return;
  const event: RetryEvent = { ...failed, operation: running.get() };
  retries.publish(event);
}
