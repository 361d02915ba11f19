import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundle, sizeOfPart } from './bundle.ts';
import { makeProject } from './installed.ts';

let folder: string;

beforeAll(async () => {
  ({ folder } = await makeProject('sizes'));
}, 60_000);

describe('a bundle contains only what is imported: ', () => {
  it.each(["export * from 'xcap/selector'", "export { parseSelector } from 'xcap'"])(
    '%s without DOM and HTTP',
    async (line) => {
      const { packages, imports } = await bundle(folder, line);
      expect([...packages]).toEqual(['xcap']);
      expect(imports).toEqual([]);
    },
  );

  it.each(["export * from 'xcap/documents'", "export { resourceLists } from 'xcap'"])(
    '%s without HTTP',
    async (line) => {
      const { packages, imports } = await bundle(folder, line);
      expect([...packages].sort()).toEqual(['@xmldom/xmldom', 'saxes', 'xcap', 'xmlchars', 'xpath']);
      expect(imports).toEqual([]);
    },
  );

  it('one usage without the others', async () => {
    const { code } = await bundle(folder, "export { resourceLists } from 'xcap'");
    const usages = new Set(code.match(/urn:ietf:params:xml:ns:(?:resource-lists|pres-rules|rls-services|pidf)/g));
    expect([...usages]).toEqual(['urn:ietf:params:xml:ns:resource-lists']);
  });
});

describe('the client with one usage', () => {
  const line = "export { resourceLists, XcapClient } from 'xcap'";

  it('takes less than 126 KiB', async () => expect((await bundle(folder, line)).size.brotli).toBeLessThan(126));

  it('is less than 38 KiB itself, without documents, selectors and packages', async () => {
    const { brotli } = await sizeOfPart(folder, line, /\/xcap\/dist\/(?:client|http|platform)\//);
    expect(brotli).toBeGreaterThan(20);
    expect(brotli).toBeLessThan(38);
    const told = /the client itself is (\d+) KiB/.exec(readFileSync('docs/browsers.md', 'utf8'))?.[1];
    expect(Math.abs(brotli - Number(told))).toBeLessThanOrEqual(1);
  });

  it('contains nothing of supplementary services, which it writes by elements only with their usage', async () => {
    const words = /NoReplyTimer|urn:ietf:params:xml:ns:common-policy|ngn\/params\/xml\/simservs/;
    expect((await bundle(folder, line)).code).not.toMatch(words);
    const withUsage = "export { simservs, XcapClient } from 'xcap'";
    expect((await bundle(folder, withUsage)).code).toMatch(words);
  });

  it('needs no module of Node', async () => expect((await bundle(folder, line)).imports).toEqual([]));
});

describe('the sizes in docs/browsers.md', () => {
  const rows = [
    ...readFileSync('docs/browsers.md', 'utf8').matchAll(/^\| `(export .*?)`\s*\| (\d+)\s*\| (\d+)\s*\|/gm),
  ].map(([, line = '', gzip, brotli]) => ({ line, gzip: Number(gzip), brotli: Number(brotli) }));

  it('are there', () => expect(rows.length).toBeGreaterThan(3));

  it.each(rows)('$line: $gzip KiB with gzip, $brotli KiB with Brotli', async ({ line, gzip, brotli }) => {
    const { size } = await bundle(folder, line);
    expect(Math.abs(size.gzip - gzip)).toBeLessThanOrEqual(Math.max(1, gzip * 0.05));
    expect(Math.abs(size.brotli - brotli)).toBeLessThanOrEqual(Math.max(1, brotli * 0.05));
  });
});
