import { InvalidArgumentError } from '../../selector/errors.ts';
import type { ConnectionOptions } from './connection-options.ts';
import type { Connection } from './exchange.ts';
import { connectByFetch } from './fetch.ts';
import type { DescribeCause } from './fetch-failure.ts';

/** The web does not tell why a `fetch` failed. */
export const describeCause: DescribeCause | undefined = undefined;

/** The way to a server on the web, by the global `fetch`. `undici.ts` exports the same names. */
export function openConnection(options: ConnectionOptions): Connection {
  const nodeOnly = (['dispatcher', 'tls', 'connections'] as const).filter((name) => options[name] !== undefined);
  if (nodeOnly.length > 0) {
    throw new InvalidArgumentError(`${nodeOnly.join(' and ')}: only Node has this; on the web, the runtime connects`);
  }
  // Called as a method of the global object, which browsers insist on.
  return connectByFetch((url, init) => globalThis.fetch(url, init));
}
