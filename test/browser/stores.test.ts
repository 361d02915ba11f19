/** Documents in the IndexedDB of Chromium: they survive, and tabs with the same document work as one. */

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, it as base, beforeAll, describe, expect } from 'vitest';
import type { XcapClient } from '../../src/client/client.ts';
import type { SyncedDocument } from '../../src/client/sync/synced-document.ts';
import type { ResourceListsDocument } from '../../src/documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { ALICE, buddies, friends, PASSWORD, startServer, type TestServer } from '../support/fixtures.ts';
import { launch, makePage, type Site, serve, skipReason } from './chromium.ts';

/** The package, in functions that run in the page. */
declare const xcap: typeof import('../../src/index.ts');

/** The application of the page, in such functions. */
declare const phone: {
  readonly synced: SyncedDocument<ResourceListsDocument>;
  /** Adds a buddy, and stores the edit. */
  add(uri: string): Promise<void>;
  facts(): { readonly uris: string[]; readonly dirty: boolean; readonly state: string };
  /** Resolves when the document has exactly these buddies. */
  has(...uris: string[]): Promise<void>;
};

const FOLDER = 'build/browser/stores';
const [BOB, CAROL, DAVE] = ['sip:bob@example.com', 'sip:carol@example.com', 'sip:dave@example.com'];

let browser: Browser;
let site: Site;

/** Starts the application of a page; runs there. */
async function startPhone(options: { readonly root: string; readonly user: string; readonly password: string }) {
  const list = xcap.resourceLists.list('friends');
  const synced = await new xcap.XcapClient(options).open(xcap.resourceLists, {
    store: new xcap.IndexedDbStore(),
  });
  const uris = () => synced.document.entries(list).map(({ uri }) => uri);
  Object.assign(globalThis, {
    phone: {
      synced,
      add: (uri: string) => synced.edit((doc) => doc.addEntry(list, { uri })),
      facts() {
        const { dirty, state } = synced.getSnapshot();
        return { uris: uris(), dirty, state };
      },
      has: (...wanted: string[]) =>
        new Promise<void>((resolve) => {
          synced.subscribe(() => {
            if (uris().join() === wanted.join()) resolve();
          });
        }),
    },
  });
}

const facts = (page: Page) => page.evaluate(() => phone.facts());
const addIn = (page: Page, uri: string) => page.evaluate((uri) => phone.add(uri), uri);
const until = (page: Page, ...uris: string[]) => page.evaluate((uris) => phone.has(...uris), uris);
const saveIn = (page: Page) =>
  page.evaluate(() =>
    phone.synced.save().then(
      () => 'saved',
      (reason) => (reason instanceof xcap.XcapError ? reason.code : String(reason)),
    ),
  );

/** Tests with a server that allows the page, and with tabs that have the document open. */
const it = base.extend<{
  server: TestServer;
  alice: XcapClient;
  context: BrowserContext;
  open: () => Promise<Page>;
}>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures that one needs off its first parameter
  server: async ({}, use) => {
    await using server = await startServer({ cors: [new URL(site.url).origin] });
    await use(server);
  },
  alice: async ({ server }, use) => {
    const alice = server.client();
    await alice.put(resourceLists, buddies());
    await use(alice);
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  context: async ({}, use) => {
    const context = await browser.newContext();
    await use(context);
    await context.close();
  },
  open: async ({ context, server }, use) => {
    await use(async () => {
      const page = await context.newPage();
      await page.goto(site.url);
      await page.evaluate(startPhone, { root: server.root, user: ALICE, password: PASSWORD });
      return page;
    });
  },
});

const urisOf = async (client: XcapClient): Promise<string[]> =>
  (await client.get(resourceLists)).value.entries(friends).map(({ uri = '' }) => uri);

describe.skipIf(skipReason)('a document in the IndexedDB of a browser', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    await makePage(FOLDER);
    [browser, site] = [await launch(), await serve(FOLDER)];
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await site[Symbol.asyncDispose]();
  });

  it('survives that the page is loaded again', async ({ open, alice, server }) => {
    const page = await open();
    await addIn(page, BOB);
    await page.reload();
    await page.evaluate(startPhone, { root: server.root, user: ALICE, password: PASSWORD });
    expect(await facts(page)).toEqual({ uris: [BOB], dirty: true, state: 'idle' });
    expect(await saveIn(page)).toBe('saved');
    expect(await urisOf(alice)).toEqual([BOB]);
  });

  it('survives that its tab is killed, also in the middle of a save', async ({ open, alice, context }) => {
    const page = await open();
    await addIn(page, BOB);
    const crashed = page.waitForEvent('crash');
    // The PUT gets no answer: the tab dies while it waits, and has the lock.
    await page.route(/resource-lists/, (route) =>
      route.request().method() === 'PUT' ? new Promise<void>(() => {}) : route.continue(),
    );
    const sent = page.waitForRequest((request) => request.method() === 'PUT');
    page.evaluate(() => phone.synced.save()).catch(() => undefined); // ends with the tab
    await sent;
    const session = await context.newCDPSession(page);
    session.send('Page.crash').catch(() => undefined); // ends with the tab
    await crashed;
    const next = await open();
    expect(await facts(next)).toMatchObject({ uris: [BOB], dirty: true });
    expect(await saveIn(next)).toBe('saved');
    expect(await urisOf(alice)).toEqual([BOB]);
  });

  it('is the same in two tabs', async ({ open, alice }) => {
    const [one, other] = [await open(), await open()];
    await addIn(one, BOB);
    await until(other, BOB);
    await addIn(other, CAROL);
    await until(one, BOB, CAROL);
    expect(await Promise.all([saveIn(one), saveIn(other)])).toEqual(['saved', 'saved']);
    expect(await urisOf(alice)).toEqual([BOB, CAROL]);
    for (const page of [one, other]) await page.waitForFunction(() => !phone.facts().dirty);
  });

  it('keeps every edit of three tabs that edit and save at the same time', async ({ open, alice }) => {
    const pages = [await open(), await open(), await open()];
    const uris = await Promise.all(
      pages.map((page, index) =>
        page.evaluate(async (index) => {
          const mine = Array.from({ length: 8 }, (_, number) => `sip:tab${index}-${number}@example.com`);
          for (const [number, uri] of mine.entries()) {
            await phone.add(uri);
            if (number % 3 === index) await phone.synced.save();
          }
          await phone.synced.save();
          return mine;
        }, index),
      ),
    );
    expect((await urisOf(alice)).sort()).toEqual(uris.flat().sort());
  });

  it('is edited offline, and saved when there is a connection again', async ({ open, alice, context }) => {
    const page = await open();
    await context.setOffline(true);
    await addIn(page, BOB);
    expect(await saveIn(page)).toBe('transport');
    expect(await facts(page)).toEqual({ uris: [BOB], dirty: true, state: 'offline' });
    const saved = page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const save = () =>
            phone.synced.save().then(
              () => resolve('saved'),
              (reason) => resolve(String(reason)),
            );
          (globalThis as unknown as EventTarget).addEventListener('online', save); // a page's global object is one
        }),
    );
    await alice.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: DAVE }));
    await context.setOffline(false);
    expect(await saved).toBe('saved');
    expect(await facts(page)).toMatchObject({ dirty: false, state: 'idle' });
    expect((await urisOf(alice)).sort()).toEqual([BOB, DAVE]);
  });
});
