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

  it('takes less than 130 KiB', async () => expect((await bundle(folder, line)).kib).toBeLessThan(130));

  it('is less than 38 KiB itself, without documents, selectors and packages', async () => {
    const kib = await sizeOfPart(folder, line, /\/xcap\/dist\/(?:client|http|platform)\//);
    expect(kib).toBeGreaterThan(20);
    expect(kib).toBeLessThan(38);
  });

  it('needs no module of Node', async () => expect((await bundle(folder, line)).imports).toEqual([]));
});

describe("the README's sizes", () => {
  const rows = [...readFileSync('README.md', 'utf8').matchAll(/^\| `(export .*?)`\s*\| (\d+) KiB/gm)].map(
    ([, line = '', kib]) => ({ line, kib: Number(kib) }),
  );

  it('are in the README', () => expect(rows.length).toBeGreaterThan(2));

  it.each(rows)('$line: $kib KiB', async ({ line, kib }) => {
    const measured = (await bundle(folder, line)).kib;
    expect(Math.abs(measured - kib)).toBeLessThanOrEqual(Math.max(1, kib * 0.05));
  });
});
