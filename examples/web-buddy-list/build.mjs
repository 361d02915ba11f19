// Makes build/web-buddy-list: a static folder that any web server can serve. With --serve it serves it here, beside an XCAP
// server in memory, with a buddy list of sip:alice@example.com (password: secret).
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { rolldown } from 'rolldown';

const source = 'examples/web-buddy-list';
const target = 'build/web-buddy-list';

mkdirSync(target, { recursive: true });
const bundle = await rolldown({ input: `${source}/app.ts`, platform: 'browser', tsconfig: false });
await bundle.write({ file: `${target}/app.js`, minify: true });
await bundle.close();
for (const file of ['index.html', 'style.css']) copyFileSync(`${source}/${file}`, `${target}/${file}`);

if (process.argv.includes('--serve')) {
  const types = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };
  const site = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const name = pathname === '/' ? 'index.html' : (/^\/([a-z]+\.[a-z]+)/.exec(pathname)?.[1] ?? '');
    const type = types[extname(name)];
    if (!type) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(readFileSync(join(target, name)));
  });
  site.listen(0, '127.0.0.1', async () => {
    const { createXcapServer } = await import('xcap/server');
    const origin = `http://127.0.0.1:${site.address().port}`;
    const user = 'sip:alice@example.com';
    const { root } = await createXcapServer({ users: { [user]: 'secret' }, cors: [origin] });
    console.log(`${origin}/#${new URLSearchParams({ root, user })}   (password: secret)`);
  });
}
