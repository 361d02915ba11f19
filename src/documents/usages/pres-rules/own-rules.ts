/** RFC 4745 section 7: recognises managed rules, which the verbs of a document write and may change. */

import type { DocumentState } from '../../state.ts';
import { childElements } from '../../xml/walk.ts';
import { conditionKind } from './conditions.ts';
import { isPolicy } from './identity.ts';
import type { SubHandling } from './permissions.ts';
import type { RuleView } from './rule-view.ts';

/** The watchers of a managed rule: named ones, or one of the two groups of OMA. */
export type OwnKind = 'named' | 'anonymous' | 'others';

/** The sub-handling and the watchers of a managed rule. */
export interface OwnHandling {
  readonly handling: SubHandling;
  readonly kind: OwnKind;
}

const OWN_ID = /^xcap-(?:allow|block|polite-block|confirm)(?:-(anonymous|others))?(?:-\d+)?$/;

/** Returns the id of a managed rule, without the number that makes it unique. */
export const ownId = ({ handling, kind }: OwnHandling): string =>
  `xcap-${handling}${kind === 'named' ? '' : `-${kind}`}`;

/**
 * Returns the sub-handling and the watchers of a managed rule; `undefined` for other rules. A managed rule has an id of
 * the form that the verbs write, the sub-handling in that id, and exactly one condition, which names watchers or a group.
 * A rule that another program gave further conditions is not managed.
 */
export function ownHandling(
  state: DocumentState,
  { id, subHandling, conditions }: Pick<RuleView, 'id' | 'subHandling' | 'conditions'>,
): OwnHandling | undefined {
  const group = id === undefined ? undefined : OWN_ID.exec(id);
  const [condition] = conditions;
  if (!group || subHandling === undefined || !condition || conditions.length > 1) return undefined;
  const kind = OWN_KINDS[group[1] ?? 'named'];
  if (!kind || conditionKind(condition, state.usage) !== CONDITION_OF[kind]) return undefined;
  if (!id?.startsWith(ownId({ handling: subHandling, kind }))) return undefined;
  const isPlain = childElements(condition).every((child) => isPolicy(child, 'one') || isPolicy(child, 'many'));
  return isPlain ? { handling: subHandling, kind } : undefined;
}

const OWN_KINDS: Readonly<Record<string, OwnKind>> = { named: 'named', anonymous: 'anonymous', others: 'others' };

/** The condition in managed rules of each kind. */
export const CONDITION_OF = {
  named: 'identity',
  anonymous: 'anonymous-request',
  others: 'other-identity',
} as const satisfies Record<OwnKind, string>;
