import type { AnySelector } from '../../selector/builder-types.ts';
import type { ClientContext } from '../context.ts';
import { MethodNotAllowedError } from '../errors.ts';
import type { CallOptions } from '../options.ts';
import { targetOf } from '../target.ts';
import { perform } from './perform.ts';

/** What a DELETE did. */
export interface DeleteResult {
  /** The document's new entity tag after a node was deleted; none when the document itself is gone. */
  readonly etag: string | undefined;
  readonly url: string;
}

/** DELETE of a document or node (RFC 4825 sections 7.2, 7.5 and 7.8). */
export async function deleteResource(
  context: ClientContext,
  selector: AnySelector,
  options: CallOptions,
): Promise<DeleteResult> {
  const target = targetOf(context, selector, options);
  if (target.kind === 'namespace-bindings') throw new MethodNotAllowedError(`DELETE ${target.url}`, ['GET']);
  const answer = await perform(context, 'DELETE', target.url, options);
  return { etag: answer.headers['etag'], url: answer.url };
}
