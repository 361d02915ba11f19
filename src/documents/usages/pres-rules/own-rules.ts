/** Which rules the verbs of a document made, and may therefore change. */

import type { DocumentState } from '../../state.ts';
import { childElements } from '../../xml/walk.ts';
import { conditionKind } from './conditions.ts';
import { isPolicy } from './identity.ts';
import type { SubHandling } from './permissions.ts';
import type { RuleView } from './rule-view.ts';

/** Whom a rule of ours is for: the watchers it names, or one of OMA's two groups. */
export type OwnKind = 'named' | 'anonymous' | 'others';

/** What a rule of ours says, and for whom. */
export interface OwnHandling {
  readonly handling: SubHandling;
  readonly kind: OwnKind;
}

const OWN_ID = /^xcap-(?:allow|block|polite-block|confirm)(?:-(anonymous|others))?(?:-\d+)?$/;

/** The id a new rule of ours would like to have. */
export const ownId = ({ handling, kind }: OwnHandling): string =>
  `xcap-${handling}${kind === 'named' ? '' : `-${kind}`}`;

/**
 * What a rule says when it is ours; `undefined` for rules of others. A rule is ours when its id is `xcap-` and the
 * handling (then `-anonymous` or `-others`, then a number) **and** it still looks as the verbs make it: the handling its
 * id says, and one condition that names watchers or a group. A rule that somebody gave further conditions is theirs.
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

/** The condition that stands in rules of each kind. */
export const CONDITION_OF = {
  named: 'identity',
  anonymous: 'anonymous-request',
  others: 'other-identity',
} as const satisfies Record<OwnKind, string>;
