import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../src/documents/index.ts';
import { parseSelector } from '../../../src/selector/index.ts';

const namespaces = { p: 'urn:p', q: 'urn:q' };
const getting = (document: string, selector: string, defaultNamespace: string | null = null) =>
  parseDocument(document, { defaultNamespace }).xml(parseSelector(selector, { defaultNamespace, namespaces }));

describe('evaluation (RFC 4825 section 6.3)', () => {
  const mixed = '<t>x<a i="1"/>y<b i="1"/><!--c--><a i="2"/><?p?><p:a xmlns:p="urn:p" i="2"/></t>';

  it.each([
    ['the root', '<t/>', 't', '<t/>'],
    ['the root by *', '<t/>', '*', '<t/>'],
    ['the root by position 1', '<t/>', 't[1]', '<t/>'],
    ['the root by attribute', '<t k="v"/>', 't[@k="v"]', '<t k="v"/>'],
    ['a position counts the elements that match the name', mixed, 't/a[2]', '<a i="2"/>'],
    ['a position behind * counts all elements, but no text, comment or instruction', mixed, 't/*[3]', '<a i="2"/>'],
    ['the position filters before the attribute', mixed, 't/a[2][@i="2"]', '<a i="2"/>'],
    ['an attribute test behind *', mixed, 't/*[3][@i="2"]', '<a i="2"/>'],
    ['leading zeros do not count', mixed, 't/a[002]', '<a i="2"/>'],
    ['names are compared by namespace', mixed, 't/p:a', '<p:a xmlns:p="urn:p" i="2"/>'],
    ['an attribute', mixed, 't/a[2]/@i', '"2"'],
    ['an attribute with every escape', "<t k='&quot;&lt;&amp;&#9;'/>", 't/@k', '"&quot;&lt;&amp;&#9;"'],
    [
      'an attribute test compares values, not spellings',
      '<t><a k="&#x41;&amp;"/></t>',
      't/a[@k="A&amp;"]',
      '<a k="&#x41;&amp;"/>',
    ],
    ['an empty value', '<t><a k=""/></t>', 't/a[@k=""]', '<a k=""/>'],
    ['an attribute of a namespace', '<t xmlns:x="urn:q"><a x:k="1" k="2"/></t>', 't/a[@q:k="1"]', '<a x:k="1" k="2"/>'],
    [
      'text and comments inside are returned as they are',
      '<t><a>x<!--c--><![CDATA[<]]>&#65;</a></t>',
      't/a',
      '<a>x<!--c--><![CDATA[<]]>&#65;</a>',
    ],
  ])('selects %s', (_, document, selector, expected) => {
    expect(getting(document, selector)).toBe(expected);
  });

  it.each([
    ['a second root', '<t/>', 't[2]'],
    ['position 0', mixed, 't/a[0]'],
    ['a position beyond the last', mixed, 't/a[3]'],
    ['an attribute test that the element at the position fails', mixed, 't/a[1][@i="2"]'],
    ['several elements', mixed, 't/a'],
    ['several elements by attribute', mixed, 't/*[@i="1"]'],
    ['a middle step with several matches, only one of which goes on', '<t><a/><a><b/></a></t>', 't/a/b'],
    ['an unprefixed name where elements have a namespace', '<t xmlns="urn:d"/>', 't'],
    [
      'an unprefixed attribute test where the attribute has a namespace',
      '<t xmlns:x="urn:q"><a x:k="1"/></t>',
      't/a[@k="1"]',
    ],
    ['another spelling in case', '<t><A/></t>', 't/a'],
    ['a namespace declaration as an attribute', '<t xmlns="" xmlns:x="urn:x"/>', 't/@xmlns'],
    ['a missing attribute', mixed, 't/b/@k'],
  ])('does not select %s', (_, document, selector) => {
    expect(getting(document, selector)).toBeUndefined();
  });

  it('gives unprefixed elements the default document namespace, whatever the document declares', () => {
    expect(getting('<x:t xmlns:x="urn:d"><x:a/></x:t>', 't/a', 'urn:d')).toBe('<x:a/>');
  });

  it('gives unprefixed attributes no namespace, even with a default document namespace', () => {
    expect(getting('<t xmlns="urn:d"><a k="1"/></t>', 't/a[@k="1"]', 'urn:d')).toBe('<a k="1"/>');
  });
});
