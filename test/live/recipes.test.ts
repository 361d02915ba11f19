import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import Srf from 'drachtio-srf';
import jssip from 'jssip';
import { UserAgent } from 'sip.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { XcapClient } from '../../src/client/client.ts';
import type { ChangeFeed, FeedPatches, SyncedDocument } from '../../src/client/index.ts';
import type { ResourceListsDocument } from '../../src/documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { createXcapServer } from '../../src/server/index.ts';
import { codeBlocks } from '../support/code-blocks.ts';
import { startDrachtioStandIn } from './drachtio-stand-in.ts';
import { SipNotifier } from './sip-notifier.ts';

const ALICE = 'sip:alice@example.com';

/** How a recipe of docs/live.md is run. */
interface Recipe {
  readonly name: string;
  readonly patches: FeedPatches;
  /** Runs its function with a user agent that is connected to the notifier. Returns functions that end both. */
  readonly follow: (
    feed: ChangeFeed,
    notifier: SipNotifier,
  ) => Promise<{ stop: () => void; disconnect: () => unknown }>;
}

/** Returns the function of a recipe, from the page itself. */
async function recipe(name: string): Promise<(...given: unknown[]) => () => void> {
  const block = codeBlocks('docs/live.md').find(({ code }) => code.includes(`export function ${name}(`));
  mkdirSync('build/live', { recursive: true });
  const file = `build/live/${name}.ts`;
  writeFileSync(file, block?.code ?? '');
  return (await import(pathToFileURL(file).href))[name];
}

/** Starts a WebSocket server in front of the notifier. */
async function listen(notifier: SipNotifier) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'sip' });
  server.on('connection', (socket) =>
    socket.on('message', (data) => void notifier.receive(String(data), (text) => socket.send(text))),
  );
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `ws://127.0.0.1:${port}`, close: () => server.close() };
}

const RECIPES: readonly Recipe[] = [
  {
    name: 'SIP.js',
    patches: 'none',
    async follow(feed, notifier) {
      const { url, close } = await listen(notifier);
      const uri = UserAgent.makeURI(ALICE);
      const agent = new UserAgent({ ...(uri && { uri }), transportOptions: { server: url }, logLevel: 'error' });
      await agent.start();
      const stop = (await recipe('followWithSipJs'))(feed, agent);
      return { stop, disconnect: () => agent.stop().then(close) };
    },
  },
  {
    name: 'JsSIP',
    patches: 'none',
    async follow(feed, notifier) {
      const { url, close } = await listen(notifier);
      const agent = new jssip.UA({ uri: ALICE, sockets: [new jssip.WebSocketInterface(url)], register: false });
      const connected = new Promise((resolve) => agent.once('connected', resolve));
      agent.start();
      await connected;
      const stop = (await recipe('followWithJsSip'))(feed, agent, ALICE);
      return {
        stop,
        disconnect: () => {
          agent.stop();
          close();
        },
      };
    },
  },
  {
    name: 'drachtio-srf',
    patches: 'aggregate',
    async follow(feed, notifier) {
      const { port, close } = await startDrachtioStandIn(notifier);
      const srf = new Srf();
      const connected = new Promise((resolve) => srf.on('connect', resolve));
      void srf.connect({ host: '127.0.0.1', port, secret: 'cymru' });
      await connected;
      const stop = (await recipe('followWithDrachtio'))(feed, srf, ALICE);
      return {
        stop,
        disconnect: () => {
          srf.disconnect();
          close();
        },
      };
    },
  },
];

const hadWebSocket = 'WebSocket' in globalThis;

// Node has one of its own since version 22.
beforeAll(() => {
  if (!hadWebSocket) Object.assign(globalThis, { WebSocket });
});
afterAll(() => {
  if (!hadWebSocket) Reflect.deleteProperty(globalThis, 'WebSocket');
});

/** Resolves when a document has a list. */
function hasList(synced: SyncedDocument<ResourceListsDocument>, name: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = synced.subscribe(() => {
      if (!synced.document.lists().some((list) => list.name === name)) return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
}

/** Notifiers: one that begins with the state of the documents, and OpenXCAP with OpenSIPS, which do not. */
const NOTIFIERS = [
  { notifier: 'a notifier of RFC 5875', quirks: [] },
  { notifier: 'OpenXCAP with OpenSIPS', quirks: ['published-diffs'] },
] as const;
const CASES = RECIPES.flatMap((one) => NOTIFIERS.map((other) => ({ ...one, ...other })));

describe.concurrent('the recipe for', () => {
  it.for(CASES)('$name follows $notifier', async ({ patches, follow, quirks }) => {
    await using server = await createXcapServer({ quirks });
    const notifier = new SipNotifier(server, ALICE);
    const [client, writer] = [0, 1].map(() => new XcapClient({ root: server.root, user: ALICE }));
    if (!client || !writer) return;
    const add = (name: string) => writer.edit(resourceLists, (lists) => void lists.addList(name));
    const feed = client.feed([resourceLists], { patches });
    const synced = await client.open(resourceLists, { feed });
    const { stop, disconnect } = await follow(feed, notifier);

    await notifier.until(() => notifier.seen.created === 1);
    await add('delivered');
    await hasList(synced, 'delivered');

    await notifier.until(() => notifier.seen.refreshed === 1);
    await add('refreshed');
    await hasList(synced, 'refreshed');

    await notifier.terminate('deactivated', () => add('in between'));
    await notifier.until(() => notifier.seen.created === 2);
    await hasList(synced, 'in between');
    await add('again');
    await hasList(synced, 'again');

    stop();
    await notifier.until(() => notifier.seen.ended === 1);
    await disconnect();
    await Promise.all([client, writer].map((each) => each.close()));
    expect(synced.document.toString()).toBe(
      (await new XcapClient({ root: server.root, user: ALICE }).get(resourceLists)).text,
    );
  });
});
