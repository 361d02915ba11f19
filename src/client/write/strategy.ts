import { MEDIA_TYPES } from '../../http/media-types.ts';
import { nodeUri } from '../../selector/document-uri.ts';
import { XcapError } from '../../selector/errors.ts';
import type { ClientContext } from '../context.ts';
import { nodeBody } from '../request/node-body.ts';
import type { DocumentPlace } from '../target.ts';
import type { Change } from './change.ts';
import type { Write } from './compare-and-swap.ts';
import { conditionOver } from './condition.ts';
import { type PlannedNode, planNodes } from './plan-nodes.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import { writeDocument } from './write-document.ts';
import { writeNodes } from './write-nodes.ts';

/**
 * How a save writes:
 *
 * - `document`: the whole document in one request. Works on every server.
 * - `nodes`: the shortest node operations, verified afterwards. What takes several operations of which one removes what
 *   the document still has, such as a move, is written as a whole document.
 * - `auto`: nodes if the document is large and the change small.
 */
export type WriteStrategy = 'document' | 'nodes' | 'auto';

/** Size from which `auto` considers nodes, in characters; below, every request takes one round trip. */
const LARGE = 65_536;
/** Largest number of node operations with `auto`: more take longer than a large document. */
const MOST_OPERATIONS = 3;

/** One request that a save would send. */
export interface PlannedRequest {
  readonly method: 'PUT' | 'DELETE';
  readonly url: string;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
  /** Condition of the request. Later requests of one plan are sent with the entity tag that the one before returns. */
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/**
 * Returns the writer for a strategy. It reads the document for its entity tag if the server did not send one, since the
 * next save needs it.
 */
export const writerFor =
  (strategy: WriteStrategy): Write =>
  async (context, place, change, options) => {
    const nodes = nodesOf(strategy, context, place, change);
    const outcome = nodes
      ? await writeNodes(context, place, change, nodes, options)
      : await writeDocument(context, place, change, options);
    if (outcome.kind !== 'held' || outcome.etag !== undefined) return outcome;
    let current: Snapshot | undefined;
    try {
      current = await readSnapshot(context, place, options);
    } catch (error) {
      if (!(error instanceof XcapError) && !options.signal?.aborted) throw error;
      return outcome; // the write was acknowledged, and the next save reads the tag
    }
    if (current?.document.equals(change.mine)) return { kind: 'held', etag: current.etag, current };
    return { kind: 'overtaken', current, cause: undefined };
  };

/** Returns the requests that a save would send if nobody wrote in between. */
export function planRequests(
  strategy: WriteStrategy,
  context: ClientContext,
  place: DocumentPlace,
  change: Change,
): readonly PlannedRequest[] {
  const { url, contentType } = place;
  const nodes = nodesOf(strategy, context, place, change);
  if (!nodes) {
    const body = change.mine.toString();
    return [{ method: 'PUT', url, contentType, body, ...conditionOver(context.profile, url, change.base) }];
  }
  return nodes.map(({ method, selector, body }, index) => {
    const { terminal } = selector.node;
    return {
      method,
      url: nodeUri(url, selector),
      ...(index === 0 && { ifMatch: change.base?.etag }),
      ...(body !== undefined && {
        contentType: MEDIA_TYPES[terminal?.kind ?? 'element'],
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
): readonly PlannedNode[] | undefined {
  if (strategy === 'document') return undefined;
  const size = change.base?.text.length ?? 0;
  if (strategy === 'auto' && size < LARGE) return undefined;
  const nodes = planNodes(context, place, change);
  if (strategy === 'nodes' || !nodes) return nodes;
  const sent = nodes.reduce((sum, { body = '' }) => sum + body.length, 0);
  return nodes.length <= MOST_OPERATIONS && sent < size / 10 ? nodes : undefined;
}
