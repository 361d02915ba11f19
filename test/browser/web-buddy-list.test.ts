import { execFileSync } from 'node:child_process';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, it as base, beforeAll, describe, expect } from 'vitest';
import type { XcapClient } from '../../src/client/client.ts';
import { presRules } from '../../src/documents/usages/pres-rules/usage.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { ALICE, PASSWORD, startServer, type TestServer } from '../support/fixtures.ts';
import { launch, type Site, serve, skipReason } from './chromium.ts';

const [BOB, CAROL] = ['sip:bob@example.com', 'sip:carol@example.com'];
const list = resourceLists.list('buddies');

let browser: Browser;
let site: Site;

/** A browser of its own, with the application open in one tab or more. */
interface Device {
  readonly context: BrowserContext;
  open(width?: number): Promise<Page>;
}

const it = base.extend<{ server: TestServer; alice: XcapClient; device: () => Promise<Device> }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures that one needs off its first parameter
  server: async ({}, use) => {
    await using server = await startServer({ cors: [new URL(site.url).origin] });
    await use(server);
  },
  alice: async ({ server }, use) => use(server.client()),
  device: async ({ server }, use) => {
    const contexts: BrowserContext[] = [];
    const errors: string[] = [];
    await use(async () => {
      const context = await browser.newContext();
      contexts.push(context);
      const open = async (width = 900): Promise<Page> => {
        const page = await context.newPage();
        await page.setViewportSize({ width, height: 800 });
        page.on('pageerror', (error) => errors.push(error.message));
        await page.goto(`${site.url}#${new URLSearchParams({ root: server.root, user: ALICE })}`);
        await page.fill('#password', PASSWORD);
        await page.click('#account button');
        await page.waitForSelector('#list:not([hidden])');
        return page;
      };
      return { context, open };
    });
    for (const context of contexts) await context.close();
    expect(errors).toEqual([]);
  },
});

async function add(page: Page, uri: string, name: string): Promise<void> {
  await page.fill('#uri', uri);
  await page.fill('#name', name);
  await page.click('#add button');
}

async function rename(page: Page, from: string, to: string): Promise<void> {
  await page.click(`button[aria-label="Rename ${from}"]`);
  await page.fill('#new-name', to);
  await page.click('#rename button.primary');
}

/** Saves Bob, and renames him to Robert without a connection. */
async function renameOffline({
  open,
  context,
}: Device): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
  const page = await open();
  await add(page, BOB, 'Bob');
  await isIn(page, 'Saved');
  await context.setOffline(true);
  await rename(page, 'Bob', 'Robert');
  await isIn(page, 'Offline');
  return { page, context };
}

const shows = (page: Page, ...names: string[]) =>
  page.waitForFunction((names) => {
    const shown = Array.from(document.querySelectorAll('#buddies b'), ({ textContent }) => textContent);
    return shown.join() === names.join();
  }, names);
const isIn = (page: Page, state: string) =>
  page.waitForFunction((state) => document.querySelector('#state')?.textContent === state, state);

const entries = async (alice: XcapClient) => (await alice.get(resourceLists)).value.entries(list);

