import { documentUri } from '../../selector/document-uri.ts';
import type { ClientContext } from '../context.ts';
import type { CallOptions } from '../options.ts';
import { send } from '../transport/request.ts';
import { type RetryOptions, readWithRetries } from './retry.ts';

/**
 * Makes one small request to a server that no answer has named yet, before a write whose form depends on the server. Any
 * answer will do, also a refusal.
 *
 * @throws TransportError if no answer comes; nothing was written
 */
export async function recognise(
  context: ClientContext,
  { headers, signal, timeout, retries }: CallOptions & RetryOptions,
): Promise<void> {
  if (!context.server.isUnknown) return;
  const url = documentUri({ root: context.root, usage: 'xcap-caps', tree: 'global' });
  const answer = await readWithRetries(url, { retries, signal }, () =>
    send(context.transport, { method: 'GET', url, headers, signal, timeout }),
  );
  context.server.noteAnswer(answer.headers);
}
