// Bundles FOLDER/page.js to FOLDER/out/BUNDLER, as an application would. `vite-dev` serves it instead and prints the address.
// Usage: node tools/matrix/bundle.mjs BUNDLER FOLDER
import { copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const [bundler, folder = ''] = process.argv.slice(2);
const root = resolve(folder);
const entry = join(root, 'page.js');
const target = join(root, 'out', bundler);
mkdirSync(target, { recursive: true });
if (bundler !== 'vite-dev') copyFileSync(join(root, 'index.html'), join(target, 'index.html'));

const viteOptions = { root, configFile: false, logLevel: 'error', cacheDir: join(root, 'out/vite-cache') };

const bundlers = {
  async esbuild() {
    const { build } = await import('esbuild');
    await build({ entryPoints: [entry], bundle: true, minify: true, format: 'esm', outfile: join(target, 'page.js') });
  },
  async rolldown() {
    const { rolldown } = await import('rolldown');
    const build = await rolldown({ input: entry, cwd: root, platform: 'browser', logLevel: 'silent' });
    await build.write({ file: join(target, 'page.js'), minify: true });
    await build.close();
  },
  async vite() {
    const { build } = await import('vite');
    await build({ ...viteOptions, build: { outDir: target, emptyOutDir: true, assetsDir: '' } });
  },
  async 'vite-dev'() {
    const { createServer } = await import('vite');
    const server = await createServer({ ...viteOptions, server: { host: '127.0.0.1', port: 0 } });
    await server.listen();
    console.log(server.resolvedUrls?.local[0]);
  },
  async webpack() {
    const { default: webpack } = await import('webpack');
    const options = { mode: 'production', context: root, entry, output: { path: target, filename: 'page.js' } };
    await new Promise((done, fail) => {
      webpack(options, (error, stats) => {
        if (error || stats?.hasErrors()) fail(error ?? new Error(stats?.toString('errors-only')));
        else done(undefined);
      });
    });
  },
};

await bundlers[bundler]();
