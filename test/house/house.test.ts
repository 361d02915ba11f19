import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { breaches } from '../support/house-rules.ts';

describe('the house rules', () => {
  it('are kept in src', () => expect(breaches('src')).toEqual([]));

  it('forbid tests that are skipped or focused permanently', () => {
    const tests = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.test(-d)?\.ts$/.test(name),
    );
    const marked = tests.filter((name) =>
      /\b(?:test|it|describe)\.(?:only|todo|fails)\b|\b(?:test|it|describe)\.skip\(/.test(
        readFileSync(join('test', name), 'utf8'),
      ),
    );
    expect(marked.filter((name) => !name.startsWith('house'))).toEqual([]);
  });
});

interface Planted {
  readonly rule: string;
  /** Text by path below the source folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly breach: string;
}

describe('the house rules report', () => {
  const planted: readonly Planted[] = [
    {
      rule: 'an import against the direction of the rooms',
      files: { 'selector/a.ts': "import { x } from '../documents/b.ts';" },
      breach: 'selector/a.ts: may not import from documents',
    },
    {
      rule: 'a server that imports the client',
      files: { 'server/a.ts': "import type { x } from '../client/b.ts';" },
      breach: 'server/a.ts: may not import from client',
    },
    {
      rule: 'a dynamic import against the direction',
      files: { 'documents/a.ts': "const x = await import('../client/b.ts');" },
      breach: 'documents/a.ts: may not import from client',
    },
    {
      rule: 'an import cycle of three files, once',
      files: {
        'client/a.ts': "import type { x } from './sync/b.ts';",
        'client/sync/b.ts': "export { x } from './c.ts';",
        'client/sync/c.ts': "const x = await import('../a.ts');",
        'client/d.ts': "import { x } from './a.ts';",
      },
      breach: 'client/a.ts: is in an import cycle with client/sync/b.ts, client/sync/c.ts',
    },
    {
      rule: 'a file that imports itself',
      files: { 'client/a.ts': "import { x } from './a.ts';" },
      breach: 'client/a.ts: is in an import cycle with itself',
    },
    {
      rule: 'two folders that import from each other',
      files: {
        'client/a/a.ts': "import { x } from '../b/c.ts';",
        'client/b/b.ts': "import { x } from '../a/c.ts';",
        'client/a/c.ts': '',
        'client/b/c.ts': '',
      },
      breach: 'client/a: imports from client/b, which imports from it',
    },
    {
      rule: 'a room that imports its own index',
      files: { 'client/sync/a.ts': "export { x } from '../index.ts';" },
      breach: "client/sync/a.ts: imports its own room's index.ts",
    },
    {
      rule: 'a Node module in a browser room',
      files: { 'documents/a.ts': "import { readFileSync } from 'node:fs';" },
      breach: 'documents/a.ts: may not import node:fs',
    },
    {
      rule: 'a package that the room may not use',
      files: { 'documents/a.ts': "import { request } from 'undici';" },
      breach: 'documents/a.ts: may not import undici',
    },
    {
      rule: 'a Node global in a browser room',
      files: { 'selector/a.ts': "export const x = Buffer.from('');" },
      breach: 'selector/a.ts: uses Buffer, which browsers lack',
    },
    {
      rule: 'an index with code in it',
      files: { 'http/index.ts': 'export const x = 1;' },
      breach: 'http/index.ts: an index.ts only re-exports',
    },
    {
      rule: 'a file that is too long',
      files: { 'http/a.ts': '\n'.repeat(401) },
      breach: 'http/a.ts: 401 lines, at most 400',
    },
    {
      rule: 'a bare error',
      files: { 'http/a.ts': "throw new Error('x');" },
      breach: 'http/a.ts: throws a bare Error; use a class of errors.ts',
    },
    {
      rule: 'the type any',
      files: { 'http/a.ts': 'export const x = (y: any) => y;' },
      breach: 'http/a.ts: uses any',
    },
    {
      rule: 'a cast without its reason',
      files: { 'http/a.ts': '\n\n\n\nexport const x = y as string;' },
      breach: 'http/a.ts: line 5: a cast without its reason',
    },
    {
      rule: 'a file name that is not kebab-case',
      files: { 'http/someThing.ts': '' },
      breach: 'http/someThing.ts: file and folder names are kebab-case',
    },
    {
      rule: 'a table that names no standard',
      files: { 'documents/usages/x/table.ts': 'export const x = 1;' },
      breach: 'documents/usages/x/table.ts: a table starts with a comment that names its standard',
    },
    {
      rule: 'a link behind @throws',
      files: { 'http/a.ts': '/** @throws {@link X} always */' },
      breach: 'http/a.ts: contains @throws {@link X}; write @throws X',
    },
  ];

  it.each(planted)('$rule', ({ files, breach }) => expect(breachesOf(files)).toEqual([breach]));

  it('nothing about files that keep them', () => {
    const files = {
      'client/a.ts':
        "import { x } from '../documents/b.ts';\n// any Error here is prose\nexport const y = x as string; // it is one\n",
      'documents/b.ts': "export { x } from './edit/c.ts';",
      'documents/edit/c.ts': "import type { y } from '../state.ts';",
      'documents/state.ts': '',
    };
    expect(breachesOf(files)).toEqual([]);
  });
});

/** Returns the breaches in a source folder that contains these files. */
function breachesOf(files: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'house-'));
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    return breaches(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
