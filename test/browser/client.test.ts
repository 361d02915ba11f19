import { readFileSync, writeFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, it as base, beforeAll, describe, expect } from 'vitest';
import { XcapClient } from '../../src/client/client.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import type { Fault } from '../../src/server/faults.ts';
import type { XcapServerOptions } from '../../src/server/options.ts';
import { createXcapServer, type XcapServer } from '../../src/server/server.ts';
import { startHttpServer } from '../support/http-server.ts';
import { launch, makePage, type Site, serve, skipReason } from './chromium.ts';
import { NOT_OF_THE_CLIENT, throwEveryError } from './every-error.ts';

/** The package, in functions that run in the page. */
declare const xcap: typeof import('../../src/index.ts');

const FOLDER = 'build/browser/client';
const ALICE = 'sip:alice@example.com';
const PASSWORD = 'wonderland';

let browser: Browser;
let site: Site;
const originOf = ({ url }: Site): string => new URL(url).origin;

/** Options of a client, for functions that run in the page. */
const account = (root: string) => ({ root, user: ALICE, password: PASSWORD });

/** Tests with a server that allows the page, and with pages in a context of their own. */
const it = base.extend<{
  start: (options?: XcapServerOptions) => Promise<XcapServer>;
  context: BrowserContext;
  open: () => Promise<Page>;
}>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures that one needs off its first parameter
  start: async ({}, use) => {
    const servers: XcapServer[] = [];
    await use(async (options) => {
      const server = await createXcapServer({ users: { [ALICE]: PASSWORD }, cors: [originOf(site)], ...options });
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  context: async ({}, use) => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    await use(context);
    await context.close();
  },
  open: async ({ context }, use) =>
    use(async () => {
      const page = await context.newPage();
      await page.goto(site.url);
      return page;
    }),
});

/** Runs a get in the page, and returns the facts of its error. */
const failureOfGet = (page: Page, root: string, headers: Record<string, string> = {}) =>
  page.evaluate(
    async (options) => {
      const error: unknown = await new xcap.XcapClient(options).get(xcap.resourceLists).catch((reason) => reason);
      if (!(error instanceof xcap.XcapError)) return { name: 'none', code: '', message: String(error), outcome: '' };
      const { name, code, message } = error;
      return { name, code, message, outcome: error instanceof xcap.TransportError ? error.outcome : '' };
    },
    { ...account(root), headers },
  );

