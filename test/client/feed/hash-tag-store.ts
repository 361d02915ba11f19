import { createHash } from 'node:crypto';
import { MemoryServerStore, type ServerStore, type StoredResource } from '../../../src/server/index.ts';

/** Makes a store with entity tags that are hashes of the content, and so return when the content does. */
export function hashTagStore(): ServerStore {
  const store = new MemoryServerStore();
  const hashed = <R extends StoredResource | undefined>(resource: R): R =>
    resource && { ...resource, etag: `"${createHash('sha256').update(resource.body).digest('hex').slice(0, 12)}"` };
  /** Returns the tag of the store itself for the version that a write requires; one that nothing has for a former version. */
  const inner = async (path: string, required: string | null | undefined) => {
    if (typeof required !== 'string') return required;
    const current = await store.load(path);
    return hashed(current)?.etag === required ? current?.etag : '"none"';
  };
  return {
    load: async (path) => hashed(await store.load(path)),
    save: async (path, content, required) => {
      const saved = await store.save(path, content, await inner(path, required));
      return saved.outcome === 'saved' ? { ...saved, resource: hashed(saved.resource) } : saved;
    },
    delete: async (path, required) => store.delete(path, (await inner(path, required)) ?? undefined),
    list: (filter) => store.list(filter),
    holders: (claims) => store.holders(claims),
  };
}
