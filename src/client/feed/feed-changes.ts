import type { XcapDiffAttribute, XcapDiffDocument, XcapDiffElement } from '../../documents/xcap-diff/read.ts';
import type { XcapUri } from '../../selector/document-uri.ts';
import type { NotifiedAddress } from './notified-address.ts';

/** The document of a change, in the members that `client.open` and `client.get` take as options. */
export interface ChangedAddress {
  /** AUID of its application usage. */
  readonly auid: string;
  readonly tree: 'users' | 'global';
  /** The XUI, as `{ xui }`; `undefined` in the global tree. */
  readonly user: { readonly xui: string } | undefined;
  readonly document: string;
}

/** A document that is not open was created, changed or removed. */
export interface DocumentChange extends ChangedAddress {
  /** `created`: it exists, as far as the feed knows since this notification. */
  readonly kind: 'created' | 'changed' | 'removed';
  /** URL of the document. */
  readonly url: string;
  /** Bare entity tag of its version; `undefined` if it was removed, or the notifier does not say. */
  readonly etag: string | undefined;
}

/** An element or attribute that is followed. */
export interface NodeChange extends ChangedAddress {
  readonly kind: 'element' | 'attribute';
  /** URL of the element or attribute. */
  readonly url: string;
  readonly exists: boolean;
  /** The XML text of the element, or the value of the attribute; `undefined` if there is none, or it was not sent. */
  readonly value: string | undefined;
}

/** What the iteration of a feed yields. */
export type FeedChange = DocumentChange | NodeChange;

/**
 * Changes to be iterated over. Of several changes of one resource that were not yet taken, the last is kept, so that a slow
 * consumer needs no more memory than there are resources.
 */
export class FeedChanges {
  readonly #root: string;
  /** The documents that exist, as far as is known, and the nodes: what a new iteration begins with. */
  readonly #known = new Map<string, FeedChange>();
  readonly #queues = new Set<ChangeQueue>();
  #isClosed = false;

  /** @param root - the XCAP root of the client */
  constructor(root: string) {
    this.#root = root;
  }

  documentChanged(address: XcapUri, { kind, previousEtag, newEtag }: XcapDiffDocument): void {
    const key = address.documentSelector;
    const known = this.#known.get(key);
    const change = (now: DocumentChange['kind'], etag: string | undefined): DocumentChange => ({
      kind: now,
      ...addressOf(address),
      url: `${this.#root}/${key}`,
      etag,
    });
    if (kind === 'removed') {
      this.#known.delete(key);
      this.#push(key, change('removed', undefined));
      return;
    }
    const isKnown = known && 'etag' in known;
    if (isKnown && newEtag !== undefined && known.etag === newEtag) return;
    this.#known.set(key, change('created', newEtag));
    this.#push(
      key,
      change(isKnown || previousEtag !== undefined || newEtag === undefined ? 'changed' : 'created', newEtag),
    );
  }

  nodeChanged(
    kind: NodeChange['kind'],
    address: NotifiedAddress | undefined,
    part: XcapDiffElement | XcapDiffAttribute,
  ): void {
    if (address?.node === undefined) return;
    const { exists } = part;
    const value = 'xml' in part ? part.xml : part.value;
    const key = `${address.document.documentSelector}/~~/${address.node}`;
    const known = this.#known.get(key);
    if (known && 'exists' in known && known.exists === exists && known.value === value) return;
    const change: NodeChange = { kind, ...addressOf(address.document), url: `${this.#root}/${key}`, exists, value };
    this.#known.set(key, change);
    this.#push(key, change);
  }

  /** Forgets a document that is open now: its changes appear in it. */
  hide(key: string): void {
    this.#known.delete(key);
    for (const queue of this.#queues) queue.drop(key);
  }

  close(): void {
    this.#isClosed = true;
    for (const queue of this.#queues) queue.end();
  }

  iterate(): AsyncIterator<FeedChange, undefined> {
    const queue = new ChangeQueue(this.#known, () => this.#queues.delete(queue));
    if (this.#isClosed) queue.end();
    else this.#queues.add(queue);
    return queue;
  }

  #push(key: string, change: FeedChange): void {
    for (const queue of this.#queues) queue.push(key, change);
  }
}

/** The changes that one iteration has not taken yet. */
class ChangeQueue implements AsyncIterator<FeedChange, undefined> {
  readonly #waiting: Map<string, FeedChange>;
  readonly #onEnd: () => void;
  readonly #takers: ((result: IteratorResult<FeedChange, undefined>) => void)[] = [];
  #isEnded = false;

  constructor(known: ReadonlyMap<string, FeedChange>, onEnd: () => void) {
    this.#waiting = new Map(known);
    this.#onEnd = onEnd;
  }

  push(key: string, change: FeedChange): void {
    const taker = this.#takers.shift();
    if (taker) {
      taker({ done: false, value: change });
      return;
    }
    const earlier = this.#waiting.get(key);
    // Created and changed before anybody looked is created.
    const isNew = earlier?.kind === 'created' && change.kind === 'changed';
    this.#waiting.delete(key);
    this.#waiting.set(key, isNew ? { ...change, kind: 'created' } : change);
  }

  drop(key: string): void {
    this.#waiting.delete(key);
  }

  end(): void {
    this.#isEnded = true;
    for (const taker of this.#takers.splice(0)) taker({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<FeedChange, undefined>> {
    for (const [key, value] of this.#waiting) {
      this.#waiting.delete(key);
      return Promise.resolve({ done: false, value });
    }
    if (this.#isEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  return(): Promise<IteratorResult<FeedChange, undefined>> {
    this.#onEnd();
    this.#waiting.clear();
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }
}

const addressOf = ({ auid, tree, user, document }: XcapUri): ChangedAddress => ({
  auid,
  tree,
  user: user === undefined ? undefined : { xui: user },
  document,
});
