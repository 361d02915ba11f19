import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { ALICE, buddies, friends, PASSWORD, startServer } from '../support/fixtures.ts';
import { launch, type Site, serve, skipReason } from './chromium.ts';

const FOLDER = 'build/browser/react';
const MOST_LINES = 60;

describe.skipIf(skipReason)('the React example', { timeout: 60_000 }, () => {
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    mkdirSync(FOLDER, { recursive: true });
    const build = await rolldown({ input: 'test/browser/react-page.tsx', platform: 'browser', tsconfig: false });
    await build.write({ file: `${FOLDER}/page.js` });
    await build.close();
    writeFileSync(
      `${FOLDER}/index.html`,
      '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="page.js"></script>',
    );
    [browser, site] = [await launch(), await serve(FOLDER)];
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await site[Symbol.asyncDispose]();
  });

  it('is short enough to be read', () =>
    expect(readFileSync('examples/react-buddy-list.tsx', 'utf8').split('\n').length).toBeLessThan(MOST_LINES));

  it('shows the list, adds a buddy, saves it, and takes in what others wrote', async () => {
    await using server = await startServer({ cors: [new URL(site.url).origin] });
    const alice = server.client();
    await alice.put(resourceLists, buddies('sip:bob@example.com'));
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    // Warnings of React; requests without credentials and under old entity tags are no mistakes.
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
        complaints.push(message.text());
    });
    await page.goto(`${site.url}#${new URLSearchParams({ root: server.root, user: ALICE, password: PASSWORD })}`);
    const shows = (...names: string[]) =>
      page.waitForFunction((names) => {
        const shown = Array.from(document.querySelectorAll('p'), ({ textContent }) => textContent);
        return shown.join() === names.join() && document.querySelector('output')?.textContent === 'saved';
      }, names);
    await shows('sip:bob@example.com');
    await alice.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: 'sip:dave@example.com' }));
    await page.fill('input', 'sip:carol@example.com');
    await page.keyboard.press('Enter');
    await shows('sip:bob@example.com', 'sip:dave@example.com', 'sip:carol@example.com');
    expect((await alice.get(resourceLists)).value.entries(friends)).toHaveLength(3);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
