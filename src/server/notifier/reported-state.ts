import type { XcapDocument } from '../../documents/document.ts';
import { ConflictError, XcapParseError } from '../../documents/errors.ts';
import { printXcapDiff, type XcapDiffDocumentPart } from '../../documents/xcap-diff/print.ts';
import type { UntypedSelector } from '../../selector/builder-types.ts';
import { decodePercent } from '../../selector/encode.ts';
import type { Catalogue } from '../catalogue.ts';
import type { DocumentPath } from '../route.ts';
import type { StoredResource, TreeFilter } from '../stores/store.ts';
import type { StoredChange } from './observed-store.ts';
import type { DiffProcessing } from './subscribe-request.ts';

/** A change that may be several in one. */
export interface ReportedChange extends StoredChange {
  /** Whether changes between the reported versions were left out. */
  readonly isMerged?: boolean | undefined;
  /** Of a merged change: the last version that was left out; `undefined` if the document did not exist then. */
  readonly former?: StoredResource | undefined;
}

/** An element or attribute that is subscribed to. */
export interface SubscribedNode {
  /** The address, octet for octet as it was subscribed to. */
  readonly sel: string;
  readonly path: DocumentPath;
  readonly selector: UntypedSelector;
}

/** What a subscriber is notified of. */
export interface SubscribedResources {
  /** Documents that are subscribed to by name. */
  readonly documents: Iterable<DocumentPath>;
  readonly nodes: Iterable<SubscribedNode>;
  /** The listings of a store that contain every document of the collections. */
  readonly filters: readonly TreeFilter[];
  /** Returns the `sel` of a document: the address by which it was subscribed to; `undefined` if it was not. */
  selOf(path: DocumentPath): string | undefined;
  /** Whether changes of a document, or of a node in it, are reported. */
  covers(path: DocumentPath): boolean;
}

/** What a subscriber was told, which the next notification continues from. */
export interface NotifierState {
  /**
   * Begins again with the current state.
   *
   * @returns the notification of everything that exists; `undefined` for none
   */
  reset(list: SubscribedResources, resources: ReadonlyMap<DocumentPath, StoredResource>): string | undefined;
  /**
   * Returns the notification of changes, in their order; `undefined` if there is nothing to say of them.
   *
   * @param mode - `xcap-patching` reports every change, the others where the changes of a document lead
   */
  update(list: SubscribedResources, changes: readonly ReportedChange[], mode: DiffProcessing): string | undefined;
}

/** The server of the documents. */
export interface ReportedServer {
  readonly root: string;
  readonly catalogue: Catalogue;
}

/** The state of a subscriber to a notifier that follows RFC 5875. */
export class ReportedState implements NotifierState {
  readonly #server: ReportedServer;
  readonly #documents = new Map<DocumentPath, StoredResource>();
  /** The printed elements and attributes by `sel`; `undefined` for those that do not exist. */
  readonly #nodes = new Map<string, string | undefined>();

  constructor(server: ReportedServer) {
    this.#server = server;
  }

  reset(list: SubscribedResources, resources: ReadonlyMap<DocumentPath, StoredResource>): string {
    this.#documents.clear();
    this.#nodes.clear();
    const documents: XcapDiffDocumentPart[] = [];
    for (const [path, resource] of resources) {
      const sel = list.selOf(path);
      if (sel === undefined) continue;
      this.#documents.set(path, resource);
      documents.push({ sel, newEtag: resource.etag });
    }
    const nodes = this.#changedNodes(list, resources);
    return printXcapDiff({ root: this.#server.root, documents, nodes });
  }

  update(list: SubscribedResources, changes: readonly ReportedChange[], mode: DiffProcessing): string | undefined {
    const last = lastOfEach(changes);
    const documents: XcapDiffDocumentPart[] = [];
    for (const change of mode === 'xcap-patching' ? changes : last.values()) {
      const part = this.#documentPart(list, change, mode);
      if (part) documents.push(part);
    }
    const resources = new Map(Array.from(last, ([path, { resource }]) => [path, resource] as const));
    const nodes = this.#changedNodes(list, resources);
    if (documents.length === 0 && nodes.length === 0) return undefined;
    return printXcapDiff({ root: this.#server.root, documents, nodes });
  }

  #documentPart(
    list: SubscribedResources,
    { path, resource, isMerged = false, former }: ReportedChange,
    mode: DiffProcessing,
  ): XcapDiffDocumentPart | undefined {
    const sel = list.selOf(path);
    const known = this.#documents.get(path);
    if (sel === undefined) return undefined;
    if (known?.etag === resource?.etag) {
      // Changes that cancel each other: a subscriber may have read the document in between.
      const isVisible = isMerged && former?.etag !== resource?.etag;
      return isVisible ? { sel, previousEtag: former?.etag, newEtag: resource?.etag } : undefined;
    }
    if (resource) this.#documents.set(path, resource);
    else this.#documents.delete(path);
    const isPatch = mode === 'aggregate' || (mode === 'xcap-patching' && !isMerged);
    const before = isPatch && resource ? this.#parsed(path, known) : undefined;
    const after = before && this.#parsed(path, resource);
    return {
      sel,
      previousEtag: known?.etag,
      newEtag: resource?.etag,
      change: before && after ? { before, after } : undefined,
    };
  }

  /** Returns the nodes in these documents that are no longer as they were reported. */
  #changedNodes(list: SubscribedResources, resources: ReadonlyMap<DocumentPath, StoredResource | undefined>) {
    const changed = [];
    for (const node of list.nodes) {
      if (!resources.has(node.path)) continue;
      const part = { ...node, document: this.#parsed(node.path, resources.get(node.path)) };
      const text = this.#nodeText(node, part.document);
      if (text === this.#nodes.get(node.sel)) continue;
      this.#nodes.set(node.sel, text);
      changed.push({ sel: part.sel, selector: part.selector, document: part.document });
    }
    return changed;
  }

  /** Returns a node as it is printed, with the namespaces in scope; `undefined` if it does not exist. */
  #nodeText({ sel, selector }: SubscribedNode, document: XcapDocument | undefined): string | undefined {
    if (document?.xml(selector) === undefined) return undefined;
    return printXcapDiff({ root: this.#server.root, nodes: [{ sel, selector, document }] });
  }

  /** Reads a stored document; `undefined` if there is none, or it is damaged. */
  #parsed(path: DocumentPath, resource: StoredResource | undefined): XcapDocument | undefined {
    const usage = this.#server.catalogue.find(decodePercent(path.slice(0, path.indexOf('/'))));
    if (!usage || !resource) return undefined;
    try {
      return usage.parse(resource.body.toString('utf8'));
    } catch (error) {
      if (error instanceof XcapParseError || error instanceof ConflictError) return undefined;
      throw error;
    }
  }
}

/** Returns the last change of each document, in the order of these. */
export function lastOfEach(changes: readonly ReportedChange[]): Map<DocumentPath, ReportedChange> {
  const last = new Map<DocumentPath, ReportedChange>();
  for (const change of changes) {
    const earlier = last.get(change.path);
    last.delete(change.path);
    last.set(change.path, earlier ? { ...change, isMerged: true, former: earlier.resource } : change);
  }
  return last;
}
