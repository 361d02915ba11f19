import { expect, it } from 'vitest';
import { builtInUsages } from '../../../src/documents/index.ts';
import { type CompiledElement, type CompiledUsage, compileUsage } from '../../../src/selector/compile.ts';
import type { ValueType } from '../../../src/selector/usage-table.ts';

/** Text that is not of the type; `undefined` for types that have all texts as values. */
function wrong(type: ValueType | undefined): string | undefined {
  if (type === undefined || type === 'string' || type === 'token') return undefined;
  return type === 'anyURI' ? '%' : 'a b';
}

/** Returns the rows from the root to one with this name. */
function pathTo(usage: CompiledUsage, target: CompiledElement): readonly CompiledElement[] {
  const paths: (readonly CompiledElement[])[] = [[usage.root]];
  const seen = new Set([usage.root]);
  for (const path of paths) {
    if (path.at(-1) === target) return path;
    for (const { element } of path.at(-1)?.children ?? []) {
      if (!seen.has(element)) paths.push([...path, element]);
      seen.add(element);
    }
  }
  return [];
}

interface Case {
  readonly usage: (typeof builtInUsages)[number];
  readonly path: readonly CompiledElement[];
  /** The member with the wrong value. */
  readonly member: string;
  readonly attribute?: string;
  readonly value: string;
}

const cases = builtInUsages.flatMap((usage): Case[] => {
  const compiled = compileUsage(usage.definition);
  return [...compiled.elements.values()].flatMap((row): Case[] => {
    const path = pathTo(compiled, row);
    const text = wrong(row.row.text);
    const attributes = row.attributes.flatMap(({ tableName, member, row: { type } }): Case[] => {
      const value = wrong(type);
      return value === undefined ? [] : [{ usage, path, member, attribute: tableName, value }];
    });
    return [...(text === undefined ? [] : [{ usage, path, member: 'text', value: text }]), ...attributes];
  });
});

/** Prints the elements of a path, each with a wrong value where the case has one, and a right sibling of it. */
function documentOf({ usage, path, attribute, value }: Case): string {
  const { definition } = usage;
  const declarations = Object.entries(definition.namespaces).map(
    ([prefix, uri]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${uri}"`,
  );
  const open = path.map(({ tableName }, index) => {
    const isLast = index === path.length - 1;
    const wrongAttribute = isLast && attribute !== undefined ? ` ${attribute}="${value}"` : '';
    return `<${tableName}${index === 0 ? declarations.join('') : ''}${wrongAttribute}>`;
  });
  const close = path.map(({ tableName }) => `</${tableName}>`).toReversed();
  return `${open.join('')}${attribute === undefined ? value : ''}${close.join('')}`;
}

it('finds members with simple types in every usage', () => {
  expect(new Set(cases.map(({ usage }) => usage.auid)).size).toBe(builtInUsages.length);
  expect(cases.length).toBeGreaterThan(150);
});

it.each(
  cases.map((one) => ({
    ...one,
    name: `${one.path.map(({ tableName }) => tableName).join('/')} ${one.attribute ?? 'text'}`,
  })),
)('a wrong value leaves out only itself: $usage.auid $name', (one) => {
  const text = documentOf(one);
  const document = one.usage.parse(text);
  const last = one.path.at(-1);
  const isBareValue = last?.attributes.length === 0 && last.children.length === 0;
  let data: unknown = document.get(one.usage);
  for (const [index, { member }] of one.path.entries()) {
    if (index === 0 || (isBareValue && index === one.path.length - 1)) continue;
    const below: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, member) : undefined;
    data = Array.isArray(below) ? below[0] : below;
    expect(data, `${member} is there`).toBeDefined();
  }
  expect(data).not.toHaveProperty(isBareValue ? (last?.member ?? '') : one.member);
  expect(document.toString()).toBe(text);
  expect(document.validate()).toContainEqual(
    expect.objectContaining({ rule: 'type', message: expect.stringContaining(JSON.stringify(one.value)) }),
  );
});
