// `npm run site`: makes build/site, a static folder, and fails if a link or an anchor in it is broken. With --serve it
// serves the folder as well.
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { brokenLinks } from './links.mjs';
import { serve } from './serve.mjs';

const target = 'build/site';
const run = (program, ...args) => execFileSync(program, args, { stdio: 'inherit' });

run('npm', 'run', '--silent', 'build');
run('npm', 'run', '--silent', 'reference');
run('node', 'examples/playground/build.mjs');
run('npm', 'exec', '--prefix', 'site', '--', 'vitepress', 'build', 'site');
cpSync('build/playground', `${target}/playground`, { recursive: true });

const { pages, links, broken } = brokenLinks(target, process.env.SITE_BASE ?? '/');
for (const problem of broken) console.error(problem);
console.log(`${target}: ${pages} pages, ${links} links, ${broken.length} broken`);
if (broken.length > 0) process.exitCode = 1;
else if (process.argv.includes('--serve')) serve(target);
