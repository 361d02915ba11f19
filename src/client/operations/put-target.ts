import type { ClientContext } from '../context.ts';
import type { CallOptions } from '../options.ts';
import { nodeBody } from '../request/node-body.ts';
import { perform } from '../request/perform.ts';
import type { Target } from '../target.ts';

/** Result of a PUT. */
export interface PutResult {
  /** Whether the document or node was created (201), and not replaced. */
  readonly created: boolean;
  /** Entity tag of the document after the PUT, if the server sends one. */
  readonly etag: string | undefined;
  readonly url: string;
}

/** Sends one PUT. */
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
