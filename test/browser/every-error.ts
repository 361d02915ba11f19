import type { XcapClientOptions } from '../../src/client/options.ts';

/** The package, in functions that run in the page. */
declare const xcap: typeof import('../../src/index.ts');

/** Errors of the decoders of Node and of stores that several programs use; a browser decodes bodies itself. */
export const NOT_OF_THE_CLIENT = ['ContentDecodingError', 'CorruptStoreError', 'StoreLockedError'];

/** Provokes every class of error, in the page. Returns the name of each error by the name of its class. */
export async function throwEveryError(options: XcapClientOptions): Promise<Record<string, string>> {
  const { resourceLists, presRules, XcapClient } = xcap;
  const client = new XcapClient({ ...options, timeout: 2000 });
  const { list } = resourceLists;
  const create = () => resourceLists.create();
  const full = () => {
    const doc = create();
    for (let number = 0; number < 50; number++) doc.addList(`list ${number}`);
    return doc;
  };
  const at = (document: string) => ({ document });
  const opened = async (document: string, store = new xcap.MemoryStore()) => {
    await client.put(resourceLists, full(), { document });
    return client.open(resourceLists, { store, document });
  };
  const provoking: Record<string, () => unknown> = {
    AlreadyExistsError: async () => {
      await client.put(resourceLists, create(), at('there'));
      await client.insert(resourceLists, create(), at('there'));
    },
    AuthenticationError: () => new XcapClient({ ...options, password: 'wrong' }).get(resourceLists),
    ConflictError: async () => {
      await client.put(resourceLists, create(), at('conflict'));
      await client.put(list('a').entry('sip:a@b'), { uri: 'sip:a@b' }, at('conflict'));
    },
    EditConflictError: () =>
      client.edit(resourceLists, (doc) => doc.addList('a'), { document: 'refusing', retries: 1 }),
    HttpError: () => client.put(resourceLists, create(), at('failing')),
    InvalidArgumentError: () => client.get(list('a'), { ifNonMatch: '1' } as object),
    MergeConflictError: async () => {
      const synced = await opened('merge');
      synced.document.update(list('list 1'), { displayName: 'mine' });
      await client.edit(resourceLists, (doc) => doc.update(list('list 1'), { displayName: 'theirs' }), at('merge'));
      await synced.save();
    },
    MethodNotAllowedError: () => client.put(resourceLists, create(), at('not-allowed')),
    NotFoundError: () => client.get(resourceLists),
    PatchError: () => xcap.applyXcapDiff(create(), '<a xmlns="urn:x"/>'),
    PreconditionFailedError: async () => {
      await client.put(resourceLists, create(), at('precondition'));
      await client.put(resourceLists, create(), { ...at('precondition'), ifMatch: '"other"' });
    },
    ResponseTooLargeError: () => new XcapClient({ ...options, maxResponseSize: 9999 }).get(resourceLists, at('large')),
    SelectorSyntaxError: () => xcap.parseSelector('/list[', resourceLists),
    StoreChangedError: async () => {
      const store = new xcap.MemoryStore();
      const [one, other] = [await opened('store', store), await opened('store', store)];
      await one.edit((doc) => doc.addList('one'));
      await other.edit((doc) => doc.addList('other'));
    },
    StoreError: async () => {
      const store = new xcap.MemoryStore();
      const synced = await opened('broken', store);
      store.save = () => Promise.reject('full');
      await synced.edit((doc) => doc.addList('one'));
    },
    SuspiciousEmptinessError: async () => {
      const synced = await opened('emptied');
      await client.put(resourceLists, create(), { document: 'emptied' });
      await synced.refresh();
    },
    TimeoutError: () => client.put(resourceLists, create(), { ...at('hanging'), timeout: 50 }),
    TransportError: () => client.put(resourceLists, create(), at('closing')),
    UnsupportedMediaTypeError: () => client.put(resourceLists, create(), at('unsupported')),
    UsageDefinitionError: () =>
      xcap.defineApplicationUsage({
        auid: 'x',
        contentType: 'application/xml',
        namespaces: { '': 'urn:x' },
        root: 'r',
        elements: {} as { readonly r: object },
      }),
    ValidationError: () => full().addEntry(list('list 1'), { url: 'sip:a@b' } as never),
    XcapParseError: () => presRules.parse('<ruleset>'),
  };
  const thrown: Record<string, string> = {};
  for (const [name, provoke] of Object.entries(provoking)) {
    try {
      await provoke();
      thrown[name] = 'nothing';
    } catch (error) {
      thrown[name] = error instanceof xcap.XcapError ? error.name : String(error);
    }
  }
  return thrown;
}
