import type { ValidationIssue } from '../../documents/errors.ts';

/**
 * Returns the mistakes that an edit added. Mistakes are compared by rule and message, since an edit can shift the
 * positions in their selectors.
 */
export function addedIssues(
  before: readonly ValidationIssue[],
  after: readonly ValidationIssue[],
): readonly ValidationIssue[] {
  const known = new Set(before.map(({ selector, rule }) => `${selector} ${rule}`));
  const counts = new Map<string, number>();
  const kindOf = ({ rule, message }: ValidationIssue): string => JSON.stringify([rule, message]);
  for (const issue of before) counts.set(kindOf(issue), (counts.get(kindOf(issue)) ?? 0) + 1);
  // Mistakes in their old places are matched first, so that those in new places are the ones reported.
  const ordered = [...after].sort(
    (a, b) => Number(known.has(`${b.selector} ${b.rule}`)) - Number(known.has(`${a.selector} ${a.rule}`)),
  );
  return ordered.filter((issue) => {
    const left = counts.get(kindOf(issue)) ?? 0;
    counts.set(kindOf(issue), left - 1);
    return left <= 0;
  });
}
