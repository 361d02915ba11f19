import type { ClientContext } from '../context.ts';
import type { CallOptions } from '../options.ts';
import { nodeBody } from '../request/node-body.ts';
import { perform } from '../request/perform.ts';
import type { Target } from '../target.ts';

/** What a PUT did. */
export interface PutResult {
  /** The server says that it was not there before (201). */
  readonly created: boolean;
  /** The document's new entity tag, when the server sends one. */
  readonly etag: string | undefined;
  readonly url: string;
}

/** PUT of a body that is written already. */
export async function putTarget(
  context: ClientContext,
  target: Target,
  body: string,
  options: CallOptions,
): Promise<PutResult> {
  const { terminal } = target.kind === 'document' ? {} : target.node;
  const payload = { body: nodeBody(context.profile, terminal, body), contentType: target.contentType };
  const answer = await perform(context, 'PUT', target.url, options, payload);
  return { created: answer.status === 201, etag: answer.headers['etag'], url: answer.url };
}
