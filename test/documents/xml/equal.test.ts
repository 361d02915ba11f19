import { describe, expect, it } from 'vitest';
import { equalXml } from '../../../src/documents/xml/equal.ts';
import { parseXml } from '../../../src/documents/xml/parse.ts';

const equal = (one: string, other: string, maxDepth = 1000): boolean =>
  equalXml(parseXml(one, { maxDepth }).document, parseXml(other, { maxDepth }).document);

describe('equalXml', () => {
  it.each([
    ['attribute order and quotes', '<a b="1" c=\'2\'/>', '<a c="2" b="1"></a>'],
    ['prefixes', '<a xmlns="urn:x"><b/></a>', '<p:a xmlns:p="urn:x" xmlns:q="urn:y"><p:b/></p:a>'],
    ['CDATA and references', '<a>x<![CDATA[&]]>y</a>', '<a>x&amp;&#121;</a>'],
    ['comments and instructions', '<a>x<!-- c -->y<?p?><b/></a>', '<a>xy<b/></a>'],
    ['white space between elements', '<a>\n <b/>\n</a>', '<a><b/></a>'],
  ])('does not count %s', (_what, one, other) => {
    expect(equal(one, other)).toBe(true);
  });

  it.each([
    ['a local name', '<a/>', '<b/>'],
    ['a namespace', '<a xmlns="urn:x"/>', '<a xmlns="urn:y"/>'],
    ['an attribute value', '<a b="1"/>', '<a b="2"/>'],
    ['an attribute namespace', '<a xmlns:p="urn:p" p:b="1"/>', '<a b="1"/>'],
    ['a missing attribute', '<a b="1"/>', '<a/>'],
    ['text', '<a>x</a>', '<a>y</a>'],
    ['white space in an element without child elements', '<a> </a>', '<a/>'],
    ['the place of text', '<a>x<b/></a>', '<a><b/>x</a>'],
    ['the order of elements', '<a><b/><c/></a>', '<a><c/><b/></a>'],
    ['a missing element', '<a><b/></a>', '<a/>'],
  ])('counts %s', (_what, one, other) => {
    expect(equal(one, other)).toBe(false);
  });

  it('works at any depth', () => {
    const deep = '<a>'.repeat(5000) + '</a>'.repeat(5000);
    expect(equal(deep, deep, 5000)).toBe(true);
  });
});
