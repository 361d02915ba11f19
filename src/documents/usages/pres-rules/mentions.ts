import type { Element } from '@xmldom/xmldom';
import type { DocumentState } from '../../state.ts';
import { attributeValue, childElements } from '../../xml/walk.ts';
import { comparableUri } from '../common/compare-uris.ts';
import { isPolicy } from './identity.ts';
import { type OwnHandling, ownHandling } from './own-rules.ts';
import type { RuleView } from './rule-view.ts';
import type { NamedWatcher } from './watchers.ts';

interface Children {
  /** The `one` elements by the key of their URI. */
  readonly ones: Map<string, Element[]>;
  readonly others: Element[];
}

/**
 * What one call of a verb knows about the managed rules, so that many watchers take time in proportion to their number.
 * The call notes every child that it adds to an `identity`.
 */
export class Mentions {
  readonly #children = new Map<Element, Children>();
  readonly #handlings = new Map<Element, OwnHandling | undefined>();

  /** The same as `ownHandling`, found once for each rule. */
  ownHandling(state: DocumentState, rule: RuleView): OwnHandling | undefined {
    if (!this.#handlings.has(rule.element)) this.#handlings.set(rule.element, ownHandling(state, rule));
    return this.#handlings.get(rule.element);
  }

  /** Returns the children of an `identity` that can name or match a watcher: all but the `one` elements of others. */
  of(identity: Element, { watcher }: NamedWatcher): Element[] {
    if (!watcher) return childElements(identity);
    const { ones, others } = this.#childrenOf(identity);
    const keys = new Set(watcher.identities.map(({ comparable }) => comparable.key));
    const found = [...Array.from(keys).flatMap((key) => ones.get(key) ?? []), ...others];
    return found.filter((child) => child.parentNode === identity);
  }

  /** Notes that an `identity` has a new child. */
  added(identity: Element, child: Element): void {
    const known = this.#children.get(identity);
    if (known) add(known, child);
  }

  #childrenOf(identity: Element): Children {
    let children = this.#children.get(identity);
    if (!children) {
      children = { ones: new Map(), others: [] };
      for (const child of childElements(identity)) add(children, child);
      this.#children.set(identity, children);
    }
    return children;
  }
}

function add({ ones, others }: Children, child: Element): void {
  const id = isPolicy(child, 'one') ? attributeValue(child, null, 'id') : undefined;
  if (id === undefined) {
    others.push(child);
    return;
  }
  const { key } = comparableUri(id);
  const known = ones.get(key);
  if (known) known.push(child);
  else ones.set(key, [child]);
}
