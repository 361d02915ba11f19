import { mkdirSync, writeFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, serve, skipReason } from './chromium.ts';
import { steps } from './steps.ts';

const FOLDER = 'build/browser';

describe.skipIf(skipReason)('xcap/selector and xcap/documents in a browser', () => {
  let browser: Browser;
  let imports: readonly string[];

  beforeAll(async () => {
    mkdirSync(FOLDER, { recursive: true });
    const build = await rolldown({
      input: 'test/browser/steps.ts',
      platform: 'browser',
      tsconfig: false,
      external: /^node:/,
    });
    const { output } = await build.write({ file: `${FOLDER}/steps.js` });
    await build.close();
    imports = output[0].imports;
    writeFileSync(
      `${FOLDER}/index.html`,
      `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><pre></pre><script type="module">
        import { steps } from './steps.js';
        document.querySelector('pre').textContent = JSON.stringify(steps());
      </script>`,
    );
    browser = await launch();
  }, 60_000);
  afterAll(() => browser.close());

  it('need nothing of Node', () => expect(imports).toEqual([]));

  it('edit documents there as in Node, and say the same of mistakes', async () => {
    await using site = await serve(FOLDER);
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(site.url);
    const told: unknown = JSON.parse((await page.textContent('pre')) || 'null');
    await page.close();
    expect(complaints).toEqual([]);
    expect(told).toEqual(steps());
  }, 60_000);

  it('find what there is to find', () => {
    const told = steps();
    expect(told).toContain('/resource-lists/list[@name="friends"]/entry[@uri="sip:bob@example.com"]/display-name');
    expect(told).not.toContain('nothing was thrown');
  });
});
