import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diff } from '../../../src/documents/diff/diff.ts';
import { applyOperations } from '../../../src/documents/edit/apply-operations.ts';
import { parseDocument } from '../../../src/documents/usage.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { anyLists, validLists } from '../support/random-lists.ts';

const RL = 'urn:ietf:params:xml:ns:resource-lists';
const lists = (content: string) => resourceLists.parse(`<resource-lists xmlns="${RL}">${content}</resource-lists>`);
const entry = (uri: string, name = uri) => `<entry uri="${uri}"><display-name>${name}</display-name></entry>`;
const friends = (...entries: readonly string[]) => lists(`<list name="friends">${entries.join('')}</list>`);
const plan = (before: ReturnType<typeof lists>, after: ReturnType<typeof lists>) =>
  diff(before, after).map(({ method, selector, body }) => [
    method,
    String(selector),
    ...(body === undefined ? [] : [body]),
  ]);
const people = Array.from({ length: 50 }, (_, index) => entry(`sip:u${index}@x`));

describe('diff: few and short operations', () => {
  it('is empty for documents that say the same', () => {
    const before = lists('<list name="a"><entry uri="x" /></list>');
    expect(diff(before, lists('\n <list name="a">\n<!--c--><entry uri=\'x\'></entry></list>'))).toEqual([]);
  });

  it('puts one added entry by its key at the end', () => {
    expect(plan(friends(...people), friends(...people, entry('new')))).toEqual([
      ['PUT', '/resource-lists/list[@name="friends"]/entry[@uri="new"]', entry('new')],
    ]);
  });

  it('puts one added entry by position and key in the middle', () => {
    expect(plan(friends(...people), friends(...people.toSpliced(3, 0, entry('new'))))).toEqual([
      ['PUT', '/resource-lists/list[@name="friends"]/entry[4][@uri="new"]', entry('new')],
    ]);
  });

  it('deletes one removed entry by its key', () => {
    expect(plan(friends(...people), friends(...people.toSpliced(3, 1)))).toEqual([
      ['DELETE', '/resource-lists/list[@name="friends"]/entry[@uri="sip:u3@x"]'],
    ]);
  });

  it('puts a changed display-name alone', () => {
    expect(plan(friends(...people), friends(...people.with(3, entry('sip:u3@x', 'Carol'))))).toEqual([
      [
        'PUT',
        '/resource-lists/list[@name="friends"]/entry[@uri="sip:u3@x"]/display-name',
        '<display-name>Carol</display-name>',
      ],
    ]);
  });

  it('moves an entry by a DELETE and a PUT', () => {
    const [first = '', ...rest] = people;
    expect(plan(friends(...people), friends(...rest, first)).map(([method]) => method)).toEqual(['DELETE', 'PUT']);
  });

  it('renames a big list through its attribute', () => {
    const renamed = lists(`<list name="pals">${people.join('')}</list>`);
    expect(plan(friends(...people), renamed)).toEqual([['PUT', '/resource-lists/list/@name', 'pals']]);
  });

  it('replaces an entry with another key by position', () => {
    expect(plan(friends(...people), friends(...people.with(3, entry('new'))))).toEqual([
      ['PUT', '/resource-lists/list[@name="friends"]/entry[4]', entry('new')],
    ]);
  });

  it('puts an element that nothing can tell from its successor in the place of that one, and the successor again', () => {
    const name = '<display-name>Friends</display-name>';
    expect(plan(friends(...people), friends(name, ...people)).map(([method, selector]) => [method, selector])).toEqual([
      ['PUT', '/resource-lists/list[@name="friends"]/*[1]'],
      ['PUT', '/resource-lists/list[@name="friends"]/entry[1][@uri="sip:u0@x"]'],
    ]);
  });

  it('reaches an element in no namespace by its position alone', () => {
    const before = lists('<list name="a"><entry uri="u"/><x xmlns="" v="1"/><entry uri="w"/></list>');
    const after = lists('<list name="a"><entry uri="u"/><x xmlns="" v="2"/><entry uri="w"/></list>');
    expect(plan(before, after)).toEqual([['PUT', '/resource-lists/list[@name="a"]/*[2]/@v', '2']]);
  });

  it('takes prefixes along that the other document binds otherwise', () => {
    const before = resourceLists.parse(`<resource-lists xmlns="${RL}" xmlns:p="urn:other"/>`);
    const after = resourceLists.parse(`<r:resource-lists xmlns:r="${RL}" xmlns:p="urn:p"><p:x/></r:resource-lists>`);
    expect(plan(before, after)).toEqual([['PUT', '/resource-lists/ns1:x?xmlns(ns1=urn:p)', '<p:x xmlns:p="urn:p"/>']]);
  });

  it('puts the root where the roots differ', () => {
    expect(diff(parseDocument('<a/>'), parseDocument('<b/>')).map(({ selector }) => String(selector))).toEqual(['/*']);
  });

  it('is short for one change among 2,000 entries', () => {
    const many = Array.from({ length: 2000 }, (_, index) => entry(`sip:u${index}@x`));
    const operations = diff(friends(...many), friends(...many.toSpliced(1000, 0, entry('new'))));
    expect(operations.map(({ body }) => body)).toEqual([entry('new')]);
  });
});

describe('diff, then apply', () => {
  const leads = (before: string, after: string): void => {
    const [one, other] = [resourceLists.parse(before), resourceLists.parse(after)];
    applyOperations(one, diff(one, other));
    expect(one.equals(other), one.toString()).toBe(true);
    expect(diff(one, other)).toEqual([]);
  };

  it('gives the later document, whatever the two are', () => {
    fc.assert(fc.property(anyLists, anyLists, leads), { numRuns: 1500 });
  });

  it('gives the later document with every key unique on the way', () => {
    fc.assert(
      fc.property(validLists, validLists, (before, after) => {
        const [one, other] = [resourceLists.parse(before), resourceLists.parse(after)];
        for (const { method, selector, body } of diff(one, other))
          if (method === 'PUT') one.put(selector, body);
          else one.delete(selector);
        expect(one.equals(other), one.toString()).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('works without a usage', () => {
    fc.assert(
      fc.property(anyLists, anyLists, (before, after) => {
        const [one, other] = [before, after].map((xml) => parseDocument(xml, { defaultNamespace: RL }));
        if (!one || !other) return;
        applyOperations(one, diff(one, other));
        expect(one.equals(other), one.toString()).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('applyOperations', () => {
  it('leaves the document as it was when one operation cannot be done', () => {
    const document = friends(...people);
    const former = document.toString();
    const operations = diff(document, friends(...people.slice(5), entry('new')));
    const missing = { method: 'DELETE', selector: resourceLists.list('nobody') } as const;
    expect(() => applyOperations(document, [...operations, missing as never])).toThrow(/nobody/);
    expect(document.toString()).toBe(former);
    expect(document.changes).toEqual([]);
  });
});
