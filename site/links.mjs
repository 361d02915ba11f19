import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/**
 * Returns the links of a static site that lead to no file, or to no anchor in it. Links to other hosts are not followed.
 *
 * @param folder - the site
 * @param base - path of the site on its host
 */
export function brokenLinks(folder, base) {
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));
  const anchors = new Map(pages.map((page) => [page, anchorsOf(readFileSync(join(folder, page), 'utf8'))]));
  const broken = [];
  let links = 0;
  for (const page of pages) {
    for (const link of new Set(linksOf(readFileSync(join(folder, page), 'utf8')))) {
      if (/^(?:[a-z]+:|\/\/)/i.test(link)) continue;
      links++;
      const problem = problemOf(link, page);
      if (problem) broken.push(`${page}: ${link}: ${problem}`);
    }
  }
  return { pages: pages.length, links, broken };

  function problemOf(link, page) {
    const [path, anchor = ''] = link.replace(/\?[^#]*/, '').split('#');
    if (path.startsWith('/') && !path.startsWith(base)) return `is not below ${base}`;
    const target =
      path === '' ? page : path.startsWith('/') ? path.slice(base.length) : posix.join(dirname(page), path);
    const file = fileOf(decodeURI(target));
    if (file === undefined) return 'no such page';
    // The hash of the playground is what its fields contain.
    if (anchor === '' || file.startsWith('playground/')) return undefined;
    return anchors.get(file)?.has(decodeURIComponent(anchor)) ? undefined : 'no such anchor';
  }

  function fileOf(path) {
    const name = posix.normalize(path === '' || path.endsWith('/') ? `${path}index.html` : path);
    return [name, `${name}.html`].find(
      (file) => existsSync(join(folder, file)) && statSync(join(folder, file)).isFile(),
    );
  }
}

const linksOf = (html) =>
  [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, link]) => link.replaceAll('&amp;', '&'));
const anchorsOf = (html) => new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id.replaceAll('&amp;', '&')));
