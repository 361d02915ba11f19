import type { Channel, ContextValue, Tracing } from './tracing.ts';

/** Opens a channel. The web has no registry of channels, so its name is not used. */
export function openChannel<Event>(_name: string): Channel<Event> {
  const listeners = new Set<(event: Event) => void>();
  return {
    get hasListeners() {
      return listeners.size > 0;
    },
    listen(listener) {
      const own = (event: Event): void => listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    publish(event) {
      for (const listener of listeners) deliver(listener, event);
    },
  };
}

/** Calls a listener. Its error is thrown outside the publisher, where the runtime reports it as uncaught. */
function deliver<Event>(listener: (event: Event) => void, event: Event): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** Opens the channels for the start and the end of an operation. */
export function openTracing<Event extends object>(name: string): Tracing<Event> {
  const [start, end] = [openChannel<Event>(`${name}:start`), openChannel<Event>(`${name}:end`)];
  return {
    start,
    end,
    get hasListeners() {
      return start.hasListeners || end.hasListeners;
    },
    async trace(run, event) {
      start.publish(event);
      try {
        const result = await run();
        Object.assign(event, { result });
        return result;
      } catch (error) {
        Object.assign(event, { error });
        throw error;
      } finally {
        end.publish(event);
      }
    },
  };
}

/** Opens a value that is always absent: the web does not say which operation a call belongs to. */
export const openContextValue = <T>(): ContextValue<T> => ({ get: () => undefined, run: (_, run) => run() });
