import { XcapDocument } from '../documents/document.ts';
import { ConflictError } from '../documents/errors.ts';
import { takenKeys, uniquenessReport } from '../documents/validate/uniqueness.ts';

/** Largest number of issues in a report. */
const MOST_REPORTED = 5;
/** Largest number of issues that are collected. */
const MOST_COLLECTED = 100;

/**
 * Refuses an invalid document (RFC 4825 section 8.2.5): checks the schema first, then uniqueness, then the other
 * constraints.
 *
 * @throws ConflictError `schema-validation-error`, `uniqueness-failure` or `constraint-failure`
 */
export function refuseInvalid(document: XcapDocument, where: string): void {
  // More than are reported, because issues of the kind that decides may come last.
  const issues = document.validate(MOST_COLLECTED);
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
    .slice(0, MOST_REPORTED)
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
