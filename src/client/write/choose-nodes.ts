import type { ClientContext } from '../context.ts';
import type { WriteStrategy } from '../options.ts';
import type { DocumentPlace } from '../target.ts';
import type { Change } from './change.ts';
import { type PlannedNode, planNodes } from './plan-nodes.ts';

/** Size from which `auto` considers nodes, in characters; below, every request takes one round trip. */
const LARGE = 65_536;
/** Largest number of node operations with `auto`: more take longer than a large document. */
const MOST_OPERATIONS = 3;

/** Returns the node operations that write a change with this strategy; `undefined` for the whole document. */
export function chooseNodes(
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
