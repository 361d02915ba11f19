import { existsSync, mkdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { beforeAll, describe, expect, it } from 'vitest';
import * as xcap from '../../src/index.ts';

type ErrorClass = new (...parameters: unknown[]) => xcap.XcapError;

/** The error classes among exports, sorted by the names under which they are exported. */
const errorClasses = (exports: object): [name: string, ErrorClass][] =>
  Object.entries(exports)
    .filter(([name]) => /^[A-Z]\w*Error$/.test(name) && name !== 'XcapError')
    .sort(([one], [other]) => (one < other ? -1 : 1));

const create = (name: string, Class: ErrorClass): xcap.XcapError =>
  new Class(name === 'ValidationError' ? [] : 'somewhere', []);

describe.skipIf(!existsSync('dist/index.js'))('a minified bundle', () => {
  let minified: [name: string, ErrorClass][];

  beforeAll(async () => {
    const file = 'build/minified/xcap.mjs';
    mkdirSync('build/minified', { recursive: true });
    const build = await rolldown({ input: 'dist/index.js', platform: 'browser', logLevel: 'silent' });
    await build.write({ file, minify: true });
    await build.close();
    minified = errorClasses(await import(pathToFileURL(file).href));
  }, 60_000);

  it('renames the classes of errors', () =>
    expect(minified.filter(([name, Class]) => Class.name !== name).length).toBeGreaterThan(20));

  it('keeps the name and the code of each error', () => {
    const facts = (classes: typeof minified) =>
      classes.map(([exported, Class]) => {
        const { name, code } = create(exported, Class);
        return { exported, name, code };
      });
    expect(facts(minified)).toEqual(facts(errorClasses(xcap)));
    for (const { exported, name, code } of facts(minified)) {
      expect(name).toBe(exported);
      expect(code).toMatch(/^[a-z-]+$/);
    }
  });
});
