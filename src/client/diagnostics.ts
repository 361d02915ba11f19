/** What the client does, told to whoever listens on Node's diagnostics channels; nothing is made while nobody does. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { type Channel, channel, type TracingChannel, tracingChannel } from 'node:diagnostics_channel';
import { refuseUnknownOptions } from '../selector/arguments.ts';
import { InvalidArgumentError } from '../selector/errors.ts';
import type { Exchanged, HttpMethod } from './transport/exchange.ts';

/** What a client can be asked for. `refresh` and `save` are a synced document's; `look` is one round of `watch`. */
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
  /** The document or node it is about; the XCAP root when it is about none or many. */
  readonly url: string;
  /** The operation that it is a part of, as an `edit` is of `provision`. */
  readonly parent: OperationEvent | undefined;
  /** `performance.now()` at the start. */
  readonly started: number;
  /** At the end: what the caller gets. */
  readonly result?: unknown;
  /** At the end: what the caller is thrown. */
  readonly error?: unknown;
}

/** Why a request goes out again: to answer a challenge, after a redirect, or since a kept-alive connection was closed. */
export type Resent = 'challenged' | 'redirected' | 'closed';

/** One request on the wire. The same object at its start and at its end. */
export interface RequestEvent {
  readonly method: HttpMethod;
  readonly url: string;
  /** `undefined` for the first request of a try. */
  readonly resent: Resent | undefined;
  /** What it is sent for. */
  readonly operation: OperationEvent | undefined;
  /** `performance.now()` at the start. */
  readonly started: number;
  /** At the end: the complete answer, of any status. */
  readonly result?: Exchanged;
  /** At the end: why there is no answer. */
  readonly error?: unknown;
}

/**
 * Why something is tried anew: others had written before (`outdated`) or may have written over it (`overtaken`), a write
 * whose answer got lost was seen not to have happened (`lost`), or a read failed that may succeed a moment later (`failed`).
 */
export type RetryReason = 'outdated' | 'overtaken' | 'lost' | 'failed';

/** A try that came to nothing, told before the wait for the next. */
export interface RetryEvent {
  readonly url: string;
  readonly reason: RetryReason;
  /** Which try it was, from 1. */
  readonly attempt: number;
  /** Milliseconds until the next. */
  readonly delay: number;
  /** What went wrong, where something was thrown. */
  readonly error: unknown;
  /** What it is tried for. */
  readonly operation: OperationEvent | undefined;
}

/** Who wants to know. What an observer throws is an uncaught exception, and never reaches the operation. */
export interface ClientObserver {
  readonly operation?: RequestPhases<OperationEvent> | undefined;
  readonly request?: RequestPhases<RequestEvent> | undefined;
  /** Told before the wait for the next try. */
  readonly retry?: ((event: RetryEvent) => void) | undefined;
}

/** The two moments of something that takes time. */
export interface RequestPhases<Event> {
  /** About to begin. */
  readonly start?: ((event: Event) => void) | undefined;
  /** Done or failed: the event has `result` or `error` now. */
  readonly end?: ((event: Event) => void) | undefined;
}

const operations: TracingChannel<unknown, OperationEvent> = tracingChannel('xcap:operation');
const requests: TracingChannel<unknown, RequestEvent> = tracingChannel('xcap:request');
const retries: Channel = channel('xcap:retry');
/** What runs now; only kept while somebody observes. */
const running = new AsyncLocalStorage<OperationEvent>();

/**
 * Tells an observer what all clients of this process do from now on. It listens on the channels of
 * `node:diagnostics_channel` that anybody may use directly: the tracing channels `xcap:operation` and `xcap:request`, and
 * `xcap:retry`. Events hold documents, but no credentials.
 *
 * @example
 * const stop = observe({ request: { end: ({ method, url, result }) => console.log(method, url, result?.status) } });
 *
 * @returns a function that ends it
 */
export function observe(observer: ClientObserver): () => void {
  checkObserver(observer);
  const { operation, request, retry } = observer;
  const stops = [
    listen(operations.start, operation?.start),
    listen(operations.asyncEnd, operation?.end),
    listen(requests.start, request?.start),
    listen(requests.asyncEnd, request?.end),
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

function listen<Event>(
  on: Channel<never, never> | Channel,
  listener: ((event: Event) => void) | undefined,
): () => void {
  if (!listener) return () => {};
  const onMessage = (message: unknown): void => listener(message as Event); // each channel carries events of one kind
  on.subscribe(onMessage);
  return () => void on.unsubscribe(onMessage);
}

/** Runs an operation under the eyes of whoever observes operations. */
export function observed<T>(
  operation: ClientOperation,
  url: string | (() => string),
  run: () => Promise<T>,
): Promise<T> {
  const isObserved = operations.hasSubscribers || requests.hasSubscribers || retries.hasSubscribers;
  return isObserved ? traceOperation(operation, url, run) : run();
}

async function traceOperation<T>(
  operation: ClientOperation,
  url: string | (() => string),
  run: () => Promise<T>,
): Promise<T> {
  const where = typeof url === 'string' ? url : url();
  const event = { operation, url: where, parent: running.getStore(), started: performance.now() };
  return running.run(event, () => operations.tracePromise(run, event));
}

/** Sends a request under the eyes of whoever observes requests. */
export function observedRequest(
  { method, url }: Pick<RequestEvent, 'method' | 'url'>,
  resent: Resent | undefined,
  run: () => Promise<Exchanged>,
): Promise<Exchanged> {
  if (!requests.hasSubscribers) return run();
  return requests.tracePromise(run, { method, url, resent, operation: running.getStore(), started: performance.now() });
}

/** Tells that something will be tried anew. */
export function tellRetry(failed: Omit<RetryEvent, 'operation'>): void {
  if (!retries.hasSubscribers) return;
  const event: RetryEvent = { ...failed, operation: running.getStore() };
  retries.publish(event);
}
