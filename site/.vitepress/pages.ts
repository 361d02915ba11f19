import { posix } from 'node:path';

/** Where the sources of the site are, and below which address their pages are. The first match counts. */
const FOLDERS = [
  { source: 'docs/recipes/', address: '/recipes/' },
  { source: 'docs/', address: '/guides/' },
  { source: 'build/reference/', address: '/reference/' },
  { source: 'site/', address: '/' },
] as const;

/** Pages that are built apart, by the folder of their source. */
const APPLICATIONS = { 'examples/playground': '/playground/' } as const;

/** Returns the path of a page below the root of the site, such as `guides/sync.md`, from its path in the repository. */
export function pagePath(source: string): string {
  const folder = FOLDERS.find((candidate) => source.startsWith(candidate.source));
  return folder ? `${folder.address}${source.slice(folder.source.length)}`.slice(1) : source;
}

/**
 * Returns the target of a link as the site needs it: the address of a page, or of a file in the repository if the site
 * has no such page.
 *
 * @param link - as in the Markdown file: relative to the file, or with a scheme
 * @param source - path of the Markdown file in the repository
 * @param addresses - of this site, and of the folder with the files of the repository; both end with a slash
 */
export function siteLink(
  link: string,
  source: string,
  { homepage, files }: { readonly homepage: string; readonly files: string },
): string {
  if (link.startsWith(homepage)) return link.slice(homepage.length - 1);
  if (/^([a-z]+:|#|\/)/i.test(link)) return link;
  const [path = '', anchor] = link.split('#');
  const target = posix.join(posix.dirname(source), path);
  const suffix = anchor === undefined ? '' : `#${anchor}`;
  for (const [folder, address] of Object.entries(APPLICATIONS)) if (target.startsWith(folder)) return address;
  const isPage = target.endsWith('.md') && FOLDERS.some((folder) => target.startsWith(folder.source));
  return isPage ? `/${pagePath(target)}${suffix}` : `${files}${target}${suffix}`;
}
