import { describe, expect, it } from 'vitest';
import { removeAttribute, setAttribute } from '../../../src/documents/xml/attributes.ts';
import { parseXml } from '../../../src/documents/xml/parse.ts';
import { printDocument } from '../../../src/documents/xml/print.ts';
import { attributeValue, lookupNamespace } from '../../../src/documents/xml/walk.ts';
import { InvalidArgumentError } from '../../../src/selector/errors.ts';
import { XML_NAMESPACE, XMLNS_NAMESPACE } from '../../../src/selector/names.ts';

function read(source: string) {
  const { document } = parseXml(source);
  const root = document.documentElement;
  if (!root) throw new InvalidArgumentError('no root');
  return { root, print: () => printDocument(document) };
}

const plain = (local: string) => ({ namespace: null, local });

describe('setAttribute', () => {
  it.each([
    ["<a b='1'/>", 'b', `"'<&`, `<a b='"&apos;&lt;&amp;'/>`],
    ['<a b="1"/>', 'b', `"'>`, `<a b="&quot;'>"/>`],
    ['<a  x="1"\n b = "1"  ></a>', 'b', '\t\n\r', '<a  x="1"\n b = "&#9;&#10;&#13;"  ></a>'],
    ['<a/>', 'b', '1', '<a b="1"/>'],
    ['<a />', 'b', '1', '<a b="1" />'],
    ['<a></a>', 'b', '$&', '<a b="$&amp;"></a>'],
    [`<a x="b='2'" b='1'/>`, 'b', '3', `<a x="b='2'" b='3'/>`],
    ['<a x="/>" >y</a>', 'b', '3', '<a x="/>" b="3" >y</a>'],
  ])('%j with %s=%j becomes %j', (source, local, value, result) => {
    const { root, print } = read(source);
    setAttribute(root, plain(local), value);
    expect(print()).toBe(result);
    expect(read(print()).root.getAttribute(local)).toBe(value);
  });

  it('changes the DOM, too', () => {
    const { root } = read('<a b="1"/>');
    setAttribute(root, plain('b'), '2');
    setAttribute(root, plain('c'), '3');
    expect([root.getAttribute('b'), root.getAttribute('c')]).toEqual(['2', '3']);
  });

  it('uses the prefix that is in scope', () => {
    const { root, print } = read('<a xmlns="urn:x" xmlns:p="urn:x"/>');
    setAttribute(root, { namespace: 'urn:x', local: 'b' }, '1');
    expect(print()).toBe('<a xmlns="urn:x" xmlns:p="urn:x" p:b="1"/>');
  });

  it('declares the preferred prefix when none is in scope', () => {
    const { root, print } = read('<a xmlns="urn:x"/>');
    setAttribute(root, { namespace: 'urn:x', local: 'b' }, '1', 'p');
    expect(print()).toBe('<a xmlns="urn:x" xmlns:p="urn:x" p:b="1"/>');
  });

  it('declares another prefix when the preferred one is taken', () => {
    const { root, print } = read('<a xmlns:p="urn:x"/>');
    setAttribute(root, { namespace: 'urn:y', local: 'b' }, '1', 'p');
    expect(print()).toBe('<a xmlns:p="urn:x" xmlns:p1="urn:y" p1:b="1"/>');
  });

  it('knows xml:lang', () => {
    const { root, print } = read('<a/>');
    setAttribute(root, { namespace: XML_NAMESPACE, local: 'lang' }, 'de');
    expect(print()).toBe('<a xml:lang="de"/>');
  });

  it('sets and changes namespace declarations', () => {
    const { root, print } = read('<a xmlns:p="urn:x"/>');
    setAttribute(root, { namespace: XMLNS_NAMESPACE, local: 'p' }, 'urn:y');
    setAttribute(root, { namespace: XMLNS_NAMESPACE, local: 'q' }, 'urn:z');
    expect(print()).toBe('<a xmlns:p="urn:y" xmlns:q="urn:z"/>');
    expect([lookupNamespace(root, 'p'), root.lookupNamespaceURI('q')]).toEqual(['urn:y', 'urn:z']);
  });

  it('refuses what XML cannot hold and changes nothing', () => {
    const { root, print } = read('<a b="1"/>');
    expect(() => setAttribute(root, plain('b'), '\u0000')).toThrow(InvalidArgumentError);
    expect(print()).toBe('<a b="1"/>');
  });
});

describe('removeAttribute', () => {
  it.each([
    ['<a b="1"/>', '<a/>'],
    ["<a  c='2'\n\tb = '1' />", "<a  c='2' />"],
    ['<a c=\'b="1"\' b="2"></a>', '<a c=\'b="1"\'></a>'],
    ['<a c="2"/>', '<a c="2"/>'],
  ])('%j without b is %j', (source, result) => {
    const { root, print } = read(source);
    removeAttribute(root, plain('b'));
    expect([print(), attributeValue(root, null, 'b')]).toEqual([result, undefined]);
  });
});

describe('undo', () => {
  it('restores text and DOM in the opposite order', () => {
    const source = `<a x='&#65;'  xmlns:p = "urn:p" y="2" />`;
    const { root, print } = read(source);
    const undos = [
      setAttribute(root, plain('x'), 'new'),
      removeAttribute(root, plain('y')),
      setAttribute(root, { namespace: 'urn:q', local: 'z' }, '3', 'q'),
      setAttribute(root, plain('x'), 'newer'),
      setAttribute(root, { namespace: XMLNS_NAMESPACE, local: 'p' }, 'urn:other'),
      removeAttribute(root, { namespace: XMLNS_NAMESPACE, local: 'p' }),
    ];
    for (const undo of undos.reverse()) undo();
    expect(print()).toBe(source);
    expect([attributeValue(root, null, 'x'), attributeValue(root, null, 'y'), root.attributes.length]).toEqual([
      'A',
      '2',
      3,
    ]);
    expect([lookupNamespace(root, 'p'), root.lookupNamespaceURI('p')]).toEqual(['urn:p', 'urn:p']);
  });
});
