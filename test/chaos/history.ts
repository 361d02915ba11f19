import type { ServerStore } from 'xcap/server';
import type { Passed } from '../support/fault-proxy.ts';

/** One version of a document on the server. */
interface Version {
  readonly path: string;
  readonly etag: string;
  readonly text: string;
}

/** Every version that a server had, and which device wrote it: to find out where a contradiction comes from. */
export class History {
  readonly #versions: Version[] = [];
  readonly #writers = new Map<string, string>();

  /** Returns a store whose versions are recorded. */
  recorded(store: ServerStore): ServerStore {
    return {
      load: (path) => store.load(path),
      list: (filter) => store.list(filter),
      holders: (claims) => store.holders(claims),
      readClaims: (reader) => store.readClaims?.(reader),
      delete: (path, required) => store.delete(path, required),
      save: async (path, content, required) => {
        const saved = await store.save(path, content, required);
        if (saved.outcome === 'saved') {
          const { etag, body } = saved.resource;
          this.#versions.push({ path, etag, text: body.toString('utf8') });
        }
        return saved;
      },
    };
  }

  /** Records which device sent a request. */
  passed(device: string, { method, target, etag, status, fault }: Passed): void {
    if (method === 'GET' || status >= 300 || etag === undefined) return;
    this.#writers.set(
      etag,
      `${device} ${method} ${target.replace(/^.*\/users\/[^/]*\//, '')} ${status} ${fault ?? ''}`,
    );
  }

  /** Returns the versions in which an item was added, changed or removed, with their writers. */
  of(item: string): string[] {
    const last = new Map<string, string>();
    return this.#versions.flatMap(({ path, etag, text }, index) => {
      const places = text.split(item).length - 1;
      const at = text.indexOf(item);
      const now = places === 0 ? '' : `${places} x ${text.slice(Math.max(0, at - 60), at + 60).replace(/\s+/g, ' ')}`;
      const before = last.get(path) ?? '';
      last.set(path, now);
      return now === before
        ? []
        : [`#${index} ${etag} by ${this.#writers.get(etag) ?? 'nobody known'}: ${now || 'removed'}`];
    });
  }
}
