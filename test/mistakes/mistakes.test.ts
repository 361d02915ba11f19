import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as xcap from '../../src/index.ts';
import {
  MemoryStore,
  parseSelector,
  presRules,
  resourceLists,
  simservs,
  XcapClient,
  type XcapClientOptions,
  type XcapError,
} from '../../src/index.ts';
import { createXcapServer, type XcapServer } from '../../src/server/index.ts';

const { list } = resourceLists;
const friends = list('friends');
const bob = friends.entry('sip:bob@example.com');
const PAGE = readFileSync('docs/troubleshooting.md', 'utf8');
const PUBLIC_ROOT = 'https://xcap.example.com/xcap-root';
const lists = (): ReturnType<typeof resourceLists.create> => {
  const doc = resourceLists.create();
  doc.addList('friends');
  doc.addEntry(friends, { uri: 'sip:bob@example.com' });
  return doc;
};

let server: XcapServer;
let website: { readonly root: string; close(): void };
let client: (options?: Partial<XcapClientOptions>) => XcapClient;

beforeAll(async () => {
  server = await createXcapServer({ users: { 'sip:alice@example.com': 'secret' } });
  client = (options) =>
    new XcapClient({ root: server.root, user: 'sip:alice@example.com', password: 'secret', ...options });
  const pages = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<h1>Welcome</h1>'));
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  const { port } = pages.address() as AddressInfo; // it listens on a port
  website = { root: `http://127.0.0.1:${port}`, close: () => void pages.close() };
});
beforeEach(async () => void (await client().put(resourceLists, lists())));
afterAll(async () => {
  await server.close();
  website.close();
});

/** The supplementary services of a subscriber, with one rule. */
const services = () =>
  simservs.parse(
    '<simservs xmlns="http://uri.etsi.org/ngn/params/xml/simservs/xcap" xmlns:cp="urn:ietf:params:xml:ns:common-policy"><communication-diversion><cp:ruleset><cp:rule id="cfb"><cp:conditions><busy/></cp:conditions></cp:rule></cp:ruleset></communication-diversion></simservs>',
  );

/** A wrong call. The troubleshooting page must quote the error that it throws. */
type Mistake = readonly [name: string, code: string, make: () => unknown];

const withRoot = (root: string) => () => client({ root }).get(resourceLists);
const withUser = (user: string) => () => client({ user }).get(resourceLists);

