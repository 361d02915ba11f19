import { decodePercent, encodeSegment, withoutTrailingSlashes } from '../../selector/encode.ts';
import { SelectorSyntaxError } from '../../selector/errors.ts';
import { parsePath } from '../../selector/read.ts';
import type { Gate } from '../auth/gate.ts';
import type { Catalogue } from '../catalogue.ts';
import { Refusal } from '../refusal.ts';
import { type DocumentPath, parseRoute } from '../route.ts';
import type { TreeFilter } from '../stores/store.ts';
import { canonicalXui } from '../xui.ts';
import { isGenerated } from './generated-documents.ts';
import type { SubscribedNode, SubscribedResources } from './reported-state.ts';
import { SubscriptionError } from './subscription-error.ts';

/** The parts of a server that decide what can be subscribed to. */
export interface SubscriptionScope {
  /** The XCAP root that addresses are relative to. */
  readonly root: string;
  /** The path of the root. */
  readonly rootPath: string;
  readonly gate: Gate;
  readonly catalogue: Catalogue;
}

/** Documents below a folder that the subscriber may read. */
interface Collection {
  /** The path of the folder, with a slash at its end. */
  readonly prefix: string;
  readonly filters: readonly TreeFilter[];
}

/** What a subscriber subscribes to and may read. Everything else is left out (RFC 5875 section 4.7). */
export class SubscribedList implements SubscribedResources {
  /** The addresses of documents that are subscribed to by name. */
  readonly #sels = new Map<DocumentPath, string>();
  readonly #nodes = new Map<string, SubscribedNode>();
  readonly #collections: Collection[] = [];
  readonly #scope: SubscriptionScope;
  readonly #user: string | undefined;

  /**
   * @param user - canonical XUI of the subscriber; `undefined` for one without
   * @throws SubscriptionError 403 if the subscriber may not read any of the resources, 404 if none of the addresses makes
   *   sense
   */
  constructor(scope: SubscriptionScope, user: string | undefined, addresses: readonly string[]) {
    this.#scope = scope;
    this.#user = user;
    const outcomes = addresses.map((address) => this.#add(address));
    if (outcomes.length === 0 || outcomes.includes('added')) return;
    if (outcomes.includes('forbidden'))
      throw new SubscriptionError(403, 'users can subscribe only to their own tree and to the global tree');
    throw new SubscriptionError(
      404,
      `none of its entries is the address of a resource of this server, which serves ${scope.catalogue.auids.join(', ')}`,
    );
  }

  get documents(): Iterable<DocumentPath> {
    return this.#sels.keys();
  }

  get nodes(): Iterable<SubscribedNode> {
    return this.#nodes.values();
  }

  get filters(): readonly TreeFilter[] {
    return this.#collections.flatMap(({ filters }) => filters);
  }

  selOf(path: DocumentPath): string | undefined {
    const named = this.#sels.get(path);
    if (named !== undefined) return named;
    const isListed = this.#collections.some(({ prefix }) => path.startsWith(prefix)) && this.#mayReadPath(path);
    return isListed ? path : undefined;
  }

  covers(path: DocumentPath): boolean {
    return this.selOf(path) !== undefined || Array.from(this.#nodes.values()).some((node) => node.path === path);
  }

  #add(address: string): 'added' | 'forbidden' | 'unknown' {
    try {
      const relative = relativeTo(this.#scope, address);
      const isCollection = relative.endsWith('/') && !/\/(?:~|%7[Ee]){2}\//.test(relative);
      return isCollection ? this.#addCollection(relative) : this.#addResource(address, relative);
    } catch (error) {
      // The address makes no sense, so nothing can be there.
      if (error instanceof Refusal || error instanceof SelectorSyntaxError) return 'unknown';
      throw error;
    }
  }

  #addResource(address: string, relative: string): 'added' | 'forbidden' | 'unknown' {
    const { catalogue, gate } = this.#scope;
    const route = parseRoute(`/${relative}`, '');
    const { path, node } = route;
    const usage = isGenerated(path) ? undefined : catalogue.find(route.auid);
    // Nodes of documents that the server generates are not followed.
    if (!usage && (node !== undefined || !isGenerated(path))) return 'unknown';
    if (!gate.mayRead(this.#user, route)) return 'forbidden';
    if (node === undefined || !usage) {
      if (!this.#sels.has(path)) this.#sels.set(path, address);
      return 'added';
    }
    const selector = parsePath(node, usage.context);
    if (selector.node.terminal?.kind === 'namespace-bindings') return 'unknown';
    const key = `${path}/~~${selector.toPath()}`;
    if (!this.#nodes.has(key)) this.#nodes.set(key, { sel: address, path, selector });
    return 'added';
  }

  #addCollection(relative: string): 'added' | 'forbidden' | 'unknown' {
    const { catalogue, gate } = this.#scope;
    const [auid = '', tree, ...rest] = withoutTrailingSlashes(relative)
      .split('/')
      .map((segment) => decodePercent(segment));
    if (!catalogue.find(auid) || (tree !== undefined && tree !== 'users' && tree !== 'global')) return 'unknown';
    const xui = tree === 'users' ? rest.shift() : undefined;
    if (rest.some((segment) => segment === '' || segment === '.' || segment === '..')) return 'unknown';
    const user = xui === undefined ? undefined : canonicalXui(xui);
    if (user !== undefined && !gate.mayRead(this.#user, { tree: 'users', user })) return 'forbidden';
    const segments = [auid, ...(tree === undefined ? [] : [tree]), ...(user === undefined ? [] : [user]), ...rest];
    // A user who may read every tree has no tree to be limited to.
    const owner = user ?? (gate.mayRead(this.#user, { tree: 'users', user: undefined }) ? undefined : this.#user);
    const filters: TreeFilter[] = [];
    if (tree !== 'global') filters.push({ tree: 'users', user: owner });
    if (tree !== 'users') filters.push({ tree: 'global' });
    this.#collections.push({ prefix: `${segments.map(encodeSegment).join('/')}/`, filters });
    return 'added';
  }

  #mayReadPath(path: DocumentPath): boolean {
    const [, tree, user] = path.split('/').map((segment) => decodePercent(segment));
    return this.#scope.gate.mayRead(this.#user, tree === 'global' ? { tree } : { tree: 'users', user });
  }
}

/** Returns an address relative to the XCAP root; it may be a URL, or a path on the server. */
function relativeTo({ root, rootPath }: SubscriptionScope, address: string): string {
  const base = [root, rootPath].find((prefix) => prefix !== '' && address.startsWith(`${prefix}/`));
  return base === undefined ? address : address.slice(base.length + 1);
}
