import { describe, expect, it } from 'vitest';
import { parseXml } from '../../../src/documents/xml/parse.ts';
import {
  attributeValue,
  childElements,
  depthOf,
  firstElement,
  lookupNamespace,
  namespacesInScope,
  nextElement,
  parentElement,
} from '../../../src/documents/xml/walk.ts';
import { InvalidArgumentError } from '../../../src/selector/errors.ts';
import { XML_NAMESPACE } from '../../../src/selector/names.ts';

function inner() {
  const { document } = parseXml(`<a xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:p">
    <b xmlns="" xmlns:p="urn:o" k="1" p:k="2"/> text <!-- c --><p:b/><b/><c/></a>`);
  const root = document.documentElement;
  const b = root && firstElement(root);
  if (!root || !b) throw new InvalidArgumentError('the sample changed');
  return { document, root, b };
}

describe('sibling walks', () => {
  it('find elements by expanded name', () => {
    const { root } = inner();
    expect(childElements(root, { namespace: 'urn:d', local: 'b' }).map((one) => one.tagName)).toEqual(['b']);
    expect(childElements(root, { namespace: null }).map((one) => one.tagName)).toEqual(['b']);
    expect(childElements(root, { local: 'b' })).toHaveLength(3);
    expect(childElements(root)).toHaveLength(4);
  });

  it('go on to the next element of a name', () => {
    const { b } = inner();
    expect(nextElement(b, { local: 'c' })?.tagName).toBe('c');
    expect(nextElement(b)?.tagName).toBe('p:b');
    expect(nextElement(b, { local: 'z' })).toBeUndefined();
  });

  it('know parent and depth', () => {
    const { root, b } = inner();
    expect([parentElement(b), parentElement(root), depthOf(root), depthOf(b)]).toEqual([root, undefined, 1, 2]);
  });
});

describe('attributes', () => {
  it('are found by expanded name', () => {
    const { b } = inner();
    expect([attributeValue(b, null, 'k'), attributeValue(b, 'urn:o', 'k'), attributeValue(b, 'urn:p', 'k')]).toEqual([
      '1',
      '2',
      undefined,
    ]);
  });
});

describe('Namespaces in XML section 6: scope', () => {
  it('inner declarations hide outer ones, and xmlns="" undeclares', () => {
    const { root, b } = inner();
    expect(Object.fromEntries(namespacesInScope(b))).toEqual({ p: 'urn:o', q: 'urn:p' });
    expect(Object.fromEntries(namespacesInScope(root))).toEqual({ '': 'urn:d', p: 'urn:p', q: 'urn:p' });
  });

  it('looks prefixes up', () => {
    const { root, b } = inner();
    expect([
      lookupNamespace(b, ''),
      lookupNamespace(b, 'p'),
      lookupNamespace(root, ''),
      lookupNamespace(b, 'xml'),
    ]).toEqual([undefined, 'urn:o', 'urn:d', XML_NAMESPACE]);
  });
});