describe.skipIf(skipReason)('the web buddy list', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    execFileSync(process.execPath, ['examples/web-buddy-list/build.mjs']);
    [browser, site] = [await launch(), await serve('build/web-buddy-list')];
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await site[Symbol.asyncDispose]();
  });

  it('adds, renames and removes buddies, and saves each edit', async ({ device, alice }) => {
    const page = await (await device()).open();
    await add(page, 'bob@example.com', 'Bob');
    await add(page, CAROL, '');
    await shows(page, 'Bob', 'carol@example.com');
    await rename(page, 'Bob', 'Robert');
    await shows(page, 'carol@example.com', 'Robert');
    await isIn(page, 'Saved');
    expect(await entries(alice)).toEqual([{ uri: BOB, displayName: { text: 'Robert' } }, { uri: CAROL }]);
    await page.click('button[aria-label="Remove carol@example.com"]');
    await shows(page, 'Robert');
    await isIn(page, 'Saved');
    expect(await entries(alice)).toHaveLength(1);
  });

  it('refuses a buddy that is in the list', async ({ device }) => {
    const page = await (await device()).open();
    await add(page, BOB, 'Bob');
    await add(page, BOB, 'Bob again');
    expect(await page.textContent('#add-error')).toBe('This buddy is in the list already.');
  });

  it('sets what a buddy sees of the presence', async ({ device, alice }) => {
    const page = await (await device()).open();
    await add(page, BOB, 'Bob');
    await page.selectOption('select[aria-label="What Bob sees"]', 'polite-block');
    await isIn(page, 'Saved');
    const { value } = await alice.get(presRules);
    expect(value.decide({ watcher: BOB }).subHandling).toBe('polite-block');
  });

  it('shows in one tab what is edited in the other', async ({ device }) => {
    const { open } = await device();
    const [one, other] = [await open(), await open()];
    await add(one, BOB, 'Bob');
    await shows(other, 'Bob');
    await add(other, CAROL, 'Carol');
    await shows(one, 'Bob', 'Carol');
    await Promise.all([isIn(one, 'Saved'), isIn(other, 'Saved')]);
  });

  it('keeps edits made offline, and saves them when there is a connection', async ({ device, alice }) => {
    const { open, context } = await device();
    const page = await open();
    await context.setOffline(true);
    await add(page, BOB, 'Bob');
    await isIn(page, 'Offline');
    expect(await page.textContent('#notice-text')).toContain('Your changes are kept in this browser');
    await alice.edit(resourceLists, (doc) => doc.addEntry(list, { uri: CAROL, displayName: 'Carol' }));
    await context.setOffline(false);
    await isIn(page, 'Saved');
    await shows(page, 'Bob', 'Carol');
    expect(await entries(alice)).toHaveLength(2);
  });

  it('discards edits', async ({ device, alice }) => {
    const { page } = await renameOffline(await device());
    await page.click('#discard');
    await shows(page, 'Bob');
    expect(await entries(alice)).toEqual([{ uri: BOB, displayName: { text: 'Bob' } }]);
  });

  it.for([
    { choice: 'mine', name: 'Robert' },
    { choice: 'theirs', name: 'Bobby' },
    { choice: 'other', name: 'Bob the builder' },
  ])('lets the user resolve a conflict by hand: $choice', async ({ choice, name }, { device, alice }) => {
    const { page, context } = await renameOffline(await device());
    await alice.edit(resourceLists, (doc) => doc.update(list.entry(BOB), { displayName: 'Bobby' }));
    await context.setOffline(false);
    await page.waitForSelector('#conflicts[open]');
    expect(await page.textContent('#conflict-list')).toMatch(/bob@example\.com.*MineRobert.*TheirsBobby/);
    await page.click('#conflicts button:text-is("Decide later")');
    expect(await page.textContent('#notice-text')).toBe('Another device has changed what you changed, too.');
    expect(await entries(alice)).toEqual([{ uri: BOB, displayName: { text: 'Bobby' } }]);
    await page.click('#retry');
    await page.waitForSelector('#conflicts[open]');
    await page.check(`input[value="${choice}"]`);
    if (choice === 'other') await page.fill('input[aria-label="Another name"]', name);
    await page.click('#conflicts button.primary');
    await isIn(page, 'Saved');
    await shows(page, name);
    expect(await entries(alice)).toEqual([{ uri: BOB, displayName: { text: name } }]);
  });

  it('names a wrong password', async ({ device }) => {
    const { open } = await device();
    const page = await open();
    await page.reload();
    await page.fill('#password', 'wrong');
    await page.click('#account button');
    await page.waitForSelector('#account-error:not([hidden])');
    expect(await page.textContent('#account-error')).toContain('refuses these credentials');
  });

  it('fits a phone without scrolling sideways', async ({ device }) => {
    const page = await (await device()).open(380);
    await add(page, 'sip:an.address.that.is.longer.than.the.screen.is.wide@mobile.example.com', '');
    await page.waitForSelector('#buddies b');
    expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBe(380);
  });
});
