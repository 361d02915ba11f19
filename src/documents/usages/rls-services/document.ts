/** RFC 4826 section 4: resource list services, with the verbs to manage them. https://www.rfc-editor.org/rfc/rfc4826#section-4 */

import type { Element } from '@xmldom/xmldom';
import { describeValue } from '../../../selector/arguments.ts';
import { type NodeSelector, nodeSelector, qname, step } from '../../../selector/ast.ts';
import type { ElementSelector, Selector, UntypedSelector } from '../../../selector/builder-types.ts';
import { InvalidArgumentError } from '../../../selector/errors.ts';
import { Addresses } from '../../address/addresses.ts';
import { selectorTo } from '../../address/addressing.ts';
import { walk } from '../../address/evaluate.ts';
import type { ElementInput } from '../../data/data-types.ts';
import { textOf } from '../../data/read-data.ts';
import { XcapDocument } from '../../document.ts';
import { append } from '../../edit/append.ts';
import { remove, update } from '../../edit/update.ts';
import { NotFoundError } from '../../errors.ts';
import { selectorFor } from '../../state.ts';
import { attributeValue, childElements, firstElement } from '../../xml/walk.ts';
import { elementArgument, keyedChild, textArgument } from '../common/arguments.ts';
import { type FlatList, type FlattenOptions, flattenService } from '../resource-lists/flatten.ts';
import type { FetchDocument } from '../resource-lists/references.ts';
import { RLS_SERVICES, type RlsServices } from './table.ts';

/** A service, by its URI or by a selector. */
export type ServiceAddress = string | ElementSelector<RlsServices, 'service'> | UntypedSelector;

/** A new service: its URI, its list (a reference or the list itself), and its event packages. */
export type NewService = {
  readonly uri: string;
  /** Event packages such as `presence`. Default: the service accepts every package. */
  readonly packages?: readonly string[] | ElementInput<RlsServices, 'packages'>;
} & (
  | { readonly resourceList: string; readonly list?: never }
  | { readonly list: ElementInput<RlsServices, 'list'>; readonly resourceList?: never }
);

/** A service as an overview shows it. */
export interface ServiceSummary {
  readonly selector: Selector<RlsServices, 'service'>;
  readonly uri: string | undefined;
  /** The URI of the list, when the service refers to one. */
  readonly resourceList: string | undefined;
  /** The list, when the service contains one. */
  readonly list: Selector<RlsServices, 'list'> | undefined;
  /** The event packages; `undefined` when the service accepts every package. */
  readonly packages: readonly string[] | undefined;
}

/**
 * An rls-services document: SIP URIs that each stand for a list. A refused call leaves the document as it was.
 *
 * @example
 * const doc = rlsServices.create();
 * doc.addService({ uri: 'sip:friends@example.com', list: { entry: [{ uri: 'sip:bob@example.com' }] } });
 */
