import { AsyncLocalStorage } from 'node:async_hooks';
import { channel, type Channel as NodeChannel, tracingChannel } from 'node:diagnostics_channel';
import type { Channel, ContextValue, Tracing } from './tracing.ts';

/** Opens the channel of this name of `node:diagnostics_channel`. */
export const openChannel = <Event>(name: string): Channel<Event> => channelOver(channel(name));

/** Opens the tracing channel of this name of `node:diagnostics_channel`. */
export function openTracing<Event extends object>(name: string): Tracing<Event> {
  const tracing = tracingChannel<unknown, Event>(name);
  return {
    start: channelOver(tracing.start),
    end: channelOver(tracing.asyncEnd),
    get hasListeners() {
      return tracing.hasSubscribers;
    },
    trace: (run, event) => tracing.tracePromise(run, event),
  };
}

/** Opens a value that follows the asynchronous calls of an operation. */
export function openContextValue<T>(): ContextValue<T> {
  const storage = new AsyncLocalStorage<T>();
  return { get: () => storage.getStore(), run: (value, run) => storage.run(value, run) };
}

function channelOver<Event>(node: NodeChannel): Channel<Event> {
  return {
    get hasListeners() {
      return node.hasSubscribers;
    },
    listen(listener) {
      const onMessage = (message: unknown): void => listener(message as Event); // a channel carries events of one kind
      node.subscribe(onMessage);
      return () => void node.unsubscribe(onMessage);
    },
    publish: (event) => node.publish(event),
  };
}
