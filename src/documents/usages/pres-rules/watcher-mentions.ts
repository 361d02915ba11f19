/** RFC 4745 section 7.1: finds the parts of rules that concern a watcher, for calls with many watchers on many rules. */

import type { Element } from '@xmldom/xmldom';
import type { DocumentState } from '../../state.ts';
import { attributeValue, childElements, firstElement } from '../../xml/walk.ts';
import { conditionKind } from './conditions.ts';
import { asciiDomain, domainOf, isPolicy, isWatcher, type KnownWatcher, looseKey } from './identity.ts';
import type { RuleView } from './rule-view.ts';
import type { NamedWatcher } from './watchers.ts';

/** A child of an identity condition, or an exception in one. */
export interface Mention {
  readonly element: Element;
  readonly identity: Element;
  readonly rule: RuleView;
}

/** Every domain, as a key of the index. */
const EVERY_DOMAIN = '';

/**
 * The children of the identity conditions of some rules by watcher. Elements that have been removed since are not found;
 * elements that are added have to be reported by `add`.
 */
export class WatcherMentions {
  /** The children in document order. */
  readonly #children: Mention[] = [];
  /** The `one` elements by the loose key of their URI. */
  readonly #ones = new Map<string, Mention[]>();
  /** The `many` elements by domain. */
  readonly #manys = new Map<string, Mention[]>();
  /** The `except` elements by the loose key of their URI. */
  readonly #exceptions = new Map<string, Mention[]>();
  /** The `many` elements that match nobody, since they contain something unknown. */
  readonly #unknown = new Set<Element>();
  /** The domains that each `many` excepts. */
  readonly #exceptedDomains = new Map<Element, Set<string>>();

  constructor(state: DocumentState, rules: readonly RuleView[]) {
    for (const rule of rules)
      for (const identity of rule.conditions)
        if (conditionKind(identity, state.usage) === 'identity')
          for (const element of childElements(identity)) this.add({ element, identity, rule });
  }

  /** Adds a child of an identity condition, with its exceptions. */
  add(mention: Mention): void {
    const { element } = mention;
    this.#children.push(mention);
    if (isPolicy(element, 'one')) addTo(this.#ones, keyOf(element), mention);
    if (!isPolicy(element, 'many')) return;
    const domain = attributeValue(element, null, 'domain');
    addTo(this.#manys, domain === undefined ? EVERY_DOMAIN : asciiDomain(domain), mention);
    for (const exception of childElements(element)) this.addException({ ...mention, element: exception }, element);
  }

  /** Adds a child of a `many` element. */
  addException(mention: Mention, many: Element): void {
    const { element } = mention;
    if (isPolicy(element, 'except')) addTo(this.#exceptions, keyOf(element), mention);
    else this.#unknown.add(many);
    const domain = attributeValue(element, null, 'domain');
    if (domain === undefined) return;
    const domains = this.#exceptedDomains.get(many) ?? new Set<string>();
    this.#exceptedDomains.set(many, domains.add(asciiDomain(domain)));
  }

  /** Returns the `one` elements with the URI of a watcher. */
  ones(watcher: KnownWatcher): Mention[] {
    return namesIn(this.#ones, watcher);
  }

  /** Returns the `except` elements with the URI of a watcher. */
  exceptions(watcher: KnownWatcher): Mention[] {
    return namesIn(this.#exceptions, watcher);
  }

  /** Returns the `many` elements of a domain, or those of every domain. */
  manys(domain: string | undefined): Mention[] {
    return (this.#manys.get(domain ?? EVERY_DOMAIN) ?? []).filter(isThere);
  }

  /** Returns the `many` elements that match a watcher and do not except it. */
  matchingManys(watcher: KnownWatcher): Mention[] {
    const domains = new Set([undefined, ...watcher.identities.map(({ domain }) => domain)]);
    const excepting = new Set(this.exceptions(watcher).map(({ element }) => element.parentNode));
    return Array.from(domains)
      .flatMap((domain) => this.manys(domain))
      .filter(({ element }) => {
        if (this.#unknown.has(element) || excepting.has(element)) return false;
        const excepted = this.#exceptedDomains.get(element);
        return !excepted || !watcher.identities.some(({ domain }) => domain !== undefined && excepted.has(domain));
      });
  }

  /** Returns the `many` elements that match a domain, apart from exceptions of single watchers. */
  manysIncluding(domain: string): Mention[] {
    const all = this.manys(undefined).filter(({ element }) => !this.#exceptedDomains.get(element)?.has(domain));
    return [...this.manys(domain), ...all];
  }

  /** Returns the `one` or `many` elements for exactly this watcher or domain, or for every domain. */
  mentions(target: NamedWatcher): Mention[] {
    return target.watcher ? this.ones(target.watcher) : this.manys(target.domain);
  }

  /** Returns the children of identity conditions that match the whole of a watcher argument. */
  matches({ watcher, domain }: NamedWatcher): Mention[] {
    // A `one` with an extension, which may restrict it, matches nobody.
    if (watcher)
      return [...this.ones(watcher).filter(({ element }) => !firstElement(element)), ...this.matchingManys(watcher)];
    return domain === undefined ? this.manys(undefined) : this.manysIncluding(domain);
  }

  /** Returns the URIs of some `one` elements, of a domain if there is one. */
  uris(domain: string | undefined, isMeant: (mention: Mention) => boolean): string[] {
    return this.#valuesOf('one', 'id', isMeant).filter((id) => domain === undefined || domainOf(id) === domain);
  }

  /** Returns the domains of some `many` elements. */
  domains(isMeant: (mention: Mention) => boolean): string[] {
    return this.#valuesOf('many', 'domain', isMeant);
  }

  #valuesOf(local: 'one' | 'many', attribute: string, isMeant: (mention: Mention) => boolean): string[] {
    return this.#children
      .filter((mention) => isPolicy(mention.element, local) && isThere(mention) && isMeant(mention))
      .flatMap(({ element }) => attributeValue(element, null, attribute) ?? []);
  }
}

const keyOf = (element: Element): string | undefined => {
  const id = attributeValue(element, null, 'id');
  return id === undefined ? undefined : looseKey(id);
};

function addTo(index: Map<string, Mention[]>, key: string | undefined, mention: Mention): void {
  if (key === undefined) return;
  const mentions = index.get(key);
  if (mentions) mentions.push(mention);
  else index.set(key, [mention]);
}

function namesIn(index: ReadonlyMap<string, Mention[]>, watcher: KnownWatcher): Mention[] {
  const keys = new Set(watcher.identities.map(({ uri }) => looseKey(uri)));
  return Array.from(keys)
    .flatMap((key) => index.get(key) ?? [])
    .filter((mention) => isThere(mention) && isWatcher(attributeValue(mention.element, null, 'id'), watcher));
}

/** Whether an element is still in its rule, and that in the document. */
export function isThere({ element, identity, rule }: Mention): boolean {
  const parent = element.parentNode;
  const isChild = parent === identity || (parent !== null && parent.parentNode === identity);
  return isChild && rule.element.parentNode !== null;
}
