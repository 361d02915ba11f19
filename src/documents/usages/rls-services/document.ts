/** RFC 4826 section 4: resource list services, with the verbs of somebody who runs some. https://www.rfc-editor.org/rfc/rfc4826#section-4 */

import type { Element } from '@xmldom/xmldom';
import { nodeSelector, qname, step } from '../../../selector/ast.ts';
import type { ElementSelector, Selector, UntypedSelector } from '../../../selector/builder-types.ts';
import { selectorTo } from '../../address/addressing.ts';
import { walk } from '../../address/evaluate.ts';
import type { ElementInput } from '../../data/data-types.ts';
import { textOf } from '../../data/read-data.ts';
import { XcapDocument } from '../../document.ts';
import { NotFoundError } from '../../errors.ts';
import { nodeOf, selectorFor } from '../../state.ts';
import { attributeValue, childElements, firstElement } from '../../xml/walk.ts';
import { type FlatList, type FlattenOptions, flattenService } from '../resource-lists/flatten.ts';
import type { FetchDocument } from '../resource-lists/references.ts';
import { type RlsServices, rlsServicesTable } from './table.ts';

/** A service by its URI, or by a selector. */
export type ServiceAddress = string | ElementSelector<RlsServices, 'service'> | UntypedSelector;

/** A new service: its URI, the list behind it (by reference or in itself), and the event packages it takes. */
export type NewService = {
  readonly uri: string;
  /** Event packages such as `presence`; left out, every package is taken. */
  readonly packages?: readonly string[] | ElementInput<RlsServices, 'packages'>;
} & (
  | { readonly resourceList: string; readonly list?: never }
  | { readonly list: ElementInput<RlsServices, 'list'>; readonly resourceList?: never }
);

/** A service as an overview shows it. */
export interface ServiceSummary {
  readonly selector: Selector<RlsServices, 'service'>;
  readonly uri: string | undefined;
  /** The URI of the list, when it stands elsewhere. */
  readonly resourceList: string | undefined;
  /** The list, when it stands in the service. */
  readonly list: Selector<RlsServices, 'list'> | undefined;
  /** The event packages; `undefined` when every package is taken. */
  readonly packages: readonly string[] | undefined;
}

/** An rls-services document: SIP URIs behind which a list stands. */
export class RlsServicesDocument extends XcapDocument<RlsServices> {
  /** The services in document order. */
  services(): ServiceSummary[] {
    const state = XcapDocument.stateOf(this);
    const root = state.dom.documentElement;
    return root ? childElements(root, named('service')).map((service) => this.#summary(service)) : [];
  }

  /**
   * Adds a service behind the others.
   *
   * @returns its selector
   * @throws ConflictError `uniqueness-failure` when the URI is taken, {@link ValidationError} without a list
   */
  addService({ packages, ...service }: NewService): Selector<RlsServices, 'service'> {
    const taken = isNames(packages) ? { package: packages } : packages;
    return typed(this.addChild(this.root, { service: { ...service, ...(taken && { packages: taken }) } }));
  }

  /** Removes a service with the lines it stands on. Throws {@link NotFoundError} when there is none. */
  removeService(service: ServiceAddress): void {
    this.removeNode(this.#selector(this.#service(service)));
  }

  /** The event packages that a service takes; `undefined` when it takes every one. Throws {@link NotFoundError}. */
  packages(service: ServiceAddress): readonly string[] | undefined {
    return this.#summary(this.#service(service)).packages;
  }

  /**
   * Lets a service take an event package. Mind that a service without any `packages` takes every one: the first that is
   * added restricts it.
   *
   * @throws NotFoundError when there is no such service
   */
  addPackage(service: ServiceAddress, name: string): void {
    const element = this.#service(service);
    const packages = firstElement(element, named('packages'));
    if (!packages) this.addChild(this.#selector(element), { packages: { package: [name] } });
    else if (!packageNames(packages).includes(name)) this.addChild(this.#selector(packages), { package: name });
  }

  /**
   * Takes an event package away. `packages` stays, even empty: without it the service would take every one.
   *
   * @throws NotFoundError when there is no such service
   */
  removePackage(service: ServiceAddress, name: string): void {
    const packages = firstElement(this.#service(service), named('packages'));
    if (!packages) return;
    for (const element of childElements(packages, named('package')))
      if (textOf(element).trim() === name) this.removeNode(this.#selector(element));
  }

  /**
   * States all event packages of a service; `null` lets it take every one.
   *
   * @throws NotFoundError when there is no such service
   */
  setPackages(service: ServiceAddress, names: readonly string[] | null): void {
    const packages = names && { package: [...new Set(names)] };
    this.updateNode(this.#selector(this.#service(service)), { packages });
  }

  /**
   * The flat, duplicate-free list of URIs behind a service: nested lists, references to entries and to lists on any
   * server followed (RFC 4826 section 4.5). What cannot be followed is among the `problems`, and the rest is there.
   *
   * @param service - its URI or selector
   * @param fetch - gets a whole document by its URL: its text, the document, or `undefined` when there is none
   * @throws NotFoundError when there is no such service
   */
  async flatten(service: ServiceAddress, fetch: FetchDocument, options: FlattenOptions = {}): Promise<FlatList> {
    return flattenService(XcapDocument.stateOf(this), this.#service(service), fetch, options);
  }

  #summary(service: Element): ServiceSummary {
    const resourceList = firstElement(service, named('resource-list'));
    const list = firstElement(service, named('list'));
    const packages = firstElement(service, named('packages'));
    return {
      selector: this.#selector(service),
      uri: attributeValue(service, null, 'uri'),
      resourceList: resourceList && textOf(resourceList).trim(),
      list: list && this.#selector(list),
      packages: packages && packageNames(packages),
    };
  }

  #service(service: ServiceAddress): Element {
    const state = XcapDocument.stateOf(this);
    const steps =
      typeof service === 'string'
        ? [ROOT, step(SERVICE, undefined, { name: URI, value: service })]
        : nodeOf(state, service).steps;
    const found = walk(state.dom, steps);
    if (found.kind === 'element') return found.element;
    const where = typeof service === 'string' ? selectorFor(state, nodeSelector(steps)) : service;
    throw new NotFoundError(
      String(where),
      found.kind === 'none' ? 'there is no such service' : 'several services match',
    );
  }

  #selector<E extends 'service' | 'list' | 'packages'>(element: Element): Selector<RlsServices, E> {
    const state = XcapDocument.stateOf(this);
    return typed(selectorFor(state, selectorTo(element, state)));
  }
}

// What a verb has put, or found by its name, is an element of that name.
const typed = <E extends string>(selector: unknown): Selector<RlsServices, E> => selector as Selector<RlsServices, E>;

const NAMESPACE = rlsServicesTable.namespaces[''];
const named = (local: string) => ({ namespace: NAMESPACE, local });
const ROOT = step(qname(NAMESPACE, 'rls-services'));
const SERVICE = qname(NAMESPACE, 'service');
const URI = qname(null, 'uri');

const packageNames = (packages: Element): string[] =>
  childElements(packages, named('package')).map((element) => textOf(element).trim());

const isNames = (packages: NewService['packages']): packages is readonly string[] => Array.isArray(packages);