export class RlsServicesDocument extends XcapDocument<RlsServices> {
  /**
   * Returns the services in document order.
   *
   * @example
   * doc.services().map(({ uri }) => uri); // ['sip:friends@example.com']
   */
  services(): ServiceSummary[] {
    const state = XcapDocument.stateOf(this);
    const { documentElement: root } = state.dom;
    const addresses = new Addresses(state);
    return root ? childElements(root, named('service')).map((service) => this.#summary(service, addresses)) : [];
  }

  /**
   * Adds a service after the other services.
   *
   * @returns the selector of the new service
   * @throws ConflictError `uniqueness-failure` when the URI is taken
   * @throws ValidationError for invalid data, {@link InvalidArgumentError} for anything but an object
   *
   * @example
   * doc.addService({ uri: 'sip:work@example.com', resourceList: url, packages: ['presence'] });
   */
  addService(service: NewService): Selector<RlsServices, 'service'> {
    if (typeof service !== 'object' || service === null || !('uri' in service))
      throw new InvalidArgumentError(
        `addService: the service must be an object with a uri, not ${describeValue(service)}`,
      );
    const { packages, ...rest } = service;
    const data = isNames(packages) ? { package: checkedNames(packages, 'addService') } : packages;
    const [added] = append(XcapDocument.stateOf(this), ROOT, { service: { ...rest, ...(data && { packages: data }) } });
    return typed(added);
  }

  /**
   * Removes a service together with its lines of text.
   *
   * @throws NotFoundError when the service does not exist
   * @throws InvalidArgumentError unless the argument is a URI or the selector of a service
   *
   * @example
   * doc.removeService('sip:friends@example.com');
   */
  removeService(service: ServiceAddress): void {
    this.#remove(this.#service(service, 'removeService'));
  }

  /**
   * Returns the event packages of a service; `undefined` when it accepts every package.
   *
   * @throws NotFoundError when the service does not exist
   * @throws InvalidArgumentError unless the argument is a URI or the selector of a service
   *
   * @example
   * doc.packages('sip:friends@example.com'); // ['presence']
   */
  packages(service: ServiceAddress): readonly string[] | undefined {
    const packages = firstElement(this.#service(service, 'packages'), named('packages'));
    return packages && packageNames(packages);
  }

  /**
   * Adds an event package to a service. A service without packages accepts every package, so the first added package
   * restricts it.
   *
   * @throws NotFoundError when the service does not exist
   * @throws InvalidArgumentError unless the arguments are a URI or the selector of a service, and a package name
   *
   * @example
   * doc.addPackage('sip:friends@example.com', 'presence');
   */
  addPackage(service: ServiceAddress, name: string): void {
    const state = XcapDocument.stateOf(this);
    const element = this.#service(service, 'addPackage');
    textArgument(name, 'addPackage: the package');
    const packages = firstElement(element, named('packages'));
    if (!packages) append(state, selectorTo(element, state), { packages: { package: [name] } });
    else if (!packageNames(packages).includes(name)) append(state, selectorTo(packages, state), { package: name });
  }

  /**
   * Removes an event package from a service. `<packages>` stays, even when it is empty: without it the service would
   * accept every package.
   *
   * @throws NotFoundError when the service does not exist
   * @throws InvalidArgumentError unless the arguments are a URI or the selector of a service, and a package name
   *
   * @example
   * doc.removePackage('sip:friends@example.com', 'presence');
   */
  removePackage(service: ServiceAddress, name: string): void {
    const packages = firstElement(this.#service(service, 'removePackage'), named('packages'));
    textArgument(name, 'removePackage: the package');
    if (!packages) return;
    for (const element of childElements(packages, named('package')))
      if (textOf(element).trim() === name) this.#remove(element);
  }

  /**
   * Replaces all event packages of a service; `null` makes it accept every package.
   *
   * @throws NotFoundError when the service does not exist
   * @throws InvalidArgumentError unless the arguments are a URI or the selector of a service, and names or `null`
   *
   * @example
   * doc.setPackages('sip:friends@example.com', ['presence', 'dialog']);
   */
  setPackages(service: ServiceAddress, names: readonly string[] | null): void {
    const state = XcapDocument.stateOf(this);
    const element = this.#service(service, 'setPackages');
    const packages = names === null ? null : { package: [...new Set(checkedNames(names, 'setPackages'))] };
    update(state, selectorTo(element, state), { packages });
  }

  /**
   * Returns the flat list of URIs of a service without duplicates: follows nested lists, and references to entries and
   * to lists on any server (RFC 4826 section 4.5). References that cannot be followed are reported as `problems`.
   *
   * @param fetch - returns a whole document by its URL: its text, the document, or `undefined` when there is none
   * @throws NotFoundError when the service does not exist
   * @throws InvalidArgumentError for an argument or option that the function does not take
   *
   * @example
   * const { entries, problems } = await doc.flatten('sip:friends@example.com', (url) => texts.get(url), { root });
   */
  async flatten(service: ServiceAddress, fetch: FetchDocument, options: FlattenOptions = {}): Promise<FlatList> {
    return flattenService(XcapDocument.stateOf(this), this.#service(service, 'flatten'), fetch, options);
  }

  #summary(service: Element, addresses: Addresses): ServiceSummary {
    const resourceList = firstElement(service, named('resource-list'));
    const list = firstElement(service, named('list'));
    const packages = firstElement(service, named('packages'));
    return {
      selector: this.#selector(service, addresses),
      uri: attributeValue(service, null, 'uri'),
      resourceList: resourceList && textOf(resourceList).trim(),
      list: list && this.#selector(list, addresses),
      packages: packages && packageNames(packages),
    };
  }

  #remove(element: Element): void {
    const state = XcapDocument.stateOf(this);
    remove(state, selectorTo(element, state));
  }

  #service(service: ServiceAddress, verb: string): Element {
    const state = XcapDocument.stateOf(this);
    const node: NodeSelector =
      typeof service === 'string'
        ? keyedChild(state, ROOT, 'service', service)
        : elementArgument(state, service, ['service'], verb);
    const found = walk(state.dom, node.steps);
    if (found.kind === 'element') return found.element;
    throw new NotFoundError(
      String(selectorFor(state, node)),
      found.kind === 'none' ? 'the service does not exist' : 'several services match',
    );
  }

  #selector<E extends 'service' | 'list' | 'packages'>(
    element: Element,
    addresses: Addresses,
  ): Selector<RlsServices, E> {
    return typed(selectorFor(XcapDocument.stateOf(this), addresses.selectorTo(element)));
  }
}

// The element was added, or found, by its name in the table.
const typed = <E extends string>(selector: unknown): Selector<RlsServices, E> => selector as Selector<RlsServices, E>;

const ROOT = /* @__PURE__ */ nodeSelector([/* @__PURE__ */ step(/* @__PURE__ */ qname(RLS_SERVICES, 'rls-services'))]);
const named = (local: string) => ({ namespace: RLS_SERVICES, local });

const packageNames = (packages: Element): string[] =>
  childElements(packages, named('package')).map((element) => textOf(element).trim());

const isNames = (packages: NewService['packages']): packages is readonly string[] => Array.isArray(packages);

function checkedNames(names: unknown, verb: string): readonly string[] {
  if (!Array.isArray(names))
    throw new InvalidArgumentError(`${verb}: the packages must be an array of names, not ${describeValue(names)}`);
  return names.map((name) => textArgument(name, `${verb}: a package`));
}
