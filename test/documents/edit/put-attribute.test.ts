import { describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError, parseDocument } from '../../../src/documents/index.ts';
import { InvalidArgumentError, parseSelector } from '../../../src/selector/index.ts';
import { infoset } from '../../support/infoset.ts';

const read = (text: string) => parseSelector(text, { namespaces: { p: 'urn:p', q: 'urn:q' } });

function putting(document: string, selector: string, value: string) {
  const doc = parseDocument(document);
  try {
    return [doc.put(read(selector), value), String(doc)];
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    expect(String(doc)).toBe(document);
    expect(doc.changes).toEqual([]);
    return error.condition;
  }
}

describe('PUT of an attribute (RFC 4825 sections 7.7 and 8.2)', () => {
  it.each([
    ['creates it behind the others', '<t><e a="1" /></t>', 't/e/@b', 'x', 'created', '<t><e a="1" b="x" /></t>'],
    [
      'replaces the value and keeps the quotes',
      "<t><e  a = '1'/></t>",
      't/e/@a',
      'x"y',
      'replaced',
      "<t><e  a = 'x\"y'/></t>",
    ],
    ['escapes what a value cannot hold', '<t/>', 't/@a', '<&"\n', 'created', '<t a="&lt;&amp;&quot;&#10;"/>'],
    ['takes an empty value', '<t a="1"/>', 't/@a', '', 'replaced', '<t a=""/>'],
    [
      'uses a prefix in scope',
      '<t xmlns:x="urn:p"><e/></t>',
      't/e/@p:a',
      '1',
      'created',
      '<t xmlns:x="urn:p"><e x:a="1"/></t>',
    ],
    ['takes the same value again', '<t><e i="1"/></t>', 't/e[@i="1"]/@i', '1', 'replaced', '<t><e i="1"/></t>'],
    [
      'changes another attribute than the tested one',
      '<t><e i="1"/></t>',
      't/e[@i="1"]/@j',
      '2',
      'created',
      '<t><e i="1" j="2"/></t>',
    ],
    [
      'changes the tested attribute of an element selected by position',
      '<t><e i="1"/></t>',
      't/e[1]/@i',
      '2',
      'replaced',
      '<t><e i="2"/></t>',
    ],
    [
      'leaves the namesake in another namespace',
      '<t xmlns:x="urn:p" x:a="1"/>',
      't/@a',
      '2',
      'created',
      '<t xmlns:x="urn:p" x:a="1" a="2"/>',
    ],
    ['xml:lang needs no declaration', '<t/>', 't/@xml:lang', 'en', 'created', '<t xml:lang="en"/>'],
  ])('%s', (_, document, selector, value, result, expected) => {
    expect(putting(document, selector, value)).toEqual([result, expected]);
  });

  it('declares a prefix for a namespace that has none', () => {
    const [, text] = putting('<t><e/></t>', 't/e/@p:a', '1') ?? [];
    expect(infoset(text ?? '')).toEqual(infoset('<t xmlns:p="urn:p"><e p:a="1"/></t>'));
  });

  it('never writes an attribute of a namespace without a prefix, even where that is the default one', () => {
    const [, text] = putting('<e xmlns="urn:p"/>', 'p:e/@p:a', '1') ?? [];
    expect(infoset(text ?? '')).toEqual(infoset('<p:e xmlns:p="urn:p" p:a="1"/>'));
  });

  it('chooses another prefix where the wanted one means something else', () => {
    const [, text] = putting('<p:t xmlns:p="urn:other"/>', '*/@p:a', '1') ?? [];
    expect(infoset(text ?? '')).toEqual(infoset('<p:t xmlns:p="urn:other" xmlns:z="urn:p" z:a="1"/>'));
  });

  it.each([
    ['another value for the tested attribute', '<t><e i="1"/></t>', 't/e[@i="1"]/@i', 'cannot-insert'],
    ['a missing element', '<t/>', 't/e/@i', 'no-parent'],
    ['several elements', '<t><e/><e/></t>', 't/e/@i', 'no-parent'],
    ['an element in another namespace', '<t xmlns="urn:p"/>', 't/@i', 'no-parent'],
  ])('refuses %s', (_, document, selector, condition) => {
    expect(putting(document, selector, '2')).toBe(condition);
  });

  it('refuses a character that XML forbids', () => {
    const doc = parseDocument('<t a="1"/>');
    expect(() => doc.put(read('t/@a'), 'a\u0000')).toThrow(/U\+0000|character that XML/);
    expect(String(doc)).toBe('<t a="1"/>');
  });

  it('refuses anything but text', () => {
    const doc = parseDocument('<t a="1"/>');
    expect(() => doc.put(read('t/@a'), { value: '1' })).toThrow(/is not text/);
  });
});

describe('DELETE of an attribute (RFC 4825 section 8.4)', () => {
  it.each([
    ['takes it out with the blank before it', '<t><e a="1"\n b="2" /></t>', 't/e/@b', '<t><e a="1" /></t>'],
    ['may delete the tested attribute', '<t><e i="1"/></t>', 't/e[@i="1"]/@i', '<t><e/></t>'],
    ['deletes by namespace', '<t xmlns:x="urn:p" x:a="1" a="2"/>', 't/@p:a', '<t xmlns:x="urn:p" a="2"/>'],
  ])('%s', (_, document, selector, expected) => {
    const doc = parseDocument(document);
    doc.delete(read(selector));
    expect(String(doc)).toBe(expected);
  });

  it.each([
    ['a missing attribute', '<t><e/></t>', 't/e/@a'],
    ['a missing element', '<t/>', 't/e/@a'],
    ['several elements', '<t><e a="1"/><e a="1"/></t>', 't/e/@a'],
    ['an attribute of a namespace by its local name', '<t xmlns:x="urn:p" x:a="1"/>', 't/@a'],
    ['a namespace declaration', '<t xmlns="" xmlns:x="urn:p"/>', 't/@xmlns'],
  ])('does not find %s', (_, document, selector) => {
    const doc = parseDocument(document);
    expect(() => doc.delete(read(selector))).toThrow(NotFoundError);
    expect(String(doc)).toBe(document);
  });
});

describe('namespace bindings (RFC 4825 sections 7.10 and 10)', () => {
  const doc = parseDocument('<a xmlns="urn:d" xmlns:p="urn:p"><p:b xmlns:p="urn:q&amp;" xmlns=""/></a>');
  const bindings = parseSelector('a/q:b/namespace::*', { defaultNamespace: 'urn:d', namespaces: { q: 'urn:q&' } });

  it('are read as an object by prefix', () => {
    expect(doc.get(bindings)).toEqual({ p: 'urn:q&' });
  });

  it('are written as an empty element of the same name', () => {
    expect(doc.xml(bindings)).toBe('<p:b xmlns:p="urn:q&amp;"/>');
  });

  it('can be neither put nor deleted', () => {
    expect(() => doc.put(bindings, '<x/>')).toThrow(InvalidArgumentError);
    expect(() => doc.delete(bindings)).toThrow(InvalidArgumentError);
  });
});
