import type { UntypedSelector } from '../../selector/builder-types.ts';

/**
 * What both sides changed so that only one of them can be had:
 *
 * - `attribute`, `text`: changed to different values
 * - `content`: text with elements in it, changed differently
 * - `removed`: removed by one side, changed by the other
 * - `added`: added by both sides under the same key, with different content
 * - `uniqueness`: each side gave another element the same key
 * - `order`: moved to different places, given as positions among the siblings
 */
export type ConflictKind = 'attribute' | 'text' | 'content' | 'removed' | 'added' | 'uniqueness' | 'order';

/** One contradiction of two sides. A side that does not have the node lacks the member. */
export interface MergeConflict {
  readonly kind: ConflictKind;
  /** The node, in the common base where it stands there. */
  readonly selector: UntypedSelector;
  /** The XML text of the element in the common base, or the value of the attribute, or the text. */
  readonly base?: string | undefined;
  readonly mine?: string | undefined;
  readonly theirs?: string | undefined;
}

/** Whose side of a contradiction is taken: of all of them, or of each as a function says. */
export type Preference = 'mine' | 'theirs' | ((conflict: MergeConflict) => 'mine' | 'theirs');
