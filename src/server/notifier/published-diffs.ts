/** Notifications as OpenXCAP publishes them through OpenSIPS, which does not look at what was subscribed to. */

import { opaqueTag } from '../../documents/xcap-diff/opaque-tag.ts';
import { XCAP_DIFF_NAMESPACE } from '../../documents/xcap-diff/xcap-diff-namespace.ts';
import { decodePercent } from '../../selector/encode.ts';
import type { DocumentPath } from '../route.ts';
import type { StoredResource, TreeFilter } from '../stores/store.ts';
import { lastOfEach, type NotifierState, type ReportedChange, type SubscribedResources } from './reported-state.ts';

/** Milliseconds of which OpenXCAP reports the changes as one. */
export const PUBLISH_INTERVAL = 30_000;

/** All documents of a user. */
export class UserDocuments implements SubscribedResources {
  readonly documents = [];
  readonly nodes = [];
  readonly filters: readonly TreeFilter[];
  readonly #root: string;
  readonly #user: string | undefined;

  /** @param user - canonical XUI; `undefined` for the documents of all users */
  constructor(root: string, user: string | undefined) {
    this.#root = root;
    this.#user = user;
    this.filters = [{ tree: 'users', user }];
  }

  /** Returns the URL of a document. */
  selOf(path: DocumentPath): string | undefined {
    return this.covers(path) ? `${this.#root}/${path}` : undefined;
  }

  covers(path: DocumentPath): boolean {
    const [, tree, user = ''] = path.split('/');
    return tree === 'users' && (this.#user === undefined || decodePercent(user) === this.#user);
  }
}

/** The entity tags that were published. */
export class PublishedState implements NotifierState {
  readonly #root: string;
  readonly #etags = new Map<DocumentPath, string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Returns nothing: the first notification has no state. */
  reset(_list: SubscribedResources, resources: ReadonlyMap<DocumentPath, StoredResource>): undefined {
    this.#etags.clear();
    for (const [path, { etag }] of resources) this.#etags.set(path, etag);
  }

  /**
   * Returns the first old and the last new tag of each document, never a patch. A document that was created and removed in
   * between has neither. Nothing is escaped.
   */
  update(list: SubscribedResources, changes: readonly ReportedChange[]): string {
    const documents = Array.from(lastOfEach(changes).values(), ({ path, resource }) => {
      const attributes = [
        ['new-etag', resource?.etag],
        ['sel', list.selOf(path)],
        ['previous-etag', this.#etags.get(path)],
      ] as const;
      if (resource) this.#etags.set(path, resource.etag);
      else this.#etags.delete(path);
      const given = attributes.flatMap(([name, value]) =>
        value === undefined ? [] : [` ${name}="${name === 'sel' ? value : opaqueTag(value)}"`],
      );
      return `<document${given.join('')}/>\n`;
    });
    return `<?xml version="1.0" encoding="UTF-8"?>\n<xcap-diff xmlns="${XCAP_DIFF_NAMESPACE}" xcap-root="${this.#root}">\n${documents.join('')}</xcap-diff>\n`;
  }
}