describe.skipIf(skipReason)('the client in a browser', () => {
  beforeAll(async () => {
    await makePage(FOLDER);
    [browser, site] = [await launch(), await serve(FOLDER)];
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await site[Symbol.asyncDispose]();
  });

  describe('with a server of another origin', () => {
    it.for(['MD5', 'SHA-256', 'SHA-512-256'] as const)(
      'reads and edits with digest %s',
      async (algorithm, { open, start }) => {
        const { root } = await start({ algorithms: [algorithm] });
        const page = await open();
        const texts = await page.evaluate(async (options) => {
          const { resourceLists, XcapClient } = xcap;
          const client = new XcapClient(options);
          const friends = resourceLists.list("Ann's {friends}");
          await client.edit(resourceLists, (doc) => doc.addList({ name: "Ann's {friends}" }));
          await client.insert(friends.entry('sip:bob@example.com'), { uri: 'sip:bob@example.com', displayName: 'Bob' });
          await client.put(friends.entry('sip:bob@example.com').displayName(), 'Bobby');
          const { value, etag } = await client.get(friends.entry(1));
          await client.delete(resourceLists, { ifMatch: etag ?? '' });
          return JSON.stringify(value);
        }, account(root));
        expect(JSON.parse(texts)).toEqual({ uri: 'sip:bob@example.com', displayName: { text: 'Bobby' } });
      },
    );

    it('loses no edit of two pages that write at the same time', async ({ open, start }) => {
      const { root } = await start();
      const pages = [await open(), await open()];
      const edits = pages.map((page, number) =>
        page.evaluate(
          async ({ number, options }) => {
            const client = new xcap.XcapClient(options);
            for (let round = 0; round < 10; round++)
              await client.edit(xcap.resourceLists, (doc) => doc.addList(`${number}-${round}`), { retries: 50 });
          },
          { number, options: account(root) },
        ),
      );
      await Promise.all(edits);
      const names = await pages[0]?.evaluate(async (options) => {
        const { value } = await new xcap.XcapClient(options).get(xcap.resourceLists);
        return value.lists().map(({ name }) => name ?? '');
      }, account(root));
      const expected = [0, 1].flatMap((number) => Array.from({ length: 10 }, (_, round) => `${number}-${round}`));
      expect(names?.toSorted()).toEqual(expected.toSorted());
    });

    it('saves an opened document over the change of another page', async ({ open, start }) => {
      const { root } = await start();
      const [one, other] = [await open(), await open()];
      await one.evaluate(async (options) => {
        const synced = await new xcap.XcapClient(options).open(xcap.resourceLists);
        synced.document.addList('mine');
        Object.assign(globalThis, { synced });
      }, account(root));
      await other.evaluate(async (options) => {
        await new xcap.XcapClient(options).edit(xcap.resourceLists, (doc) => doc.addList('theirs'));
      }, account(root));
      const names = await one.evaluate(async () => {
        // Kept by the call above.
        const { synced } = globalThis as unknown as { synced: import('../../src/index.ts').SyncedDocument };
        await synced.save();
        return synced.document.select('//rl:list/@name').map((node) => node.nodeValue);
      });
      expect(names.toSorted()).toEqual(['mine', 'theirs']);
    });

    it('ends a request when it is aborted, and when its time is over', async ({ open, start }) => {
      const server = await start();
      const remove = server.faults.add({ silence: 'hang' });
      const page = await open();
      const reasons = await page.evaluate(async (options) => {
        const client = new xcap.XcapClient(options);
        const ending = new AbortController();
        const aborted = client.get(xcap.resourceLists, { signal: ending.signal }).catch((reason) => reason);
        ending.abort('enough');
        const late: unknown = await client.get(xcap.resourceLists, { timeout: 20.5 }).catch((reason) => reason);
        return [await aborted, late instanceof xcap.TimeoutError ? `${late.timeout} ${late.outcome}` : String(late)];
      }, account(server.root));
      expect(reasons).toEqual(['enough', '21 unknown']);
      remove();
      expect(await failureOfGet(page, server.root)).toMatchObject({ code: 'not-found' });
    });

    it('makes an edit once, although the browser sends a request again when its answer is lost', async ({
      open,
      start,
    }) => {
      const server = await start();
      server.faults.add({
        method: 'PUT',
        silence: 'after',
        times: 1,
        when: ({ headers }) => 'authorization' in headers,
      });
      const page = await open();
      const names = await page.evaluate(async (options) => {
        const client = new xcap.XcapClient(options);
        await client.edit(xcap.resourceLists, (doc) =>
          doc.append(xcap.resourceLists, { list: { displayName: 'once' } }),
        );
        return (await client.get(xcap.resourceLists)).value.lists().map(({ displayName }) => displayName);
      }, account(server.root));
      expect(names).toEqual(['once']);
    });

    it('works while the device is online, and says when it is not', async ({ context, open, start }) => {
      const { root } = await start();
      const page = await open();
      await context.setOffline(true);
      expect(await failureOfGet(page, root)).toMatchObject({
        code: 'transport',
        outcome: 'not-sent',
        message: expect.stringContaining('this device is offline'),
      });
      await context.setOffline(false);
      expect(await failureOfGet(page, root)).toMatchObject({ code: 'not-found' });
    });

    it('does not say where a redirect leads, but what to do', async ({ open, start }) => {
      const server = await start();
      server.faults.add({ status: 307, headers: { location: '/elsewhere' } });
      expect(await failureOfGet(await open(), server.root)).toMatchObject({
        code: 'http',
        message: expect.stringContaining('a browser does not show where to; give the final address as root'),
      });
    });
  });

  it('throws every class of error', async ({ open, start }) => {
    const server = await start();
    const on = (target: string, fault: Omit<Fault, 'target'>): unknown => server.faults.add({ target, ...fault });
    on('/not-allowed', { method: 'PUT', status: 405, headers: { allow: 'GET' } });
    on('/unsupported', { method: 'PUT', status: 415 });
    on('/failing', { status: 500, method: 'PUT' });
    on('/hanging', { silence: 'hang' });
    on('/closing', { silence: 'before' });
    on('/large', { status: 200, body: 'x'.repeat(10_000) });
    on('/refusing', { status: 412, method: 'PUT' });
    const page = await open();
    const thrown = await page.evaluate(throwEveryError, account(server.root));
    expect(thrown).toEqual(Object.fromEntries(Object.keys(thrown).map((name) => [name, name])));
    const classes = Object.keys(await import('../../src/index.ts')).filter((name) => /^[A-Z]\w*Error$/.test(name));
    const elsewhere = ['XcapError', ...NOT_OF_THE_CLIENT];
    expect(Object.keys(thrown).toSorted()).toEqual(classes.filter((name) => !elsewhere.includes(name)).toSorted());
  });

  describe('with a server that does not let the page', () => {
    it('ask at all, names the header fields that allow it', async ({ open, start }) => {
      const { root } = await start({ cors: ['https://phone.example.com'] });
      const { message, outcome } = await failureOfGet(await open(), root, { 'X-Own': 'x' });
      expect(message).toContain(`Access-Control-Allow-Origin: ${originOf(site)}`);
      expect(message).toContain('Access-Control-Allow-Methods: GET, PUT, DELETE');
      expect(message).toMatch(/Access-Control-Allow-Headers: authorization, .*, x-own;/);
      expect(outcome).toBe('unknown');
    });

    it.for([
      { hidden: 'WWW-Authenticate', exposed: 'ETag', code: 'authentication' },
      { hidden: 'ETag', exposed: 'WWW-Authenticate', code: 'http' },
    ])('read $hidden, names it and changes nothing', async ({ hidden, exposed, code }, { open, start }) => {
      const server = await start();
      await using proxy = await startHttpServer(async ({ method, target, headers, body }, response) => {
        const { host: _, connection: __, ...fields } = headers;
        const answer = await fetch(new URL(target, server.root), {
          method,
          headers: fields as Record<string, string>, // Node gives lists for set-cookie only
          ...(body !== '' && { body }),
        });
        const kept = Object.fromEntries(answer.headers);
        if (method !== 'OPTIONS') kept['access-control-expose-headers'] = exposed;
        delete kept['transfer-encoding'];
        response.writeHead(answer.status, kept).end(await answer.text());
      });
      const page = await open();
      const told = await page.evaluate(
        async ({ options, through }) => {
          const direct = new xcap.XcapClient(options);
          await direct.put(xcap.resourceLists, xcap.resourceLists.create());
          const editing = new xcap.XcapClient({ ...options, root: through }).edit(xcap.resourceLists, (doc) =>
            doc.addList('mine'),
          );
          const error: unknown = await editing.catch((reason) => reason);
          const { value } = await direct.get(xcap.resourceLists);
          const facts = error instanceof xcap.XcapError ? [error.code, error.message] : ['', String(error)];
          return { facts, lists: value.lists().length };
        },
        { options: account(server.root), through: `${proxy.origin}/xcap-root` },
      );
      expect(told).toEqual({
        facts: [code, expect.stringContaining(`Access-Control-Expose-Headers with ${hidden} (CORS)`)],
        lists: 0,
      });
    });
  });

  it('names mixed content', async ({ context, start }) => {
    const server = await start({ cors: true });
    const pem = (name: string): string => readFileSync(`test/cli/tls/${name}.pem`, 'utf8');
    await using secure = await serve(FOLDER, { key: pem('server-key'), cert: pem('server') });
    const page = await context.newPage();
    await page.goto(secure.url);
    // To the loopback address itself, a page from https may send requests by http.
    const root = server.root.replace('127.0.0.1', 'xcap.test');
    expect(await failureOfGet(page, root)).toMatchObject({
      code: 'transport',
      outcome: 'not-sent',
      message: expect.stringContaining('(mixed content); use an https root'),
    });
  });

  describe('behind a service worker', () => {
    const WORKERS = {
      'a page that it makes': `new Response('<!doctype html><title>Phone</title>', { headers: { 'content-type': 'text/html' } })`,
      'a page of its site': `fetch('/index.html')`,
    };

    it.for(Object.entries(WORKERS))('that answers with %s, loses nothing', async ([, answer], { open, start }) => {
      const server = await start();
      const page = await open();
      const put = (text: string) =>
        page.evaluate(
          async ({ options, text }) => {
            const client = new xcap.XcapClient(options);
            const doc = xcap.resourceLists.create();
            doc.addList(text);
            const attempts = [
              () => client.get(xcap.resourceLists),
              () => client.put(xcap.resourceLists, doc),
              () => client.delete(xcap.resourceLists),
              () => client.edit(xcap.resourceLists, (edited) => edited.addList('late'), { retries: 1 }),
            ];
            const codes: string[] = [];
            for (const attempt of attempts) {
              const result: unknown = await attempt().catch((reason: unknown) => reason);
              codes.push(result instanceof xcap.XcapError ? `${result.code}: ${result.message}` : 'done');
            }
            return codes;
          },
          { options: account(server.root), text },
        );
      await page.evaluate(async (options) => {
        await new xcap.XcapClient(options).put(xcap.resourceLists, xcap.resourceLists.create());
      }, account(server.root));
      writeFileSync(
        `${FOLDER}/worker.js`,
        `addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  if (!event.request.url.startsWith(location.origin)) event.respondWith(${answer});
});`,
      );
      await page.evaluate(async () => {
        const { serviceWorker } = navigator as unknown as {
          readonly serviceWorker: {
            readonly controller: unknown;
            register(url: string): Promise<unknown>;
            addEventListener(type: string, listener: () => void): void;
          };
        }; // the tests have no types of the DOM
        const controlled = new Promise<void>((resolve) =>
          serviceWorker.addEventListener('controllerchange', () => resolve()),
        );
        await serviceWorker.register('/worker.js');
        if (!serviceWorker.controller) await controlled;
      });
      for (const told of await put('mine')) expect(told).toMatch(/^(?:http|transport): .*service worker/);
      const client = new XcapClient(account(server.root));
      expect((await client.get(resourceLists)).value.lists()).toEqual([]);
      await client.close();
    });
  });
});
