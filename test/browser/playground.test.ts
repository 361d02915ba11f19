import { execFileSync } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, it as base, beforeAll, describe, expect } from 'vitest';
import { XcapClient } from '../../src/client/client.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { createXcapServer } from '../../src/server/server.ts';
import { launch, type Site, serve, skipReason } from './chromium.ts';

let browser: Browser;
let site: Site;

/** Tests with the page open in a tab of its own; whatever the page complains of on the console is a failure. */
const it = base.extend<{ open: (hash?: string, width?: number) => Promise<Page> }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures that one needs off its first parameter
  open: async ({}, use) => {
    const pages: Page[] = [];
    const complaints: string[] = [];
    await use(async (hash = '', width = 1280) => {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      pages.push(page);
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        // A browser reports the status of every refusal, such as a challenge.
        if (!message.text().startsWith('Failed to load resource')) complaints.push(message.text());
      });
      await page.goto(site.url + hash);
      return page;
    });
    for (const page of pages) await page.close();
    expect(complaints).toEqual([]);
  },
});

describe.skipIf(skipReason)('the playground', () => {
  beforeAll(async () => {
    execFileSync(process.execPath, ['examples/playground/build.mjs']);
    [browser, site] = [await launch(), await serve('build/playground')];
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await site[Symbol.asyncDispose]();
  });

  it('begins with two devices: one is offline, and each has added a buddy', async ({ open }) => {
    const page = await open();
    await page.waitForSelector('#laptop li:nth-child(2)');
    expect(await page.locator('#phone li').allTextContents()).toEqual(['Bob', 'Carol']);
    expect(await page.locator('#laptop li').allTextContents()).toEqual(['Bob', 'Dave']);
    expect(await page.textContent('#laptop output')).toBe('not sent yet');
    expect(await page.textContent('#server-text')).not.toContain('Dave');
  });

  it('merges the edits of both devices when the connection is back, and shows the code', async ({ open }) => {
    const page = await open();
    await page.click('#laptop button:text-is("Reconnect")');
    await page.waitForSelector('#phone li:nth-child(3)');
    for (const device of ['#phone', '#laptop'])
      expect((await page.locator(`${device} li`).allTextContents()).toSorted()).toEqual(['Bob', 'Carol', 'Dave']);
    expect(await page.textContent('#laptop output')).toBe('saved');
    expect(await page.textContent('#devices-code')).toContain('await laptop.save();');
  });

  it('shows a contradiction, and resolves it as the user decides', async ({ open }) => {
    const page = await open();
    await page.click('#laptop button:text-is("Reconnect")');
    await page.waitForSelector('#phone li:nth-child(3)');
    await page.click('#rename-both');
    await page.click('#laptop button:text-is("Reconnect")');
    await page.click('#laptop button:text-is("Keep mine")');
    await page.waitForSelector('#phone li:has-text("Robert")');
    expect(await page.textContent('#devices-code')).toContain("await laptop.save({ onConflict: 'mine' });");
  });

  it('gives the selector of a buddy that is clicked on a device', async ({ open }) => {
    const page = await open();
    await page.click('#phone li button:text-is("Carol")');
    expect(await page.inputValue('#selector')).toBe(
      '/resource-lists/list[@name="friends"]/entry[@uri="sip:carol@example.com"]',
    );
    expect(await page.textContent('#code')).toContain(".entry('sip:carol@example.com')");
  });

  it('shows what a typed selector selects, and how it goes over the wire', async ({ open }) => {
    const page = await open();
    await page.fill('#selector', '/resource-lists/list[@name="friends"]/entry[@uri="sip:bill@example.com"]/@uri');
    expect(await page.textContent('#value')).toContain('sip:bill@example.com');
    expect(await page.textContent('#address')).toContain('/entry%5B@uri=%22sip:bill@example.com%22%5D/@uri');
    expect(await page.textContent('.tree [aria-current]')).toBe('uri="sip:bill@example.com"');
  });

  it('says that several matches are none', async ({ open }) => {
    const page = await open();
    await page.fill('#selector', '/resource-lists/list/entry');
    expect(await page.textContent('#matches')).toBe(': 2 nodes, so nothing (RFC 4825 section 6.3)');
    expect(await page.locator('.tree .selected').count()).toBe(2);
  });

  it('gives the selector of what is clicked', async ({ open }) => {
    const page = await open();
    await page.click('.tree button:text-is(\'uri="sip:joe@example.com"\')');
    expect(await page.inputValue('#selector')).toBe(
      '/resource-lists/list[@name="friends"]/list[@name="close"]/entry[@uri="sip:joe@example.com"]/@uri',
    );
  });

  it.for([
    ['#document', '<resource-lists><list></resource-lists>', '#document-error', /^line 1, column \d+: /],
    ['#selector', '/resource-lists/list[@name=friends]', '#selector-error', /expected a quoted value at position 27/],
  ] as const)('tells beside %s what is wrong with %s', async ([field, typed, place, message], { open }) => {
    const page = await open();
    await page.fill(field, typed);
    expect(await page.textContent(place)).toMatch(message);
  });

  it('shows what a put does, and keeps it when asked', async ({ open }) => {
    const page = await open();
    await page.fill('#content', '{ "text": "Willy" }');
    await page.click('#put');
    expect(await page.textContent('#request')).toMatch(
      /^PUT .*\/display-name\nContent-Type: application\/xcap-el\+xml/,
    );
    expect((await page.textContent('#edited .new'))?.trim()).toBe('<display-name>Willy</display-name>');
    await page.click('#keep');
    expect(await page.inputValue('#document')).toContain('<display-name>Willy</display-name>');
    expect(await page.textContent('#value')).toContain('"text": "Willy"');
  });

  it('shows why an edit is refused', async ({ open }) => {
    const page = await open();
    await page.fill('#content', '<entry uri="sip:bill@example.com"/>');
    await page.click('#put');
    expect(await page.textContent('#edit-error')).toContain('cannot-insert');
    expect(await page.isVisible('#edited')).toBe(false);
  });

  it('decides what a watcher gets, and says by which rules', async ({ open }) => {
    const page = await open('#usage=pres-rules&sphere=work&at=2026-06-01T10:00:00Z');
    expect(await page.textContent('.handling')).toBe('allow');
    await page.fill('#watcher', 'sip:spam@example.net');
    expect(await page.textContent('.handling')).toBe('block');
    expect(await page.textContent('#decision')).toContain('blocked matches: block');
    await page.fill('#watcher', 'boss');
    expect(await page.textContent('#policy-error')).toContain('sip:');
  });

  it('lists breaches of the schema, each with the place it is at', async ({ open }) => {
    const page = await open();
    const text = await page.inputValue('#document');
    await page.fill('#document', text.replace('<entry uri="sip:ann@example.com"/>', '<entry/>'));
    expect(await page.textContent('#issues')).toContain('lacks the attribute "uri"');
    await page.click('#issues button');
    expect(await page.inputValue('#selector')).toBe('/resource-lists/list[@name="friends"]/entry[2]');
  });

  it('keeps what was typed in the URL', async ({ open }) => {
    const page = await open();
    await page.selectOption('#usage', 'rls-services');
    await page.fill('#selector', '/rls-services/service[1]/packages');
    // The driver hears of the new address a moment later than the page.
    await page.waitForURL(({ hash }) => hash.includes('packages'));
    const again = await open(new URL(page.url()).hash);
    expect(await again.inputValue('#selector')).toBe('/rls-services/service[1]/packages');
    expect(await again.textContent('#value')).toContain('<package>presence</package>');
  });

  it('every sample can be read and its selector finds something', async ({ open }) => {
    const page = await open();
    for (const usage of await page.locator('#usage option').allTextContents()) {
      await page.selectOption('#usage', usage);
      expect(await page.isVisible('#document-error')).toBe(false);
      expect(await page.textContent('#value'), usage).not.toBe('');
      expect(await page.textContent('#issues'), usage).toBe('valid');
    }
  });

  it('shows the TypeScript that makes a selector and reads it', async ({ open }) => {
    const page = await open();
    await page.click('.tree button:text-is(\'uri="sip:joe@example.com"\')');
    const code = await page.textContent('#code');
    expect(code).toContain("import { resourceLists, XcapClient } from 'xcap';");
    expect(code).toContain(
      "const selector = resourceLists.list('friends').list('close').entry('sip:joe@example.com').attr('uri');",
    );
    expect(code).toContain('await client.get(selector);');
  });

  it.each([
    { selector: '/resource-lists/list[2]', code: 'resourceLists.list(2)' },
    { selector: '/resource-lists/*[1]', code: 'resourceLists.any(1)' },
    { selector: '/resource-lists/list[@name="it\'s"]', code: "resourceLists.list('it\\'s')" },
    { selector: '/resource-lists/list[1][@name="a"]', code: "resourceLists.list({ at: 1, name: 'a' })" },
    { selector: '/resource-lists/list/namespace::*', code: 'resourceLists.list().namespaceBindings()' },
    { selector: '/resource-lists/odd', code: "parseSelector('/resource-lists/odd', resourceLists)" },
  ])('writes $selector as $code', async ({ selector, code }) => {
    const page = await browser.newPage();
    await page.goto(site.url);
    await page.fill('#selector', selector);
    expect(await page.textContent('#code')).toContain(`const selector = ${code};`);
    await page.close();
  });

  it('shows the TypeScript of an edit, and copies it', async ({ open }) => {
    const page = await open();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.fill('#content', '{ "text": "Willy", "lang": "en" }');
    await page.click('#put');
    expect(await page.textContent('#code')).toContain("await client.put(selector, { text: 'Willy', lang: 'en' });");
    await page.click('#delete');
    expect(await page.textContent('#code')).toContain('await client.delete(selector);');
    await page.click('#copy');
    await page.waitForSelector('#copied span');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await page.textContent('#code'));
  });

  it('loads a document from a server, and saves it unless others have written', async ({ open }) => {
    await using server = await createXcapServer({
      users: { 'sip:alice@example.com': 'secret' },
      cors: [new URL(site.url).origin],
    });
    const page = await open();
    const connect = async (password: string): Promise<void> => {
      await page.fill('#root', server.root);
      await page.fill('#user', 'alice@example.com');
      await page.fill('#password', password);
      await page.click('#load');
      await page.waitForSelector('#load:not([disabled])');
    };
    await page.click('#save');
    expect(await page.textContent('#live-error')).toContain('the user must be a SIP URI');
    await connect('secret');
    expect(await page.textContent('#state')).toBe('the server has no such document yet; Save creates it');
    await page.click('#save');
    await page.waitForSelector('#save:not([disabled])');
    expect(await page.textContent('#state')).toContain('saved');
    const other = new XcapClient({ root: server.root, user: 'sip:alice@example.com', password: 'secret' });
    await other.edit(resourceLists, (doc) => doc.addList('elsewhere'));
    await page.click('#save');
    await page.waitForSelector('#save:not([disabled])');
    expect(await page.textContent('#live-error')).toContain('it changed since it was read');
    await connect('secret');
    expect(await page.inputValue('#document')).toContain('<list name="elsewhere"');
    await other.close();
    expect(page.url()).not.toContain('secret');
  });

  it('fits a phone without scrolling sideways', async ({ open }) => {
    const page = await open('', 380);
    const { width } = (await page.locator('html').boundingBox()) ?? { width: 0 };
    expect(width).toBe(380);
    expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBe(380);
  });

  it('can be used with the keyboard alone', async ({ open }) => {
    const page = await open();
    await page.focus('.tree button');
    await page.keyboard.press('Enter');
    expect(await page.inputValue('#selector')).toBe('/resource-lists');
  });
});
