/**
 * Tests of the client that run in every runtime: they import the package, and use no API of Node. The server has Alice, and
 * faults for the documents `hanging` and `large`.
 */
import {
  isXcapError,
  MemoryStore,
  merge,
  observe,
  parseSelector,
  presRules,
  resourceLists,
  serverProfiles,
  XcapClient,
  XcapParseError,
} from 'xcap';
import { XcapDocument } from 'xcap/documents';
import { documentUri } from 'xcap/selector';

const { list } = resourceLists;

/** @returns {asserts isTrue} */
function check(isTrue, what) {
  if (!isTrue) throw new Error(what);
}

/** Returns the error of a call. */
async function failureOf(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

async function checkFailure(call, name, code, text = '') {
  const error = await failureOf(call);
  check(isXcapError(error), `threw ${error}`);
  check(error.name === name && error.code === code, `threw ${error.name} (${error.code}): ${error.message}`);
  check(error.message.includes(text), `says ${error.message}`);
}

const names = (doc) => doc.lists().map(({ name }) => name);

const CASES = {
  'edits documents without a server': () => {
    const doc = resourceLists.create();
    doc.addList({ name: 'friends', displayName: 'Zoë & Co' });
    doc.addEntry(list('friends'), { uri: 'sip:zoë@example.com' });
    check(doc.get(list('friends').entry(1)).uri === 'sip:zoë@example.com', doc.toString());
    check(doc.validate().length === 0 && doc instanceof XcapDocument, 'not valid');
    check(String(merge(doc, doc, doc).document) === doc.toString(), 'merge changed it');
    check(String(parseSelector('/resource-lists/list[1]', resourceLists)) === '/resource-lists/list[1]', 'selector');
    check(failureOf(() => presRules.parse('<ruleset>')) !== undefined, 'no error');
  },

  'reads back what it puts, under the entity tag': async ({ client }) => {
    const doc = resourceLists.create();
    doc.addList("it's {mine} `~^|");
    const { etag } = await client.put(resourceLists, doc);
    const read = await client.get(resourceLists);
    check(read.text === doc.toString() && read.etag === etag, read.text);
    check((await client.get(resourceLists, { ifNoneMatch: etag })) === null, 'not 304');
    await client.put(list("it's {mine} `~^|").displayName(), 'Mine');
    check((await client.get(list("it's {mine} `~^|"))).value.displayName.text === 'Mine', 'no display name');
  },

  'loses no edit of two devices at the same time': async ({ client, another }) => {
    const device = another();
    const edits = [client, device].map(async (each, number) => {
      for (let round = 0; round < 5; round++)
        await each.edit(resourceLists, (doc) => doc.addList(`${number}-${round}`), { retries: 50 });
    });
    await Promise.all(edits);
    const found = names((await client.get(resourceLists)).value);
    check(found.length === 10, found.join());
  },

  'saves an opened document over the edits of others': async ({ client }) => {
    const synced = await client.open(resourceLists, { store: new MemoryStore() });
    synced.document.addList('mine');
    await client.edit(resourceLists, (doc) => doc.addList('theirs'));
    await synced.save();
    check(
      names((await client.get(resourceLists)).value)
        .toSorted()
        .join() === 'mine,theirs',
      'not merged',
    );
  },

  'provisions and watches': async ({ client }) => {
    const jobs = ['a', 'b'].map((id) => ({ id, usage: resourceLists, change: (doc) => doc.addList(id) }));
    const report = await client.provision(jobs, { concurrency: 1 });
    check(report.done === 2, JSON.stringify(report));
    for await (const { value } of client.watch(resourceLists)) {
      check(names(value).join() === 'a,b', String(value));
      break;
    }
  },

  'reports operations and requests': async ({ client }) => {
    const seen = [];
    const stop = observe({ request: { end: ({ method, result }) => seen.push(`${method} ${result?.status}`) } });
    await client.edit(resourceLists, (doc) => doc.addList('a'));
    stop();
    check(seen.at(-1) === 'PUT 201', seen.join());
  },

  'tells errors apart by name and code': async ({ client, another }) => {
    await checkFailure(() => client.get(resourceLists), 'NotFoundError', 'not-found');
    await client.put(resourceLists, resourceLists.create());
    const entry = list('a').entry('sip:a@b');
    await checkFailure(() => client.put(entry, { uri: 'sip:a@b' }), 'ConflictError', 'conflict', 'no-parent');
    await checkFailure(
      () => client.insert(resourceLists, resourceLists.create()),
      'AlreadyExistsError',
      'already-exists',
    );
    await checkFailure(
      () => client.put(resourceLists, resourceLists.create(), { ifMatch: '"x"' }),
      'PreconditionFailedError',
      'precondition-failed',
    );
    const stranger = another({ password: 'wrong' });
    await checkFailure(() => stranger.get(resourceLists), 'AuthenticationError', 'authentication');
    check((await failureOf(() => resourceLists.parse('<a>'))) instanceof XcapParseError, 'not XcapParseError');
  },

  'ends requests by signal and by time': async ({ client }) => {
    const ending = new AbortController();
    const aborted = failureOf(() => client.get(resourceLists, { document: 'hanging', signal: ending.signal }));
    ending.abort('enough');
    check((await aborted) === 'enough', 'not aborted');
    const late = () => client.get(resourceLists, { document: 'hanging', timeout: 30.5 });
    await checkFailure(late, 'TimeoutError', 'timeout', 'within 31 ms');
  },

  'refuses an answer that is too large': ({ another }) =>
    checkFailure(
      () => another({ maxResponseSize: 5000 }).get(resourceLists, { document: 'large' }),
      'ResponseTooLargeError',
      'response-too-large',
    ),

  'says that nothing listens': ({ another }) =>
    checkFailure(
      () =>
        another({ root: 'http://127.0.0.1:1/xcap-root', profile: serverProfiles.rfc4825 }).put(
          resourceLists,
          resourceLists.create(),
        ),
      'TransportError',
      'transport',
    ),
};

/**
 * Runs all tests, each without documents of the one before.
 *
 * @param {import('xcap').XcapClientOptions} account
 * @returns {Promise<Record<string, string>>} `ok` or what is wrong, by the name of the test
 */
export async function runChecks(account) {
  const results = {};
  for (const [name, run] of Object.entries(CASES)) {
    const clients = [];
    const another = (options = {}) => {
      const client = new XcapClient({ ...account, ...options });
      clients.push(client);
      return client;
    };
    try {
      const client = another();
      await client.delete(resourceLists).catch(() => {});
      await run({ client, another });
      results[name] = 'ok';
    } catch (error) {
      results[name] = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error);
    }
    for (const client of clients) await client.close();
  }
  check(documentUri({ root: account.root, usage: resourceLists, user: 'sip:a@b' }).startsWith(account.root), 'no URI');
  return results;
}
