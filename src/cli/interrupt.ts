/** Milliseconds. `timeout` and terminals may send one interrupt twice; a second one by a person takes longer. */
const SAME_INTERRUPT = 1500;

/** Returns a signal that aborts when the program is asked to end. A second request ends it at once. */
export function interrupted(): AbortSignal {
  const ending = new AbortController();
  let since = 0;
  const onSignal = (): void => {
    if (ending.signal.aborted && performance.now() - since > SAME_INTERRUPT) process.exit(130);
    if (!ending.signal.aborted) since = performance.now();
    ending.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
  return ending.signal;
}

/** Resolves when a signal aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