const mistakes: readonly Mistake[] = [
  ['the root without its path', 'not-found', () => withRoot(server.root.replace('/xcap-root', ''))()],
  ['the root with a typo', 'not-found', () => withRoot(server.root.replace('xcap-root', 'xcap-rot'))()],
  ['the root of a web site', 'http', () => withRoot(website.root)()],
  ['the root without its scheme', 'invalid-argument', withRoot('xcap.example.com/xcap-root')],
  ['the root with a query', 'invalid-argument', withRoot('https://xcap.example.com/xcap-root?user=alice')],
  ['the root with a password in it', 'invalid-argument', withRoot('https://alice:secret@xcap.example.com/xcap-root')],
  ['https where the server speaks http', 'transport', () => withRoot(server.root.replace('http:', 'https:'))()],
  ['a server that is not running', 'transport', withRoot('http://127.0.0.1:9/xcap-root')],
  ['a host that does not exist', 'transport', withRoot('http://xcap.invalid/xcap-root')],
  ['a user without domain', 'invalid-argument', withUser('alice')],
  ['a user with a display name', 'invalid-argument', withUser('"Alice" <sip:alice@example.com>')],
  ['no user', 'invalid-argument', () => client({ user: undefined, password: undefined }).get(resourceLists)],
  ['a password and no user', 'invalid-argument', () => client({ user: undefined }).get(resourceLists)],
  ['no password', 'authentication', () => client({ password: undefined }).get(resourceLists)],
  ['a wrong password', 'authentication', () => client({ password: 'wonderland' }).get(resourceLists)],
  ['a missing document', 'not-found', () => client().get(resourceLists, { document: 'other' })],
  ['a missing entry', 'not-found', () => client().get(friends.entry('sip:nobody@example.com'))],
  [
    'a missing list',
    'conflict',
    () => client().put(list('work').entry('sip:bob@example.com'), { uri: 'sip:bob@example.com' }),
  ],
  ['the same entry twice', 'conflict', () => lists().addEntry(friends, { uri: 'sip:bob@example.com' })],
  [
    'a stale entity tag',
    'precondition-failed',
    async () => {
      const { etag } = await client().get(resourceLists);
      await client().put(friends.entry('sip:carol@example.com'), { uri: 'sip:carol@example.com' });
      await client().put(bob, { uri: 'sip:bob@example.com' }, { ifMatch: etag });
    },
  ],
  [
    'If-None-Match for a node',
    'precondition-failed',
    () => client().put(bob, { uri: 'sip:bob@example.com' }, { ifNoneMatch: '*' }),
  ],
  ['an insert of an existing entry', 'already-exists', () => client().insert(bob, { uri: 'sip:bob@example.com' })],
  // The compiler rejects these; casts and JavaScript reach the check at run time.
  ['a selector of another usage', 'invalid-argument', () => lists().get(presRules.rule('a') as never)],
  ['a document of another usage', 'invalid-argument', () => client().put(resourceLists, presRules.create() as never)],
  ['XML of another usage', 'parse', () => resourceLists.parse(presRules.create().toString())],
  ['XML of another element', 'conflict', () => client().put(bob, '<list name="friends"/>')],
  ['XML with another key', 'conflict', () => lists().put(bob, '<entry uri="sip:robert@example.com"/>')],
  [
    'XML without its namespace',
    'parse',
    () => resourceLists.parse('<resource-lists><list name="friends"/></resource-lists>'),
  ],
  [
    'XML that is not well-formed',
    'parse',
    () => resourceLists.parse('<resource-lists><list name="a & b"/></resource-lists>'),
  ],
  ['an XML declaration before an element', 'conflict', () => lists().put(bob, '<?xml version="1.0"?><entry/>')],
  ['data without a required attribute', 'validation', () => lists().put(bob, { displayName: 'Bob' } as never)],
  ['data with a mistyped name', 'validation', () => lists().put(bob, { uri: 'sip:b@example.com', name: 'B' } as never)],
  ['text instead of a selector', 'invalid-argument', () => client().get('/resource-lists/list[1]' as never)],
  ['a percent-encoded selector', 'selector-syntax', () => parseSelector('/resource-lists/list%5B1%5D', {})],
  ['a whole URI instead of a selector', 'selector-syntax', () => parseSelector(`${PUBLIC_ROOT}/resource-lists`, {})],
  ['XPath instead of a selector', 'selector-syntax', () => parseSelector('//entry[1]', resourceLists)],
  ['a selector value without quotes', 'selector-syntax', () => parseSelector('/resource-lists/list[@name=a]', {})],
  ['a position of 0', 'invalid-argument', () => list(0)],
  ['a watcher without a scheme', 'invalid-argument', () => presRules.create().allow('bob@example.com')],
  ['a number with letters', 'invalid-argument', () => services().forward('busy', 'tel:+1555CALLME')],
  ['a target that is empty', 'invalid-argument', () => services().forward('busy', '')],
  [
    'a no-reply timer that is too short',
    'invalid-argument',
    () => services().forward('busy', 'tel:+15555550123', { after: 3 }),
  ],
  [
    'a no-reply timer that is too short, for the right condition',
    'invalid-argument',
    () => services().forward('no-answer', 'tel:+15555550123', { after: 3 }),
  ],
  ['a condition that is not provisioned', 'not-found', () => services().forward('anonymous', 'tel:+15555550123')],
  ['call settings without their namespace', 'parse', () => simservs.parse('<simservs/>')],
  ['edit with a selector', 'invalid-argument', () => client().edit(friends as never, () => {})],
  [
    'a store that keeps elements as documents',
    'invalid-argument',
    async () => {
      const store = new MemoryStore();
      const { url } = await client().open(resourceLists);
      await store.save(url, { version: 2, base: null, etag: null, working: '<list/>', pending: [] });
      await client().open(resourceLists, { store });
    },
  ],
  [
    'a store on a full disk',
    'store',
    async () => {
      const store = new MemoryStore();
      store.save = () => Promise.reject(Object.assign(new Error('the disk is full'), { code: 'ENOSPC' }));
      const synced = await client().open(resourceLists, { store });
      await synced.edit((lists) => void lists.addList('colleagues'));
    },
  ],
  [
    'a closed client',
    'transport',
    async () => {
      const closed = client();
      await closed.close();
      await closed.get(resourceLists);
    },
  ],
];

describe('the error is quoted by the troubleshooting page: ', () => {
  it.each(mistakes)('%s', async (_name, code, make) => {
    const error: XcapError = await Promise.resolve()
      .then(make)
      .then(
        () => expect.unreachable('nothing was thrown'),
        (thrown: XcapError) => thrown,
      );
    expect(error).toMatchObject({ code });
    const { origin } = new URL(server.root);
    const message = error.message
      .replaceAll(server.root, PUBLIC_ROOT)
      .replaceAll(origin, 'https://xcap.example.com')
      .replaceAll(origin.replace('http:', 'https:'), 'https://xcap.example.com')
      .replaceAll(website.root, 'https://www.example.com')
      .replaceAll('/resource-lists/users/sip:alice@example.com/', '/…/');
    expect(PAGE).toContain(`\n${message}\n`);
  });
});

it('the troubleshooting page describes every error class', () => {
  const classes = Object.keys(xcap).filter((name) => /^[A-Z]\w*Error$/.test(name) && name !== 'XcapError');
  expect(classes.length).toBeGreaterThan(10);
  expect(classes.filter((name) => !PAGE.includes(`\n## ${name}\n`))).toEqual([]);
});
