import { describe, expectTypeOf, it } from 'vitest';
import {
  defineApplicationUsage,
  type ElementData,
  type ResourceLists,
  resourceLists,
} from '../../src/documents/index.ts';
import type { Selector } from '../../src/selector/index.ts';

const { list } = resourceLists;

describe('the compiler accepts', () => {
  it('steps, and infers the selector of the child', () => {
    expectTypeOf(list('friends').entry(1)).toEqualTypeOf<Selector<ResourceLists, 'entry'>>();
    expectTypeOf(list('a').list('b').list({ at: 1, name: 'c' })).toEqualTypeOf<Selector<ResourceLists, 'list'>>();
  });

  it('reads, and infers the data from the table', () => {
    expectTypeOf<ElementData<ResourceLists, 'entry'>>().toExtend<{
      readonly uri: string;
      readonly displayName?: { readonly text: string; readonly lang?: string };
    }>();
    const doc = resourceLists.create();
    expectTypeOf(doc.get(list(1).attr('name'))).toEqualTypeOf<string | undefined>();
    expectTypeOf(doc.get(list(1).namespaceBindings())).toEqualTypeOf<Readonly<Record<string, string>> | undefined>();
  });
});

describe('the compiler rejects', () => {
  it('a child of another element', () => {
    // @ts-expect-error an entry has no child entry
    list('a').entry(1).entry;
    // @ts-expect-error no such element
    list('a').entri;
  });

  it('an attribute of another element', () => {
    // @ts-expect-error a list has no uri
    () => list('a').attr('uri');
    // @ts-expect-error a list is not selected by uri
    () => list({ uri: 'sip:a@b' });
  });

  it('a key on an element without one', () => {
    // @ts-expect-error display-name has no key attribute
    () => list('a').displayName('x');
  });

  it('two attribute predicates, or none', () => {
    const two = defineApplicationUsage({
      auid: 'two',
      contentType: 'application/xml',
      namespaces: { '': 'urn:two' },
      root: 'r',
      elements: { r: { children: { e: '*' } }, e: { key: 'a', attributes: { a: {}, b: {} } } },
    });
    two.e({ at: 1, b: 'x' });
    // @ts-expect-error one attribute test at most (RFC 4825 section 6.3)
    () => two.e({ a: 'x', b: 'y' });
    // @ts-expect-error a position alone is written as a number
    () => two.e({ at: 1 });
  });

  it('a selector of another usage', () => {
    const other = defineApplicationUsage({
      auid: 'other',
      contentType: 'application/xml',
      namespaces: { '': 'urn:o' },
      root: 'o',
      elements: { o: { children: { list: '*' } }, list: { key: 'name', attributes: { name: {} } } },
    });
    const doc = resourceLists.create();
    // @ts-expect-error the selector belongs to another usage
    () => doc.get(other.list('x'));
  });

  it('data of another element', () => {
    const doc = resourceLists.create();
    // @ts-expect-error an entry needs its uri
    () => doc.put(list('a').entry('b'), {});
    // @ts-expect-error an entry has no name
    () => doc.put(list('a').entry('b'), { uri: 'b', name: 'x' });
  });
});

describe('the compiler rejects a table with', () => {
  const rest = { auid: 'x', contentType: 'application/xml', namespaces: { '': 'urn:x' } } as const;

  it('an unknown root', () => {
    // @ts-expect-error the root has no row
    () => defineApplicationUsage({ ...rest, root: 'nope', elements: { r: {} } });
  });

  it('a key that is not an attribute', () => {
    // @ts-expect-error the key is not one of its attributes
    () => defineApplicationUsage({ ...rest, root: 'r', elements: { r: { key: 'id', attributes: { name: {} } } } });
  });

  it('a child without a row, or with a reserved name', () => {
    // @ts-expect-error a child needs a row in elements
    () => defineApplicationUsage({ ...rest, root: 'r', elements: { r: { children: { e: '*' } } } });
    // @ts-expect-error every selector has a member called node
    () => defineApplicationUsage({ ...rest, root: 'r', elements: { r: { children: { node: '*' } }, node: {} } });
  });
});
