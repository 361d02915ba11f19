import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/documents/index.ts';
import { InvalidArgumentError, parseSelector } from '../../src/selector/index.ts';

const context = { defaultNamespace: 'urn:a', namespaces: { x: 'urn:x' } };
const at = (text: string) => parseSelector(text, context);
const text = '<a xmlns="urn:a" xmlns:y="urn:x">\n  <b k="1">t</b>\n  <y:c/>\n</a>\n';
const open = () => parseDocument(text, context);

describe('a document of unknown usage has the same verbs, untyped', () => {
  it('reads elements as XML and attributes as text', () => {
    expect(open().get(at('a/b'))).toBe('<b k="1">t</b>');
    expect(open().get(at('a/b/@k'))).toBe('1');
    expect(open().get(at('a/none'))).toBeUndefined();
    expect(open().get(at('a/namespace::*'))).toEqual({ '': 'urn:a', y: 'urn:x' });
  });

  it('puts, deletes and appends XML', () => {
    const doc = open();
    expect(doc.put(at('a/x:c'), '<y:c n="2"/>')).toBe('replaced');
    expect(doc.put(at('a/b/@k'), '2')).toBe('replaced');
    doc.delete(at('a/b'));
    expect(doc.append(at('a'), '<d/>').map(String)).toEqual(['/a/d']);
    expect(String(doc)).toBe('<a xmlns="urn:a" xmlns:y="urn:x">\n  \n  <y:c n="2"/>\n  <d/>\n</a>\n');
    expect(doc.changes.map(({ method, selector }) => `${method} ${selector}`)).toEqual([
      'PUT /a/x:c?xmlns(x=urn:x)',
      'PUT /a/b/@k',
      'DELETE /a/b',
      'PUT /a/d',
    ]);
  });

  it('has no table: data cannot be written, nothing is invalid', () => {
    expect(() => open().update(at('a/b'), { k: '2' })).toThrow(/<b> is not in the usage's table; put XML text instead/);
    expect(() => open().append(at('a'), { b: {} })).toThrow(InvalidArgumentError);
    expect(open().validate()).toEqual([]);
  });

  it('knows its prefixes in XPath', () => {
    expect(open().select('//x:c')).toHaveLength(1);
    expect(open().select('//y:c')).toHaveLength(1);
  });

  it('is written as it was read, cloned and compared', () => {
    expect(String(open())).toBe(text);
    expect(open().clone().equals(open())).toBe(true);
    expect(open().equals(parseDocument('<a xmlns="urn:a"/>'))).toBe(false);
  });
});
