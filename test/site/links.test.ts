import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pagePath, siteLink } from '../../site/.vitepress/pages.ts';
import { brokenLinks } from '../../site/links.mjs';

/** Checks a site that consists of these files. */
function check(files: Readonly<Record<string, string>>, base = '/'): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'site-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return brokenLinks(folder, base).broken;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the link check of the site', () => {
  it.each([
    { link: '/missing.html', problem: 'no such page' },
    { link: 'missing', problem: 'no such page' },
    { link: '/other.html#missing', problem: 'no such anchor' },
    { link: '#missing', problem: 'no such anchor' },
    { link: '/folder/', problem: 'no such page' },
  ])('reports $link: $problem', ({ link, problem }) => {
    const files = { 'index.html': `<a class="x" href="${link}">`, 'other.html': '<h2 id="there">' };
    expect(check(files)).toEqual([`index.html: ${link}: ${problem}`]);
  });

  it.each([
    { link: '/other.html#there' },
    { link: '/other#there' },
    { link: 'folder/page.html' },
    { link: '/folder/page.html?q=a#top' },
    { link: 'https://example.com/missing' },
    { link: 'data:,' },
  ])('accepts $link', ({ link }) => {
    const files = {
      'index.html': `<a href="${link}">`,
      'other.html': '<h2 id="there">',
      'folder/page.html': '<p id="top">',
    };
    expect(check(files)).toEqual([]);
  });

  it('reports scripts and images that are missing', () =>
    expect(check({ 'index.html': '<script src="/a.js"></script>' })).toEqual(['index.html: /a.js: no such page']));

  it('reports a link that leaves the path of the site', () =>
    expect(check({ 'index.html': '<a href="/index.html">' }, '/xcap/')).toEqual([
      'index.html: /index.html: is not below /xcap/',
    ]));
});

describe('links of Markdown files', () => {
  const addresses = { homepage: 'https://example.com/xcap/', files: 'https://example.org/files/' };

  it.each([
    { source: 'docs/sync.md', link: 'live.md#test-it', target: '/guides/live.md#test-it' },
    { source: 'docs/recipes/react.md', link: '../sync.md', target: '/guides/sync.md' },
    { source: 'docs/sync.md', link: 'recipes/react.md', target: '/recipes/react.md' },
    { source: 'docs/examples.md', link: '../examples/demo.ts', target: 'https://example.org/files/examples/demo.ts' },
    { source: 'docs/examples.md', link: '../examples/playground/README.md', target: '/playground/' },
    { source: 'docs/sync.md', link: 'https://example.com/xcap/reference/', target: '/reference/' },
    { source: 'docs/sync.md', link: '#storage-on-disk', target: '#storage-on-disk' },
  ])('$link in $source leads to $target', ({ source, link, target }) =>
    expect(siteLink(link, source, addresses)).toBe(target),
  );

  it.each([
    { source: 'docs/sync.md', page: 'guides/sync.md' },
    { source: 'docs/recipes/react.md', page: 'recipes/react.md' },
    { source: 'build/reference/xcap/classes/XcapClient.md', page: 'reference/xcap/classes/XcapClient.md' },
    { source: 'site/index.md', page: 'index.md' },
  ])('the page of $source is $page', ({ source, page }) => expect(pagePath(source)).toBe(page));
});
