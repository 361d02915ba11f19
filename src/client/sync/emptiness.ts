import { XcapDocument } from '../../documents/document.ts';
import { descendants } from '../../documents/xml/walk.ts';
import { SuspiciousEmptinessError } from '../errors.ts';
import type { Snapshot } from './snapshot.ts';

/** Smaller documents are emptied by hand all the time. */
const WORTH_KEEPING = 5;
/** A tenth left is nearly nothing. */
const NEARLY_NOTHING = 0.1;

/**
 * Looks at what a document on the server has become, before it is taken over.
 *
 * @returns the error to throw when it is gone, or has lost nearly everything
 */
export function suspicion(
  where: string,
  before: Snapshot | undefined,
  after: Snapshot | undefined,
): SuspiciousEmptinessError | undefined {
  if (!before || before === after) return undefined;
  const had = elementsIn(before.document);
  if (!after) return new SuspiciousEmptinessError(where, had, undefined);
  if (had < WORTH_KEEPING) return undefined;
  const has = elementsIn(after.document);
  return has <= had * NEARLY_NOTHING ? new SuspiciousEmptinessError(where, had, has) : undefined;
}

/** The elements of a document, its root left out. */
function elementsIn(document: XcapDocument): number {
  const root = XcapDocument.stateOf(document).dom.documentElement;
  let count = 0;
  for (const element of root ? descendants(root) : []) if (element !== root) count++;
  return count;
}
