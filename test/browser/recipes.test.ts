import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type Plugin, rolldown } from 'rolldown';
import { compile } from 'svelte/compiler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { createXcapServer, type XcapServer } from '../../src/server/server.ts';
import { writeRecipe } from '../docs/recipe-files.ts';
import { ALICE, friends, PASSWORD } from '../support/fixtures.ts';
import { launch, type Site, serve, skipReason } from './chromium.ts';

/** Compiles components as the plugin of Vite does. */
const svelte: Plugin = {
  name: 'svelte',
  transform: (code, id) =>
    id.endsWith('.svelte') ? compile(code, { filename: id, generate: 'client' }).js.code : undefined,
};

interface Recipe {
  readonly page: string;
  /** The file that the reader bundles, and the bundle. */
  readonly bundle: readonly [input: string, output: string];
  /** The element of a buddy. */
  readonly buddy: string;
  /** Whether the page keeps edits in the browser. */
  readonly isStored: boolean;
}

const recipes: readonly Recipe[] = [
  { page: 'docs/start.md', bundle: ['main.ts', 'main.js'], buddy: 'li', isStored: true },
  { page: 'docs/recipes/plain-page.md', bundle: ['../../../dist/index.js', 'xcap.js'], buddy: 'li', isStored: true },
  { page: 'docs/recipes/react.md', bundle: ['main.tsx', 'main.js'], buddy: 'p', isStored: false },
  { page: 'docs/recipes/svelte.md', bundle: ['main.js', 'bundle.js'], buddy: 'li', isStored: true },
];

it('the React recipe has the tested example', () => {
  const example = readFileSync('examples/react-buddy-list.tsx', 'utf8');
  expect(readFileSync('docs/recipes/react.md', 'utf8')).toContain(example);
});

describe.skipIf(skipReason).each(recipes)('$page', { timeout: 60_000 }, ({ page: guide, bundle, buddy, isStored }) => {
  let browser: Browser;
  let site: Site;
  let server: XcapServer;
  const folder = `build/recipes/${guide.replace(/^.*\/|\.md$/g, '')}`;

  beforeAll(async () => {
    writeRecipe(guide, folder);
    const [input, output] = bundle;
    const build = await rolldown({
      input: join(folder, input),
      platform: 'browser',
      tsconfig: false,
      resolve: { conditionNames: ['svelte', 'browser', 'import', 'default'] },
      plugins: [svelte],
    });
    await build.write({ file: join(folder, output) });
    await build.close();
    site = await serve(folder);
    server = await createXcapServer({ users: { [ALICE]: PASSWORD }, cors: [new URL(site.url).origin] });
    // The start page names a server of its own, and a source for the dev server of Vite.
    const account = { root: server.root, user: ALICE, password: PASSWORD };
    if (guide === 'docs/start.md') adaptStart(folder, account);
    else if (guide !== 'docs/recipes/plain-page.md')
      writeFileSync(
        join(folder, 'index.html'),
        `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body><script type="module" src="${output}"></script>`,
      );
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await site[Symbol.asyncDispose]();
    await server.close();
  });

  it('has a page that adds buddies, saves them, and keeps those of another device', async () => {
    const [phone, laptop] = [await open(), await open()];
    await add(phone, 'sip:bob@example.com');
    await shows(phone, 'sip:bob@example.com');
    await saved(phone);
    await laptop.reload();
    await shows(laptop, 'sip:bob@example.com');

    if (isStored) await laptop.context().setOffline(true);
    await add(laptop, 'sip:carol@example.com');
    await add(phone, 'sip:dave@example.com');
    await saved(phone);
    if (isStored) {
      await laptop.context().setOffline(false);
      await laptop.evaluate('dispatchEvent(new Event("online"))');
    }
    await saved(laptop);

    const { value } = await reader();
    const uris = value.entries(friends).map(({ uri }) => uri);
    expect(uris.toSorted()).toEqual(['sip:bob@example.com', 'sip:carol@example.com', 'sip:dave@example.com']);
    for (const page of [phone, laptop]) await page.context().close();
  });

  /** Opens the page on a device of its own. */
  async function open(): Promise<Page> {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.on('pageerror', (error) => expect.fail(error.message));
    await page.goto(`${site.url}#${new URLSearchParams({ root: server.root, user: ALICE, password: PASSWORD })}`);
    await page.waitForFunction(() => document.querySelector('output')?.textContent === 'saved');
    return page;
  }

  async function add(page: Page, uri: string): Promise<void> {
    await page.fill('input', uri);
    await page.keyboard.press('Enter');
    await shows(page, uri);
  }

  const shows = (page: Page, uri: string) =>
    page.waitForFunction(
      ([element, text]) =>
        Array.from(document.querySelectorAll(element ?? ''), ({ textContent }) => textContent).includes(text ?? ''),
      [buddy, uri],
    );
  const saved = (page: Page) => page.waitForFunction(() => document.querySelector('output')?.textContent === 'saved');
  const reader = async () => {
    const { XcapClient } = await import('../../src/client/client.ts');
    const client = new XcapClient({ root: server.root, user: ALICE, password: PASSWORD });
    const read = await client.get(resourceLists);
    await client.close();
    return read;
  };
});

/** Puts the account of the test into the page of docs/start.md, and its bundle in place of its source. */
function adaptStart(folder: string, { root, password }: { readonly root: string; readonly password: string }): void {
  const replace = (name: string, from: string, to: string): void => {
    const text = readFileSync(join(folder, name), 'utf8');
    expect(text).toContain(from);
    writeFileSync(join(folder, name), text.replaceAll(from, to));
  };
  replace('index.html', 'main.ts', 'main.js');
  replace('main.js', 'http://127.0.0.1:8000/xcap-root', root);
  replace('main.js', '"secret"', `"${password}"`);
}
