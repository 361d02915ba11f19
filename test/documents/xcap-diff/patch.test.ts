import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PatchError } from '../../../src/documents/errors.ts';
import { parseDocument } from '../../../src/documents/usage.ts';
import { applyPatch } from '../../../src/documents/xcap-diff/apply-patch.ts';
import { documentAction } from '../../../src/documents/xcap-diff/read.ts';

const T = '<t>\n <a k="1">one</a>\n <b/>\n</t>';
const patched = (xml: string, operations: string, namespaces: Record<string, string> = {}): string => {
  const document = parseDocument(xml);
  applyPatch(document, operations, { namespaces });
  return document.toString();
};
const refused = (xml: string, operations: string, namespaces: Record<string, string> = {}): string => {
  const document = parseDocument(xml);
  try {
    applyPatch(document, operations, { namespaces });
  } catch (error) {
    expect(error).toBeInstanceOf(PatchError);
    expect(document.toString()).toBe(xml);
    expect(document.changes).toEqual([]);
    return error instanceof PatchError ? error.condition : '';
  }
  return `applied: ${document}`;
};

interface Case {
  readonly id: string;
  readonly category: string;
  readonly document: string;
  readonly element: string;
  readonly namespacesOfDiff: Record<string, string>;
  readonly operations: readonly string[];
  readonly expect: { readonly document?: string; readonly error?: string };
  readonly expected: string;
}
const file = new URL('../../conformance/conformance-sample.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] }; // the file's own format

describe('conformance cases', () => {
  it.each(cases.filter(({ category }) => category === 'patch-apply'))('$id', (one) => {
    const operations = one.operations.join('');
    if (one.expect.error) expect(refused(one.document, operations, one.namespacesOfDiff)).toBe(one.expect.error);
    else expect(patched(one.document, operations, one.namespacesOfDiff)).toBe(one.expect.document);
  });

  it.each(cases.filter(({ category }) => category === 'xcap-diff-document'))('$id', ({ element, expected }) => {
    expect(documentAction(element).kind).toBe(expected);
  });
});

describe('add (RFC 5261 section 4.3)', () => {
  it.each([
    ['appends children', T, '<add sel="t"><c/></add>', '<t>\n <a k="1">one</a>\n <b/>\n<c/></t>'],
    ['takes a leading slash', T, '<add sel="/t/b"><c/></add>', '<t>\n <a k="1">one</a>\n <b><c/></b>\n</t>'],
    ['puts content before', T, '<add sel="t/b" pos="before"><c/>x</add>', '<t>\n <a k="1">one</a>\n <c/>x<b/>\n</t>'],
    [
      'puts content after',
      T,
      '<add sel="t/a[@k=\'1\']" pos="after"><c/></add>',
      '<t>\n <a k="1">one</a><c/>\n <b/>\n</t>',
    ],
    ['puts content first', T, '<add sel="*/*[1]" pos="prepend">x</add>', '<t>\n <a k="1">xone</a>\n <b/>\n</t>'],
    [
      'adds an attribute',
      T,
      '<add sel="t/b" type="@q">1 &lt; "2"</add>',
      T.replace('<b/>', '<b q="1 &lt; &quot;2&quot;"/>'),
    ],
    ['binds a prefix', T, '<add sel="t" type="namespace::p">urn:p</add>', T.replace('<t>', '<t xmlns:p="urn:p">')],
    ['stands beside text', '<t>x</t>', '<add sel="t/text()" pos="after"><a/></add>', '<t>x<a/></t>'],
    [
      'stands beside a comment',
      '<t><!--c--><a/></t>',
      '<add sel="t/comment()" pos="before"><b/></add>',
      '<t><b/><!--c--><a/></t>',
    ],
    ['adds comments and instructions', '<t/>', '<add sel="t"><!--c--><?p i?></add>', '<t><!--c--><?p i?></t>'],
    [
      'adds a comment before the root',
      '<?xml version="1.0"?>\n<!--a-->\n<t/>\n',
      '<add sel="t" pos="before"><!--b--></add>',
      '<?xml version="1.0"?>\n<!--a-->\n<!--b--><t/>\n',
    ],
    [
      'adds an instruction after the root',
      '<t/>\n<!--z-->',
      '<add sel="t" pos="after"><?p?></add>',
      '<t/>\n<?p?><!--z-->',
    ],
    [
      'works on what the operation before left',
      '<t/>',
      '<add sel="t"><a/></add><add sel="t/a"><b/></add>',
      '<t><a><b/></a></t>',
    ],
    ['keeps a CDATA section', '<t/>', '<add sel="t"><![CDATA[<&]]></add>', '<t><![CDATA[<&]]></t>'],
  ])('%s', (_, xml, operations, wanted) => {
    expect(patched(xml, operations)).toBe(wanted);
  });

  it.each([
    ['a second root element', '<add sel="t" pos="after"><u/></add>', 'invalid-root-element-operation'],
    ['text beside the root', '<add sel="t" pos="before">x</add>', 'invalid-xml-prolog-operation'],
    ['children of text', '<add sel="t/a/text()"><u/></add>', 'invalid-node-types'],
    ['an attribute that is there', '<add sel="t/a" type="@k">2</add>', 'invalid-patch-directive'],
    ['an attribute with a CDATA section', '<add sel="t/a" type="@q"><![CDATA[x]]></add>', 'invalid-attribute-value'],
    ['an attribute with elements for a value', '<add sel="t/a" type="@q"><u/></add>', 'invalid-node-types'],
    ['an attribute to an attribute', '<add sel="t/a/@k">1</add>', 'invalid-attribute-value'],
    ['a place that does not exist', '<add sel="t" pos="middle"><u/></add>', 'invalid-attribute-value'],
    ['a type that is none', '<add sel="t" type="q">1</add>', 'invalid-attribute-value'],
    ['an attribute with an unbound prefix', '<add sel="t" type="@p:q">1</add>', 'invalid-namespace-prefix'],
    ['a prefix bound to nothing', '<add sel="t" type="namespace::p"/>', 'invalid-namespace-uri'],
  ])('refuses %s', (_, operation, condition) => {
    expect(refused(T, operation)).toBe(condition);
  });
});

describe('replace (RFC 5261 section 4.4)', () => {
  it.each([
    ['an element', T, '<replace sel="t/b"><c x="1"/></replace>', T.replace('<b/>', '<c x="1"/>')],
    [
      'an element with white space around the new one',
      T,
      '<replace sel="t/b">\n <c/>\n</replace>',
      T.replace('<b/>', '<c/>'),
    ],
    ['the root element', '<!--h--><t/>', '<replace sel="t"><u/></replace>', '<!--h--><u/>'],
    ['an attribute', T, '<replace sel="t/a/@k">2</replace>', T.replace('k="1"', 'k="2"')],
    ['an attribute by nothing', T, '<replace sel="t/a/@k"/>', T.replace('k="1"', 'k=""')],
    ['a text', T, '<replace sel="t/a/text()">two</replace>', T.replace('one', 'two')],
    ['a text by nothing', T, '<replace sel="t/a/text()[1]"/>', T.replace('one', '')],
    ['text and CDATA as one', '<t>a<![CDATA[b]]>c</t>', '<replace sel="t/text()">x</replace>', '<t>x</t>'],
    [
      'a comment',
      '<t><!--a--><!--b--></t>',
      '<replace sel="t/comment()[2]"><!--c--></replace>',
      '<t><!--a--><!--c--></t>',
    ],
    [
      'an instruction',
      '<t><?p a?><?q b?></t>',
      '<replace sel="t/processing-instruction(\'q\')"><?r c?></replace>',
      '<t><?p a?><?r c?></t>',
    ],
    ['a comment before the root', '<!--a-->\n<t/>', '<replace sel="comment()"><!--b--></replace>', '<!--b-->\n<t/>'],
    [
      'a namespace',
      '<t xmlns:p="urn:a"><p:a/></t>',
      '<replace sel="t/namespace::p">urn:b</replace>',
      '<t xmlns:p="urn:b"><p:a/></t>',
    ],
  ])('exchanges %s', (_, xml, operation, wanted) => {
    expect(patched(xml, operation)).toBe(wanted);
  });

  it('moves names below a replaced namespace into the new one', () => {
    const document = parseDocument('<t xmlns:p="urn:a"><p:a/></t>');
    applyPatch(document, '<replace sel="t/namespace::p">urn:b</replace><add sel="t/q:a"><x/></add>', {
      namespaces: { q: 'urn:b' },
    });
    expect(document.toString()).toBe('<t xmlns:p="urn:b"><p:a><x/></p:a></t>');
  });

  it.each([
    ['an element by text', '<replace sel="t/b">x</replace>', 'invalid-node-types'],
    ['an element by two', '<replace sel="t/b"><c/><c/></replace>', 'invalid-node-types'],
    ['an element by nothing', '<replace sel="t/b"/>', 'invalid-node-types'],
    ['a text by an element', '<replace sel="t/a/text()"><c/></replace>', 'invalid-node-types'],
    ['an attribute by an element', '<replace sel="t/a/@k"><c/></replace>', 'invalid-node-types'],
    ['what is not there', '<replace sel="t/a/@z">1</replace>', 'unlocated-node'],
    ['a prefix that is not bound there', '<replace sel="t/namespace::p">urn:p</replace>', 'unlocated-node'],
  ])('refuses to exchange %s', (_, operation, condition) => {
    expect(refused(T, operation)).toBe(condition);
  });
});

describe('remove (RFC 5261 section 4.5)', () => {
  it.each([
    ['an element', T, '<remove sel="t/a"/>', '<t>\n \n <b/>\n</t>'],
    ['an element and the white space before it', T, '<remove sel="t/a" ws="before"/>', '<t>\n <b/>\n</t>'],
    ['an element and the white space behind it', T, '<remove sel="t/b" ws="after"/>', '<t>\n <a k="1">one</a>\n </t>'],
    ['an attribute', T, '<remove sel="t/a/@k"/>', T.replace(' k="1"', '')],
    ['a text', T, '<remove sel="t/a/text()"/>', T.replace('one', '')],
    ['a comment', '<t><!--a--> <b/></t>', '<remove sel="t/comment()[1]" ws="after"/>', '<t><b/></t>'],
    [
      'an instruction before the root',
      '<?xml version="1.0"?><?p?><!--c--><t/>',
      '<remove sel="processing-instruction()"/>',
      '<?xml version="1.0"?><!--c--><t/>',
    ],
    ['a namespace that nothing uses', '<t xmlns:p="urn:p"/>', '<remove sel="t/namespace::p"/>', '<t/>'],
    [
      'text on both sides becomes one text',
      '<t>a<b/>c</t>',
      '<remove sel="t/b"/><replace sel="t/text()">x</replace>',
      '<t>x</t>',
    ],
  ])('takes %s', (_, xml, operation, wanted) => {
    expect(patched(xml, operation)).toBe(wanted);
  });

  it.each([
    ['the root element', T, '<remove sel="t"/>', 'invalid-root-element-operation'],
    ['white space that is not there', '<t><a/></t>', '<remove sel="t/a" ws="before"/>', 'invalid-whitespace-directive'],
    ['white space that is text', '<t>x<a/></t>', '<remove sel="t/a" ws="before"/>', 'invalid-whitespace-directive'],
    ['white space beside an attribute', T, '<remove sel="t/a/@k" ws="before"/>', 'invalid-whitespace-directive'],
    [
      'a namespace in use',
      '<t xmlns:p="urn:p"><p:a/></t>',
      '<remove sel="t/namespace::p"/>',
      'invalid-namespace-prefix',
    ],
    ['what matches twice', '<t><a/><a/></t>', '<remove sel="t/a"/>', 'unlocated-node'],
    ['what matches nothing', T, '<remove sel="t/z"/>', 'unlocated-node'],
    ['by an ID where nothing has one', T, '<remove sel="id(\'x\')"/>', 'unsupported-id-function'],
    ['with content', T, '<remove sel="t/a">x</remove>', 'invalid-diff-format'],
    ['by a selector that is none', T, '<remove sel="t//a"/>', 'invalid-attribute-value'],
    ['by position 0', T, '<remove sel="t/a[0]"/>', 'unlocated-node'],
    [
      'by an instruction that no name can be',
      T,
      '<remove sel="processing-instruction(\'a b\')"/>',
      'invalid-attribute-value',
    ],
    ['by a function', T, '<remove sel="t/a[last()]"/>', 'invalid-attribute-value'],
    ['by an unbound prefix', T, '<remove sel="p:t"/>', 'invalid-namespace-prefix'],
  ])('refuses to take %s', (_, xml, operation, condition) => {
    expect(refused(xml, operation)).toBe(condition);
  });
});

describe('sel (RFC 5261 section 4.1)', () => {
  const rows = '<t><a k="1" q="x"><n>1</n></a><a k="2" q="x"><n>2</n>!</a><b q="x"/></t>';
  it.each([
    ["t/a[@k='2']"],
    ['t/a[@q="x"][2]'],
    ["t/a[2][@q='x']"],
    ["t/*[@q='x'][2]"],
    ["t/a[.='2!']"],
    ["t/a[n='2']"],
    ['*/*[2]'],
    ["/t/a[ @k = '2' ]"],
  ])('%s finds the second a', (sel) => {
    expect(patched(rows, `<add sel="${sel.replaceAll('"', '&quot;')}" type="@hit">1</add>`)).toBe(
      rows.replace('k="2" q="x"', 'k="2" q="x" hit="1"'),
    );
  });

  it('starts at an element with an xml:id', () => {
    expect(patched('<t><a xml:id="x"><b/></a></t>', '<remove sel="id(\'x\')/b"/>')).toBe('<t><a xml:id="x"></a></t>');
  });

  it('uses the default namespace of the diff for unprefixed elements, and none for attributes', () => {
    const xml = '<p:t xmlns:p="urn:d"><p:a k="1"/></p:t>';
    expect(patched(xml, '<remove sel="t/a[@k=\'1\']/@k"/>', { '': 'urn:d' })).toBe('<p:t xmlns:p="urn:d"><p:a/></p:t>');
    expect(refused(xml, '<remove sel="t/a"/>')).toBe('unlocated-node');
  });
});

describe('namespaces of added content (RFC 5261 section 4.2.3)', () => {
  it.each([
    ['the same prefix', '<t xmlns:p="urn:p" xmlns:q="urn:p"/>', { q: 'urn:p' }, '<add sel="t"><q:a/></add>', '<q:a/>'],
    [
      'the prefix of the selected element',
      '<z:t xmlns:b="urn:p" xmlns:z="urn:p"/>',
      { a: 'urn:p' },
      '<add sel="*"><a:a/></add>',
      '<z:a/>',
    ],
    [
      'the last prefix before it in alphabetical order',
      '<t xmlns:x="urn:p" xmlns:y="urn:p"/>',
      { xx: 'urn:p' },
      '<add sel="t"><xx:a/></add>',
      '<x:a/>',
    ],
    [
      'the first prefix if none is before it',
      '<t xmlns:x="urn:p" xmlns:y="urn:p"/>',
      { a: 'urn:p' },
      '<add sel="t"><a:a/></add>',
      '<x:a/>',
    ],
    [
      'the prefix of the parent, although the default namespace would do',
      '<t xmlns="" xmlns:y="urn:p"><u xmlns="urn:p"><y:v/></u></t>',
      { a: 'urn:p' },
      '<add sel="t/a:u/a:v"><a:w/></add>',
      '<y:w/>',
    ],
    [
      'the default namespace, which is before every prefix',
      '<t xmlns="urn:p" xmlns:y="urn:p"><q:u xmlns:q="urn:q"/></t>',
      { a: 'urn:p', q: 'urn:q' },
      '<add sel="a:t/q:u"><a:w/></add>',
      '<w/>',
    ],
    [
      'the prefix of the parent, not of the replaced element',
      '<b:t xmlns:b="urn:p" xmlns:z="urn:p"><z:u/></b:t>',
      { a: 'urn:p' },
      '<replace sel="a:t/a:u"><a:w/></replace>',
      '<b:w/>',
    ],
    [
      'the prefix of the parent, not of the element beside it',
      '<b:t xmlns:b="urn:p" xmlns:z="urn:p"><z:u/></b:t>',
      { a: 'urn:p' },
      '<add sel="a:t/a:u" pos="after"><a:w/></add>',
      '<b:w/>',
    ],
    ['the default namespace', '<t xmlns="urn:p"/>', { c: 'urn:p' }, '<add sel="c:t"><c:a/></add>', '<a/>'],
    ['its own declarations', '<t/>', {}, '<add sel="t"><p:a xmlns:p="urn:p"/></add>', '<p:a xmlns:p="urn:p"/>'],
    [
      'no namespace below a default one',
      '<t xmlns="urn:p"/>',
      { c: 'urn:p' },
      '<add sel="c:t"><a/></add>',
      '<a xmlns=""/>',
    ],
  ])('uses %s', (_, xml, namespaces, operation, wanted) => {
    expect(patched(xml, operation, namespaces as Record<string, string>)).toContain(`>${wanted}</`);
  });

  it.each([
    { rule: 'the same prefix', type: '@q:k', element: '<p:t xmlns:p="urn:p" xmlns:q="urn:p"/>', wanted: 'q:k' },
    {
      rule: 'the prefix of its element',
      type: '@a:k',
      element: '<p:t xmlns:b="urn:p" xmlns:p="urn:p"/>',
      wanted: 'p:k',
    },
    { rule: 'the last prefix before it', type: '@a:k', element: '<t xmlns="urn:p" xmlns:b="urn:p"/>', wanted: 'b:k' },
  ])('gives an attribute $rule', ({ type, element, wanted }) => {
    expect(patched(element, `<add sel="*" type="${type}">1</add>`, { a: 'urn:p', q: 'urn:p' })).toContain(
      ` ${wanted}="1"/>`,
    );
  });

  it('refuses an undeclared namespace', () => {
    expect(refused('<t/>', '<add sel="t"><p:a/></add>', { p: 'urn:p' })).toBe('invalid-namespace-uri');
  });

  it('refuses an attribute whose namespace has no prefix in the document', () => {
    expect(refused('<t xmlns="urn:p"/>', '<add sel="p:t" type="@p:a">1</add>', { p: 'urn:p' })).toBe(
      'invalid-namespace-uri',
    );
  });
});

describe('bad patches', () => {
  it.each([
    ['an unknown operation', '<move sel="t"/>', 'invalid-patch-directive'],
    ['no sel', '<remove/>', 'invalid-diff-format'],
    ['text that is no XML', '<remove sel="t"', 'invalid-diff-format'],
    ['an entity', '<add sel="t">&x;</add>', 'invalid-entity-declaration'],
    [
      'a failure after a success',
      '<add sel="t"><c/></add><add sel="t" type="@n">1</add><remove sel="t/z"/>',
      'unlocated-node',
    ],
    [
      'a failure after an edit beside the root',
      '<add sel="t" pos="before"><!--c--></add><remove sel="t/z"/>',
      'unlocated-node',
    ],
  ])('leave the document as it was: %s', (_, operations, condition) => {
    expect(refused(T, operations)).toBe(condition);
  });
});
