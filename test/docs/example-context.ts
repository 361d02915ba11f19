import { EnvHttpProxyAgent } from 'undici';
import {
  combineWatcherinfo,
  createXcapDiff,
  defineApplicationUsage,
  documentUri,
  MemoryStore,
  type ProvisionJob,
  type ProvisionJournal,
  pidfManipulation,
  presRules,
  type ResourceLists,
  type ResourceListsDocument,
  readWatcherinfo,
  resourceLists,
  rlsServices,
  simservs,
  XcapClient,
} from 'xcap';
import { type ClaimReader, createXcapServer, MemoryServerStore, type ServerStore } from 'xcap/server';

/** The names that examples use without declaring them. Each example gets its own. */
export async function makeContext() {
  const user = 'sip:alice@example.com';
  const users = { [user]: 'secret', 'sip:bob@example.com': 'secret' };
  const password = 'secret';
  const server = await createXcapServer();
  const { root } = server;
  const client = new XcapClient({ root, user, password });
  const friends = resourceLists.list('friends');
  const makeLists = () => {
    const made = resourceLists.create();
    made.addList('friends');
    made.addEntry(friends, { uri: 'sip:bob@example.com', displayName: 'Bob' });
    made.addEntry(friends, { uri: 'sip:carol@example.com' });
    made.addList('work');
    return made;
  };
  const [lists, before, after] = [makeLists(), makeLists(), makeLists()];
  after.addList('new');
  const { etag } = await client.put(resourceLists, lists.toString());
  await new XcapClient({ root, user: 'sip:bob@example.com', password }).put(resourceLists, makeLists());
  const synced = await client.open(resourceLists, { store: new MemoryStore() });
  const feed = client.feed([resourceLists], { patches: 'aggregate' });
  const documentSelector = 'resource-lists/users/sip:alice@example.com/index';
  const xcapDiff = createXcapDiff(before, after, { root, documentSelector, previousEtag: '"a"', newEtag: '"b"' });
  const controller = new AbortController();
  const show = (..._shown: unknown[]) => controller.abort();
  const uri = documentUri({ root, usage: resourceLists, user });
  const records = new Set<string>();
  const journal: ProvisionJournal = {
    open: async () => ({
      has: (url) => records.has(url),
      add: async (url) => void records.add(url),
      close: async () => {},
    }),
  };
  const jobs: ProvisionJob<ResourceLists, ResourceListsDocument>[] = [
    { usage: resourceLists, user, change: (doc) => void doc.addList('support') },
  ];
  return {
    user,
    users,
    password,
    server,
    root,
    client,
    friends,
    lists,
    doc: makeLists(),
    before,
    after,
    base: before,
    mine: after,
    theirs: makeLists(),
    copy: makeLists(),
    document: after,
    etag: etag ?? '',
    synced,
    feed,
    documentSelector,
    xcapDiff,
    signal: controller.signal,
    show,
    uri,
    url: uri,
    journal,
    jobs,
    xml: lists.toString(),
    notifyBody: xcapDiff,
    render: show,
    store: new MemoryStore(),
    token: async () => 'eyJhbGciOi',
    texts: new Map([[uri, lists.toString()]]),
    passwords: { 'example.com': 'secret' } as Readonly<Record<string, string>>,
    passwordOf: async (_user: string | undefined) => 'secret',
    certificate: '',
    privateKey: '',
    authority: '',
    clientAuthority: '',
    locks: { request: <T>(_key: string, work: () => Promise<T>) => work() },
    onChange: (_key: string, _listener: () => void) => () => {},
    urisIn: (text: string) => text.split('"'),
    notes: defineApplicationUsage({
      auid: 'org.example.notes',
      contentType: 'application/xml',
      namespaces: { '': 'urn:example:notes' },
      root: 'notes',
      elements: { notes: { children: { note: '*' } }, note: { text: 'string' } },
    }),
    error: await client.get(presRules).catch((error: unknown) => error),
    readFile: async (_name: string, _encoding: 'utf8') => 'alice@example.com:secret\n',
    EnvHttpProxyAgent,
    close: async () => {
      synced.close();
      feed.close();
      await client.close();
      await server.close();
    },
  };
}

/** Names that mean something else in the examples of a folder or file. */
export async function makeLocal() {
  const presence = presRules.create();
  presence.allow('sip:bob@example.com');
  provisioned ??= provisionedServices();
  const callSettings = simservs.parse(await provisioned);
  callSettings.setAlertingIdentity('tel:+15555550101', { addRules: true });
  const services = rlsServices.create();
  services.addService({ uri: 'sip:friends@example.com', list: { entry: [{ uri: 'sip:bob@example.com' }] } });
  const watcherinfo = (version: number) =>
    `<watcherinfo xmlns="urn:ietf:params:xml:ns:watcherinfo" version="${version}" state="full"><watcher-list resource="sip:alice@example.com" package="presence"><watcher id="1" status="pending" event="subscribe">sip:bob@example.com</watcher></watcher-list></watcherinfo>`;
  const known = combineWatcherinfo(undefined, readWatcherinfo(watcherinfo(0)));
  const info = readWatcherinfo(watcherinfo(1));
  const store: ServerStore = new MemoryServerStore();
  const reader: ClaimReader = { auid: 'rls-services', claimsOf: () => [] };
  const path = 'resource-lists/users/sip:alice@example.com/index';
  return {
    simservs: { doc: callSettings },
    'pres-rules': { doc: presence },
    'rls-services': { doc: services },
    'pidf-manipulation': { doc: pidfManipulation.create() },
    watcherinfo: { body: watcherinfo(1), known, info, refresh: async () => info, doc: presence },
    'patch-ops-error': {
      body: '<patch-ops-error xmlns="urn:ietf:params:xml:ns:patch-ops-error"><unlocated-node/></patch-ops-error>',
    },
    'xcap-error': {
      error: { body: '<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error"><no-parent/></xcap-error>' },
    },
    'server/stores': {
      store,
      reader,
      path,
      body: Buffer.from('a'),
      resource: { etag: '"a"' },
      load: (name: string) => store.load(name),
    },
  };
}

/** Read once for all examples. */
let provisioned: Promise<string> | undefined;

/** Returns the document of a user whose network has provisioned all services. */
async function provisionedServices() {
  const [user, password] = ['sip:alice@example.com', 'secret'];
  const server = await createXcapServer({ users: { [user]: password }, quirks: 'ut' });
  const client = new XcapClient({ root: server.root, user, password, profile: 'ut' });
  const { text } = await client.get(simservs);
  await client.close();
  await server.close();
  return text;
}
