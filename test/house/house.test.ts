import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { breaches } from '../support/house-rules.ts';

describe('the house rules', () => {
  it('are kept in src', () => expect(breaches('src')).toEqual([]));

  it('no test is skipped or focused for good', () => {
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

describe('a breach is noticed', () => {
  const planted: readonly (readonly [rule: string, file: string, text: string, breach: string])[] = [
    [
      'an arrow against the direction',
      'selector/a.ts',
      "import { x } from '../documents/b.ts';",
      'may not import from documents',
    ],
    [
      'a server that imports the client',
      'server/a.ts',
      "import type { x } from '../client/b.ts';",
      'may not import from client',
    ],
    [
      'a lazy import against the direction',
      'documents/a.ts',
      "const x = await import('../client/b.ts');",
      'may not import from client',
    ],
    [
      'a room that imports its own index',
      'client/sync/a.ts',
      "export { x } from '../index.ts';",
      "imports its own room's index.ts",
    ],
    [
      'a Node module in a browser room',
      'documents/a.ts',
      "import { readFileSync } from 'node:fs';",
      'may not import node:fs',
    ],
    ['a foreign package', 'documents/a.ts', "import { request } from 'undici';", 'may not import undici'],
    [
      'a Node global in a browser room',
      'selector/a.ts',
      "export const x = Buffer.from('');",
      'uses Buffer, which browsers lack',
    ],
    ['an index with code of its own', 'http/index.ts', 'export const x = 1;', 'an index.ts only hands names on'],
    ['a file that grew too long', 'http/a.ts', '\n'.repeat(401), '401 lines, at most 400'],
    ['a bare error', 'http/a.ts', "throw new Error('x');", 'throws a bare Error; use a class of errors.ts'],
    ['any', 'http/a.ts', 'export const x = (y: any) => y;', 'uses any'],
    [
      'a cast without its reason',
      'http/a.ts',
      '\n\n\n\nexport const x = y as string;',
      'line 5: a cast without its reason',
    ],
    ['a name in another style', 'http/someThing.ts', '', 'file and folder names are kebab-case'],
    [
      'a table of nowhere',
      'documents/usages/x/table.ts',
      'export const x = 1;',
      'a table starts with the standard it is taken from',
    ],
    [
      'a link behind @throws',
      'http/a.ts',
      '/** @throws {@link X} always */',
      'says @throws {@link X}; write @throws X',
    ],
  ];

  it.each(planted)('%s', (_rule, file, text, breach) => {
    const folder = mkdtempSync(join(tmpdir(), 'house-'));
    try {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
      expect(breaches(folder)).toEqual([`${file}: ${breach}`]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('what is fine is left alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'house-'));
    try {
      mkdirSync(join(folder, 'client'));
      writeFileSync(
        join(folder, 'client/a.ts'),
        "import { x } from '../documents/b.ts';\n// any Error here is prose\nexport const y = x as string; // it is one\n",
      );
      expect(breaches(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
