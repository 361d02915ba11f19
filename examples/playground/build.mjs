// Makes build/playground: a static folder that any web server can serve. With --serve it serves it here.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { rolldown } from 'rolldown';

const source = 'examples/playground';
const target = 'build/playground';

mkdirSync(target, { recursive: true });
const bundle = await rolldown({
  input: `${source}/playground.ts`,
  platform: 'browser',
  moduleTypes: { '.xml': 'text' },
  tsconfig: false,
});
await bundle.write({ file: `${target}/playground.js`, minify: true });
await bundle.close();
for (const file of ['index.html', 'style.css', 'devices.css']) copyFileSync(`${source}/${file}`, `${target}/${file}`);

if (process.argv.includes('--serve')) {
  const types = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };
  const server = createServer(({ url }, response) => {
    const name = url === '/' ? 'index.html' : (/^\/([a-z]+\.[a-z]+)/.exec(url)?.[1] ?? '');
    const type = types[extname(name)];
    if (!type) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(readFileSync(join(target, name)));
  });
  server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
}
