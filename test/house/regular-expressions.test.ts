import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSync } from 'recheck';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, it } from 'vitest';

/**
 * Text of others reaches nearly every expression, so none may take more than linear time. `recheck` proves that or
 * gives an attack; where an expression fails, scan the text by hand (see src/documents/xml/scan.ts).
 */

interface Found {
  readonly place: string;
  /** `undefined` for an expression that is put together at run time. */
  readonly literal: { readonly pattern: string; readonly flags: string } | undefined;
}

function expressionsIn(text: string, file: string): Found[] {
  const found: Found[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const each of node) visit(each);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    // The nodes of an ESTree are plain objects.
    const { type, regex, callee, start } = node as Record<string, unknown>;
    const place = () => `${file}:${text.slice(0, Number(start)).split('\n').length}`;
    if (type === 'Literal' && regex) found.push({ place: place(), literal: regex as NonNullable<Found['literal']> });
    const isRegExp = typeof callee === 'object' && callee !== null && 'name' in callee && callee.name === 'RegExp';
    if (isRegExp) found.push({ place: place(), literal: undefined });
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(text, { lang: 'ts' }));
  return found;
}

const attacks = (found: readonly Found[]): string[] =>
  found.flatMap(({ place, literal }) => {
    if (!literal) return [`${place}: an expression put together at run time`];
    // The seed is for lookaround and back references, which cannot be proven and are attacked with random text.
    const checked = checkSync(literal.pattern, literal.flags, { timeout: 60_000, randomSeed: 1 });
    return checked.status === 'safe' ? [] : [`${place}: /${literal.pattern}/ is ${checked.status}`];
  });

describe('regular expressions in src', () => {
  /** Made of the constants beside them, which are checked as the literals they could be. */
  const CONSTANT = ['selector/names.ts:7', 'selector/names.ts:8'];

  it('take linear time on any text', { timeout: 300_000 }, () => {
    const found = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => expressionsIn(readFileSync(join('src', name), 'utf8'), name.replaceAll('\\', '/')));
    expect(found.length).toBeGreaterThan(200);
    expect(attacks(found.filter(({ place }) => !CONSTANT.includes(place)))).toEqual([]);
  });

  it.each([
    ['a quantifier that starts anywhere', 'text.search(/\\s*$/);'],
    ['two quantifiers that share characters', 'text.match(/^a*a*$/);'],
    ['nested quantifiers', 'text.match(/^(?:a+)+$/);'],
    ['an expression put together at run time', 'new RegExp(name);'],
  ])('reports %s', (_, code) => {
    expect(attacks(expressionsIn(code, 'a.ts'))).toHaveLength(1);
  });
});
