import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig } from 'vitepress';
import { pagePath, siteLink } from './pages.ts';

const home = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(`${home}package.json`, 'utf8'));
const repository = manifest.repository.url.replace(/^git\+|\.git$/g, '');
const addresses = { homepage: manifest.homepage, files: `${repository}/blob/main/` };

/** The sidebar of the reference: site/reference/sidebar.mjs writes it with the pages. */
const referenceSidebar: DefaultTheme.SidebarItem[] = JSON.parse(
  readFileSync(`${home}build/reference/sidebar.json`, 'utf8'),
);

const guide = (text: string, name: string) => ({ text, link: `/guides/${name}` });
const recipe = (text: string, name: string) => ({ text, link: `/recipes/${name}` });

const guides: DefaultTheme.SidebarItem[] = [
  {
    text: 'Start',
    items: [
      guide('A live buddy list in ten minutes', 'start'),
      guide('Examples', 'examples'),
      guide('Which library, which server', 'comparison'),
      guide('Coming from python-xcaplib', 'migrating'),
    ],
  },
  {
    text: 'Documents',
    items: [
      guide('Selectors', 'selectors'),
      guide('Documents', 'documents'),
      guide('Presence rules', 'presence-rules'),
      guide('Call settings (Ut)', 'ut'),
      guide('Your own usage', 'your-own-usage'),
    ],
  },
  {
    text: 'Client',
    items: [
      guide('Sync and conflicts', 'sync'),
      guide('Live changes', 'live'),
      guide('Authentication and TLS', 'authentication'),
      guide('Browsers and other runtimes', 'browsers'),
      guide('Server profiles', 'profiles'),
      guide('Logs, spans, diagnostics', 'observability'),
    ],
  },
  {
    text: 'Server and command line',
    items: [
      guide('The embedded server', 'server'),
      guide('Many servers on PostgreSQL', 'postgres'),
      guide('Operation', 'operation'),
      guide('The command line', 'cli'),
    ],
  },
  {
    text: 'More',
    items: [
      guide('Troubleshooting', 'troubleshooting'),
      guide('Benchmarks', 'benchmarks'),
      guide('Architecture', 'architecture'),
    ],
  },
];

const recipes: DefaultTheme.SidebarItem[] = [
  {
    text: 'Softphones',
    items: [
      recipe('Plain page', 'plain-page'),
      recipe('React', 'react'),
      recipe('Svelte', 'svelte'),
      recipe('Electron', 'electron'),
      recipe('React Native', 'react-native'),
    ],
  },
  {
    text: 'Tests and labs',
    items: [recipe('Test your application with faults', 'test-with-faults'), recipe('Ut from a lab script', 'ut-lab')],
  },
  {
    text: 'Operation',
    items: [
      recipe('Kamailio', 'kamailio'),
      recipe('OpenXCAP', 'openxcap'),
      recipe('Move thousands of users', 'move-users'),
      guide('Coming from python-xcaplib', 'migrating'),
    ],
  },
];

/** A guide that is in no sidebar would only be found by the search. */
const listed = [...guides, ...recipes].flatMap(({ items = [] }) => items.map(({ link }) => link));
for (const file of readdirSync(`${home}docs`, { recursive: true, encoding: 'utf8' })) {
  const link = `/${pagePath(`docs/${file}`).replace(/\.md$/, '')}`;
  if (file.endsWith('.md') && !listed.includes(link))
    throw new Error(`site/.vitepress/config.ts lists no docs/${file}`);
}

export default defineConfig({
  title: 'xcap',
  description: manifest.description,
  lang: 'en',
  base: process.env['SITE_BASE'] ?? '/',
  srcDir: home,
  outDir: `${home}build/site`,
  cacheDir: `${home}.cache/site`,
  srcExclude: ['*.md', '!(docs|site|build)/**', 'build/!(reference)/**', '**/node_modules/**', 'site/.*/**'],
  rewrites: pagePath,
  // The playground is built apart. `npm run site` checks every link of the built pages.
  ignoreDeadLinks: [/^\/playground\//],
  // The index of the search, which is loaded when it is opened.
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: {
    config(md) {
      md.core.ruler.push('site-links', (state) => {
        const source = relative(home, state.env.path);
        for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.type === 'link_open' ? token.attrGet('href') : null;
          if (href !== null) token.attrSet('href', siteLink(href, source, addresses));
        }
      });
    },
  },
  themeConfig: {
    nav: [
      { text: 'Start', link: '/guides/start' },
      { text: 'Guides', link: '/guides/sync', activeMatch: '^/guides/(?!start|examples)' },
      { text: 'Recipes', link: '/recipes/plain-page', activeMatch: '^/recipes/' },
      { text: 'Reference', link: '/reference/', activeMatch: '^/reference/' },
      { text: 'Playground', link: '/playground/', target: '_self' },
    ],
    sidebar: { '/guides/': guides, '/recipes/': recipes, '/reference/': referenceSidebar },
    outline: { level: [2, 3] },
    search: {
      provider: 'local',
      options: {
        // A guide explains what a page of the reference only lists.
        miniSearch: { searchOptions: { boostDocument: (id: string) => (/\/(guides|recipes)\//.test(id) ? 3 : 1) } },
      },
    },
    socialLinks: [{ icon: 'github', link: repository }],
    footer: { message: 'Released under the MIT licence.' },
  },
});
