import { xuiOf } from '../selector/document-uri.ts';
import { withoutTrailingSlashes } from '../selector/encode.ts';
import { checkClientOptions } from './check-options.ts';
import { ClientContext } from './context.ts';
import { credentialsOf } from './credentials.ts';
import type { XcapClientOptions } from './options.ts';
import { readProfile } from './profiles/read-profile.ts';
import { ServerKnowledge } from './profiles/server-knowledge.ts';
import { createTransport } from './transport/transport.ts';

/**
 * Makes the context of a client from its options.
 *
 * @throws InvalidArgumentError for unknown options and for values that can never work
 */
export function createContext(options: XcapClientOptions): ClientContext {
  checkClientOptions(options);
  const user = options.user === undefined ? undefined : xuiOf(options.user);
  const root = withoutTrailingSlashes(options.root);
  const { fetch, dispatcher, tls, timeout, maxResponseSize, connections, auth, headers } = options;
  const transport = createTransport({
    root,
    credentials: credentialsOf(options, user),
    allowBasic: auth?.allowBasic,
    headers,
    fetch,
    dispatcher,
    tls,
    timeout,
    maxResponseSize,
    connections,
  });
  const server = new ServerKnowledge(readProfile(options.profile));
  const { validate = false, identity } = options;
  return new ClientContext({ root, user, validate, identity, transport, server });
}
