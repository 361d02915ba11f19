import { XcapDocument } from '../../documents/document.ts';
import { descendants } from '../../documents/xml/walk.ts';
import { SuspiciousEmptinessError } from '../errors.ts';
import type { Snapshot } from '../write/snapshot.ts';

/** Number of elements below which a document is not checked: small ones are emptied on purpose all the time. */
const LEAST_ELEMENTS = 5;
/** Largest share of elements that counts as nearly nothing. */
const NEARLY_NOTHING = 0.1;

/**
 * Checks a version on the server before it is adopted. Returns the error to throw if the document is gone, or has lost
 * nearly all of its elements.
 *
 * @param where - URL of the document, for the message
 */
export function detectDataLoss(
  where: string,
  before: Snapshot | undefined,
  after: Snapshot | undefined,
): SuspiciousEmptinessError | undefined {
  if (!before || before === after) return undefined;
  const had = countElements(before.document);
  if (!after) return new SuspiciousEmptinessError(where, had, undefined);
  if (had < LEAST_ELEMENTS) return undefined;
  const has = countElements(after.document);
  return has <= had * NEARLY_NOTHING ? new SuspiciousEmptinessError(where, had, has) : undefined;
}

/** Counts the elements below the root. */
function countElements(document: XcapDocument): number {
  const root = XcapDocument.stateOf(document).dom.documentElement;
  let count = 0;
  for (const element of root ? descendants(root) : []) if (element !== root) count++;
  return count;
}
