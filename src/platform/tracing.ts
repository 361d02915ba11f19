/** What `node.ts` and `web.ts` provide to report events to listeners. */

/** Listeners of one kind of event. An error that one throws is an uncaught exception, and never reaches the publisher. */
export interface Channel<Event> {
  readonly hasListeners: boolean;
  /** Adds a listener. Returns a function that removes it. */
  listen(listener: (event: Event) => void): () => void;
  publish(event: Event): void;
}

/** The listeners for the start and the end of an operation. */
export interface Tracing<Event> {
  readonly start: Channel<Event>;
  readonly end: Channel<Event>;
  readonly hasListeners: boolean;
  /** Runs an operation and reports its start and its end: the event then has the member `result` or `error`. */
  trace<T>(run: () => Promise<T>, event: Event): Promise<T>;
}

/** A value that belongs to an operation and to all that the operation calls. */
export interface ContextValue<T> {
  get(): T | undefined;
  run<Result>(value: T, run: () => Result): Result;
}
