/** RFC 4745 section 7: the rules of a document while a call with many watchers changes them. */

import type { Element } from '@xmldom/xmldom';
import { qname } from '../../../selector/ast.ts';
import { selectorTo } from '../../address/addressing.ts';
import { lastNamed } from '../../address/names.ts';
import { append } from '../../edit/append.ts';
import { remove } from '../../edit/update.ts';
import type { DocumentState } from '../../state.ts';
import { firstElement } from '../../xml/walk.ts';
import { COMMON_POLICY } from './common-policy.ts';
import { conditionKind } from './conditions.ts';
import { CONDITION_OF, type OwnHandling, type OwnKind, ownHandling } from './own-rules.ts';
import { type RuleView, rulesOf } from './rule-view.ts';
import { isThere, type Mention, WatcherMentions } from './watcher-mentions.ts';

/** Reads the rules once for all watchers of a call, and keeps up with what the call changes in them. */
export class ChangingRules {
  readonly state: DocumentState;
  readonly #withForeign: boolean;
  #all: readonly RuleView[] = [];
  #managed: readonly RuleView[] = [];
  /** By element, because the views of rules are made again when one is added. */
  readonly #handlings = new Map<Element, OwnHandling>();
  #index: WatcherMentions;

  /** @param withForeign - whether the call changes rules that are not managed, too */
  constructor(state: DocumentState, withForeign: boolean) {
    this.state = state;
    this.#withForeign = withForeign;
    this.#index = this.#read();
  }

  /** Every rule. */
  get all(): readonly RuleView[] {
    return this.#all;
  }

  /** The rules that the call changes, by watcher. */
  get index(): WatcherMentions {
    return this.#index;
  }

  /** Returns what the verbs use a rule for; `undefined` for a rule that is not managed. */
  handlingOf(rule: RuleView): OwnHandling | undefined {
    return this.#handlings.get(rule.element);
  }

  /** Returns the managed rules in document order. */
  managed(): RuleView[] {
    return this.#managed.filter(({ element }) => element.parentNode !== null);
  }

  /** Returns the rules that the call changes for a group of watchers, except one. */
  ofGroup(kind: Exclude<OwnKind, 'named'>, home: RuleView | undefined): RuleView[] {
    const { usage } = this.state;
    return (this.#withForeign ? [...this.#all] : this.managed()).filter(
      ({ element, conditions }) =>
        element !== home?.element &&
        element.parentNode !== null &&
        conditions.some((condition) => conditionKind(condition, usage) === CONDITION_OF[kind]),
    );
  }

  /** Reads the rules again, after one was added. */
  added(): void {
    this.#index = this.#read();
  }

  #read(): WatcherMentions {
    this.#all = rulesOf(this.state);
    this.#managed = this.#all.filter((rule) => {
      const own = this.#handlings.get(rule.element) ?? ownHandling(this.state, rule);
      if (own) this.#handlings.set(rule.element, own);
      return own !== undefined;
    });
    return new WatcherMentions(this.state, this.#withForeign ? this.#all : this.#managed);
  }

  /** Adds a child to the identity condition of a rule. */
  addChild(rule: RuleView, identity: Element, local: 'one' | 'many', data: unknown): void {
    append(this.state, selectorTo(identity, this.state), data);
    const element = lastNamed(identity, qname(COMMON_POLICY, local));
    if (element) this.#index.add({ element, identity, rule });
  }

  /** Adds an exception to a `many`. */
  except(many: Mention, exception: { readonly id: string } | { readonly domain: string }): void {
    if (!isThere(many)) return;
    append(this.state, selectorTo(many.element, this.state), { except: exception });
    const element = lastNamed(many.element, qname(COMMON_POLICY, 'except'));
    if (element) this.#index.addException({ ...many, element }, many.element);
  }

  /** Removes a child of an identity condition, or an exception; and the rule, if its identity is empty then. */
  drop(mention: Mention): void {
    if (!isThere(mention)) return;
    this.#remove(mention.element);
    if (!firstElement(mention.identity)) this.dropRule(mention.rule);
  }

  /** Removes a rule. */
  dropRule({ element }: RuleView): void {
    this.#remove(element);
  }

  #remove(element: Element): void {
    remove(this.state, selectorTo(element, this.state));
  }
}
