import { Gate } from '../../src/server/auth/gate.ts';
import { Faults } from '../../src/server/faults.ts';
import { Handler } from '../../src/server/handle.ts';
import { limitsOf } from '../../src/server/limits.ts';
import { Notifier } from '../../src/server/notifier/notifier.ts';
import type { XcapServerOptions } from '../../src/server/options.ts';
import { quirksOf } from '../../src/server/quirks/names.ts';
import { contextFor } from '../../src/server/set-up.ts';

/** The embedded server without sockets, for tests with very many requests. */
export interface InProcessServer {
  readonly root: string;
  readonly subscribe: Notifier['subscribe'];
  /** Answers a request, in place of the global `fetch`. */
  readonly fetch: typeof fetch;
}

/** Makes a server without sockets. */
export function inProcessServer(options: XcapServerOptions): InProcessServer {
  const root = 'http://xcap.example.com/xcap-root';
  const context = contextFor(options, {
    limits: limitsOf(),
    root,
    rootPath: '/xcap-root',
    quirks: quirksOf(options.quirks),
    gate: new Gate(options),
    metrics: undefined,
    faults: new Faults(options.faults),
  });
  const handler = new Handler(context);
  const notifier = new Notifier(context);
  return {
    root,
    subscribe: (...given) => notifier.subscribe(...given),
    fetch: async (input, { method = 'GET', headers, body } = {}) => {
      const { pathname, search } = new URL(String(input));
      const outcome = await handler.handle({
        method,
        target: pathname + search,
        headers: Object.fromEntries(new Headers(headers)),
        body: Buffer.from(await new Response(body).arrayBuffer()),
      });
      if ('silence' in outcome) throw new RangeError('a server without faults answers');
      const { status, headers: fields, body: content } = outcome;
      const hasBody = content !== undefined && method !== 'HEAD' && status !== 304;
      const pairs = Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]);
      return new Response(hasBody ? String(content) : null, { status, headers: pairs });
    },
  };
}
