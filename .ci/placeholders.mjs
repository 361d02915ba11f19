// Fails if package.json, the README or a guide still has the placeholder for the owner of the repository. npm runs this
// before it publishes.
import { readdirSync, readFileSync } from 'node:fs';

const guides = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
const files = ['package.json', 'README.md', ...guides.map((name) => `docs/${name}`)];
const left = files.filter((file) => /github\.com\/OWNER|OWNER\.github\.io/.test(readFileSync(file, 'utf8')));
if (left.length > 0 && process.env.npm_config_dry_run !== 'true') {
  console.error(`not published: replace OWNER by the owner of the repository in ${left.join(', ')}`);
  process.exitCode = 1;
}
