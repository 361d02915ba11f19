import type { PresRulesDocument } from '../../documents/usages/pres-rules/document.ts';
import { flattenList } from '../../documents/usages/resource-lists/flatten.ts';
import { resourceLists } from '../../documents/usages/resource-lists/usage.ts';
import type { Session } from '../account/session.ts';
import { fetchFrom } from './fetch.ts';

type Question = Omit<Parameters<PresRulesDocument['decide']>[0], 'resolveList'>;
type Decision = ReturnType<PresRulesDocument['decide']>;

/** An external list that could not be read. */
interface UnreadList {
  readonly anchor: string;
  readonly reason: string;
}

/** A decision; it is missing when it depends on lists that could not be read. */
export interface ListedDecision {
  readonly decision: Decision | undefined;
  readonly unread: readonly UnreadList[];
}

/** The largest number of unread lists for which every combination is tried. */
const MOST_UNREAD = 8;

/**
 * Decides by rules that may refer to external lists, which are fetched from the account's server. When some cannot be
 * read, the decision holds only if it is the same whether or not the watcher is on them.
 */
export async function decideWithLists(
  document: PresRulesDocument,
  question: Question,
  session: Session,
): Promise<ListedDecision> {
  const lists = await readLists(anchorsOf(document, question), session);
  const unread = [...lists.entries()].flatMap(([anchor, { reason }]) =>
    reason === undefined ? [] : { anchor, reason },
  );
  const decideAssuming = (isOn: (anchor: string) => boolean): Decision =>
    document.decide({
      ...question,
      resolveList: (anchor) => {
        const { uris = [] } = lists.get(anchor) ?? {};
        return isOn(anchor) && question.watcher !== undefined ? [...uris, ...[question.watcher].flat()] : uris;
      },
    });
  const decision = decideAssuming(() => false);
  if (unread.length === 0) return { decision, unread };
  if (unread.length > MOST_UNREAD) return { decision: undefined, unread };
  const outcome = outcomeOf(decision);
  for (let combination = 1; combination < 2 ** unread.length; combination++) {
    const assumed = new Set(unread.filter((_, index) => combination & (1 << index)).map(({ anchor }) => anchor));
    const other = decideAssuming((anchor) => assumed.has(anchor));
    if (outcomeOf(other) !== outcome) return { decision: undefined, unread };
  }
  return { decision, unread };
}

const outcomeOf = ({ subHandling, transformations }: Decision): string =>
  JSON.stringify([subHandling, transformations]);

/** Returns the lists that the decision asks for. */
function anchorsOf(document: PresRulesDocument, question: Question): string[] {
  const anchors = new Set<string>();
  document.decide({
    ...question,
    resolveList: (anchor) => {
      anchors.add(anchor);
      return undefined;
    },
  });
  return [...anchors];
}

interface ReadList {
  readonly uris: readonly string[];
  /** Why the list could not be read completely. */
  readonly reason: string | undefined;
}

async function readLists(anchors: readonly string[], session: Session): Promise<Map<string, ReadList>> {
  const lists = new Map<string, ReadList>();
  for (const anchor of anchors) {
    const holder = resourceLists.create();
    const list = holder.addList('list');
    holder.addExternal(list, { anchor });
    const { root } = session.account;
    const { entries, problems } = await flattenList(holder, list, fetchFrom(session), { root });
    lists.set(anchor, { uris: entries.map(({ uri }) => uri), reason: problems[0]?.message });
  }
  return lists;
}
