import { describe, expect, it } from 'vitest';
import { applyOperations } from '../../../src/documents/edit/apply-operations.ts';
import { ConflictError } from '../../../src/documents/errors.ts';
import { presRules } from '../../../src/documents/usages/pres-rules/usage.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';

const text =
  '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="a"><entry uri="sip:e0@x"/></list></resource-lists>';
const a = resourceLists.list('a');
const entries = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ uri: `sip:e${from + index}@x` }));

describe('append of many elements', () => {
  it('is recorded as one operation that leads to the same document', () => {
    const document = resourceLists.parse(text);
    const selectors = document.append(a, { entry: entries(1, 100) });
    expect(document.changes).toMatchObject([{ method: 'PUT' }]);
    const copy = resourceLists.parse(text);
    applyOperations(copy, document.changes);
    expect(copy.toString()).toBe(document.toString());
    expect(selectors.map(String).at(-1)).toBe('/resource-lists/list[@name="a"]/entry[@uri="sip:e100@x"]');
    expect(document.validate()).toEqual([]);
  });

  it.each([
    { what: 'a key that a sibling has', added: entries(0, 100) },
    { what: 'a key twice', added: [...entries(1, 60), ...entries(60, 40)] },
  ])('refuses $what and leaves the document as it was', ({ added }) => {
    const document = resourceLists.parse(text);
    expect(() => document.append(a, { entry: added })).toThrow(ConflictError);
    expect(document.toString()).toBe(text);
    expect(document.changes).toEqual([]);
  });

  it('refuses a key that must be unique in the whole document', () => {
    const document = presRules.create();
    document.append(presRules, { rule: { id: 'r7' } });
    const before = document.toString();
    const rule = Array.from({ length: 60 }, (_, index) => ({ id: `r${index}` }));
    expect(() => document.append(presRules, { rule })).toThrow(ConflictError);
    expect(document.toString()).toBe(before);
  });

  it('keeps the numbers of child nodes up to date', () => {
    const document = resourceLists.parse(text);
    document.append(a, { entry: entries(1, 100) });
    document.update(a, { entry: entries(50, 2) });
    const { childNodes = [] } = document.element(a) ?? {};
    expect(Array.from(childNodes as Iterable<{ nodeName: string }>, ({ nodeName }) => nodeName)).toEqual([
      'entry',
      'entry',
    ]);
  });
});
