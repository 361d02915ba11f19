import { describeValue } from '../../selector/arguments.ts';
import type { UntypedSelector } from '../../selector/builder-types.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';

/**
 * Kind of a change that both sides made differently, so that only one of the two versions can be kept:
 *
 * - `attribute`, `text`: changed to different values
 * - `content`: mixed text and elements, or children that the schema does not allow together
 * - `removed`: removed by one side, changed by the other
 * - `added`: added by both sides under the same key, with different content
 * - `uniqueness`: both sides gave the same key to different elements, or to different parts of a renamed one
 * - `order`: moved to different places among the siblings
 */
export type ConflictKind = 'attribute' | 'text' | 'content' | 'removed' | 'added' | 'uniqueness' | 'order';

/** The three versions of something; a version that does not contain it lacks the member. */
export interface ConflictVersions<T> {
  readonly base?: T;
  readonly mine?: T;
  readonly theirs?: T;
}

/**
 * Two changes that contradict each other. `base`, `mine` and `theirs` are typed values, as `get` returns them: the data
 * of an element, the value of an attribute or text, the position among the siblings (from 1) for `order`. Where the table
 * does not know the node, or the value is not of the type in the table, they are the text of `xml`.
 */
export interface MergeConflict extends ConflictVersions<unknown> {
  readonly kind: ConflictKind;
  /** Selects the node in the common base; for a node that the base does not have, in the version that added it. */
  readonly selector: UntypedSelector;
  /** The XML text of the element, or the text of the attribute value or text node. */
  readonly xml: ConflictVersions<string>;
}

/**
 * How a conflict is resolved:
 *
 * - `'mine'`, `'theirs'`: the version of that side
 * - `'both'`: both elements; only for `added` elements that need no unique key
 * - data: for `attribute` and `text` an object `{ value }`; for `added` and `removed` the data of the element, as `put`
 *   takes it, or `{ value }` with its XML text
 */
export type MergeResolution = 'mine' | 'theirs' | 'both' | object;

/** How conflicts are resolved: all in favor of one side, or each as a function decides. */
export type MergePreference = 'mine' | 'theirs' | ((conflict: MergeConflict) => MergeResolution);

/** A checked resolution. */
export type Decision = 'mine' | 'theirs' | 'both' | { readonly data: object };

/** Kinds that can be resolved with data. */
const TAKES_DATA: readonly ConflictKind[] = ['attribute', 'text', 'added', 'removed'];

/**
 * Returns the decision of a preference on one conflict.
 *
 * @param allowsBoth - whether both versions can be kept
 * @throws InvalidArgumentError for an answer that is none of the documented ones, or does not fit the conflict
 */
export function decide(preference: MergePreference, conflict: MergeConflict, allowsBoth: boolean): Decision {
  const answer: unknown = typeof preference === 'function' ? preference(conflict) : preference;
  const { kind, selector } = conflict;
  if (answer === 'mine' || answer === 'theirs') return answer;
  if (answer === 'both') {
    if (allowsBoth) return answer;
    throw new InvalidArgumentError(
      `the conflict "${kind}" at ${selector} cannot be resolved with 'both', since only one version can be kept; answer 'mine' or 'theirs'`,
    );
  }
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw new InvalidArgumentError(
      `a conflict is resolved with 'mine', 'theirs', 'both' or an object with data, not with ${describeValue(answer)} (conflict "${kind}" at ${selector})`,
    );
  }
  if (!TAKES_DATA.includes(kind))
    throw new InvalidArgumentError(
      `the conflict "${kind}" at ${selector} cannot be resolved with data; answer 'mine' or 'theirs'`,
    );
  return { data: answer };
}
