import { XcapDocument } from '../documents/document.ts';
import { ConflictError, type ValidationIssue } from '../documents/errors.ts';
import { takenKeys, uniquenessReport } from '../documents/validate/uniqueness.ts';

/** Largest number of issues in a report. */
const MOST_REPORTED = 5;
/** Largest number of issues that are collected at first. */
const MOST_COLLECTED = 100;

const breaksSchema = ({ rule }: ValidationIssue): boolean => rule !== 'unique' && rule !== 'constraint';

/**
 * Refuses an invalid document (RFC 4825 section 8.2.5): checks the schema first, then uniqueness, then the other
 * constraints.
 *
 * @throws ConflictError `schema-validation-error`, `uniqueness-failure` or `constraint-failure`
 */
export function refuseInvalid(document: XcapDocument, where: string): void {
  const first = document.validate(MOST_COLLECTED);
  if (first.length === 0) return;
  // Issues of the kind that decides may come last.
  const issues = first.length < MOST_COLLECTED || first.some(breaksSchema) ? first : document.validate();
  const schema = issues.filter(breaksSchema);
  const unique = issues.filter(({ rule }) => rule === 'unique');
  const exists = schema.length === 0 && unique.length > 0 ? takenIn(document) : [];
  // Ids that are no keys are a matter of the schema only.
  const isOnlyId = unique.length > 0 && exists.length === 0;
  const [condition, shown] =
    schema.length > 0 || isOnlyId
      ? (['schema-validation-error', [...schema, ...unique]] as const)
      : unique.length > 0
        ? (['uniqueness-failure', unique] as const)
        : (['constraint-failure', issues] as const);
  const phrase = shown
    .slice(0, MOST_REPORTED)
    .map(({ selector, message }) => `${selector}: ${message}`)
    .join('; ');
  throw new ConflictError(condition, where, { phrase, exists: exists.length > 0 ? exists : undefined });
}

function takenIn(document: XcapDocument) {
  const state = XcapDocument.stateOf(document);
  const root = state.dom.documentElement;
  return root ? uniquenessReport(state, takenKeys(state, [root])) : [];
}
