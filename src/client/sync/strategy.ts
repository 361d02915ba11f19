import type { NodeOperation } from '../../documents/state.ts';
import { nodeUri } from '../../selector/document-uri.ts';
import type { ClientContext } from '../context.ts';
import { nodeBody } from '../request/node-body.ts';
import { CONTENT_TYPES, type DocumentPlace } from '../target.ts';
import type { Write } from './converge.ts';
import { type Change, conditionsOf, writeDocument } from './write-document.ts';
import { plannedNodes, writeNodes } from './write-nodes.ts';

/**
 * How a save writes: `document`, the whole of it, right on every server; `nodes`, the shortest node operations, verified;
 * `auto`, nodes where the document is big and the change small.
 */
export type WriteStrategy = 'document' | 'nodes' | 'auto';

/** Characters from which `auto` takes a document for a big one: less costs one round trip either way. */
const BIG = 65_536;
/** More operations take more time than a big document. */
const FEW = 3;

/** One request that a save would send. */
export interface PlannedRequest {
  readonly method: 'PUT' | 'DELETE';
  readonly url: string;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
  /** The conditions it goes with; later requests of one plan go with the tag that the one before brings. */
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** The writer that a strategy means for a change. */
export function writerOf(strategy: WriteStrategy): Write {
  if (strategy === 'document') return writeDocument;
  if (strategy === 'nodes') return writeNodes;
  return (context, place, change, options) => {
    const write = nodesOf(strategy, context, place, change) ? writeNodes : writeDocument;
    return write(context, place, change, options);
  };
}

/** What a save would send, were nobody to write in between. */
export function plan(
  strategy: WriteStrategy,
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
): readonly PlannedRequest[] {
  const { url, contentType } = place;
  const operations = nodesOf(strategy, context, place, change);
  if (!operations) {
    const body = change.mine.toString();
    return [{ method: 'PUT', url, contentType, body, ...conditionsOf(context.profile, place, change.base) }];
  }
  return operations.map(({ method, selector, body }, index) => {
    const { terminal } = selector.node;
    return {
      method,
      url: nodeUri(url, selector),
      ...(index === 0 && { ifMatch: change.base?.etag }),
      ...(body !== undefined && {
        contentType: CONTENT_TYPES[terminal?.kind ?? 'element'],
        body: nodeBody(context.profile, terminal, body),
      }),
    };
  });
}

function nodesOf(
  strategy: WriteStrategy,
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
): readonly NodeOperation[] | undefined {
  if (strategy === 'document') return undefined;
  if (strategy === 'auto' && (change.base?.text.length ?? 0) < BIG) return undefined;
  const operations = plannedNodes(context, place, change);
  if (strategy === 'nodes' || !operations) return operations;
  const size = operations.reduce((sum, { body = '' }) => sum + body.length, 0);
  return operations.length <= FEW && size < (change.base?.text.length ?? 0) / 10 ? operations : undefined;
}
