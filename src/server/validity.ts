import { XcapDocument } from '../documents/document.ts';
import { ConflictError } from '../documents/errors.ts';
import { takenKeys, uniquenessReport } from '../documents/validate/uniqueness.ts';

/** How much of what is wrong a report names. */
const MOST_ISSUES = 5;
/** Beyond so many breaches the rest does not matter. */
const MOST_LOOKED_AT = 100;

/**
 * Refuses a document that breaks its usage's rules (RFC 4825 section 8.2.5): the schema first, then uniqueness, then
 * the other constraints.
 *
 * @throws ConflictError `schema-validation-error`, `uniqueness-failure` or `constraint-failure`
 */
export function refuseInvalid(document: XcapDocument, where: string): void {
  // A few of each kind would do, but which kind comes first is not known before.
  const issues = document.validate(MOST_LOOKED_AT);
  if (issues.length === 0) return;
  const schema = issues.filter(({ rule }) => rule !== 'unique' && rule !== 'constraint');
  const unique = issues.filter(({ rule }) => rule === 'unique');
  const [condition, shown] =
    schema.length > 0
      ? (['schema-validation-error', schema] as const)
      : unique.length > 0
        ? (['uniqueness-failure', unique] as const)
        : (['constraint-failure', issues] as const);
  const phrase = shown
    .slice(0, MOST_ISSUES)
    .map(({ selector, message }) => `${selector}: ${message}`)
    .join('; ');
  const exists = condition === 'uniqueness-failure' ? takenIn(document) : undefined;
  throw new ConflictError(condition, where, { phrase, exists });
}

function takenIn(document: XcapDocument) {
  const state = XcapDocument.stateOf(document);
  const root = state.dom.documentElement;
  return root ? uniquenessReport(state, takenKeys(state, root)) : [];
}
