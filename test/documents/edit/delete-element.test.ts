import { describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError, parseDocument } from '../../../src/documents/index.ts';
import { parseSelector } from '../../../src/selector/index.ts';

function deleting(document: string, selector: string) {
  const doc = parseDocument(document);
  try {
    doc.delete(parseSelector(selector, { namespaces: { p: 'urn:p' } }));
    expect(doc.changes).toHaveLength(1);
    return String(doc);
  } catch (error) {
    expect(String(doc)).toBe(document);
    expect(doc.changes).toEqual([]);
    if (error instanceof ConflictError) return error.condition;
    if (error instanceof NotFoundError) return 'not found';
    throw error;
  }
}

describe('DELETE of an element (RFC 4825 sections 7.5 and 8.4)', () => {
  it.each([
    ['keeps the white space around it', '<t>\n <a/>\n <b/>\n</t>', 't/a', '<t>\n \n <b/>\n</t>'],
    ['keeps text, comments and instructions around it', '<t>x<!--c--><a/>y<?p?></t>', 't/a', '<t>x<!--c-->y<?p?></t>'],
    ['takes everything in it along', '<t><a>x<b/><!--c--></a></t>', 't/a', '<t></t>'],
    ['the last one of a name by position', '<t><a/><a/><b/></t>', 't/a[2]', '<t><a/><b/></t>'],
    ['the last one of all by * and position', '<t><a/><b/></t>', 't/*[2]', '<t><a/></t>'],
    ['a first one by position and attribute', '<t><a i="1"/><a i="2"/></t>', 't/a[1][@i="1"]', '<t><a i="2"/></t>'],
    [
      'a first one of all by *, position and attribute',
      '<t><a i="1"/><b i="2"/></t>',
      't/*[1][@i="1"]',
      '<t><b i="2"/></t>',
    ],
    ['by attribute', '<t><a i="1"/><a i="2"/></t>', 't/a[@i="2"]', '<t><a i="1"/></t>'],
    ['by * when it is the only element', '<t> <a/> </t>', 't/*', '<t>  </t>'],
    ['by namespace', '<t xmlns:x="urn:p"><x:a/><a/></t>', 't/p:a', '<t xmlns:x="urn:p"><a/></t>'],
  ])('%s', (_, document, selector, expected) => {
    expect(deleting(document, selector)).toBe(expected);
  });

  it.each([
    ['a position that the next namesake moves up to', '<t><a/><a/></t>', 't/a[1]'],
    ['a position that the next element moves up to', '<t><a/><b/></t>', 't/*[1]'],
    ['position and attribute that the next one has, too', '<t><a i="1"/><a i="1"/></t>', 't/a[1][@i="1"]'],
  ])('refuses %s with cannot-delete', (_, document, selector) => {
    expect(deleting(document, selector)).toBe('cannot-delete');
  });

  it.each([
    ['a missing element', '<t/>', 't/a'],
    ['a missing parent', '<t/>', 't/a/b'],
    ['several matches', '<t><a/><a/></t>', 't/a'],
    ['several parents', '<t><a><b/></a><a/></t>', 't/a/b'],
    ['a position beyond the last', '<t><a/></t>', 't/a[2]'],
    ['position 0', '<t><a/></t>', 't/a[0]'],
    ['an element of another namespace', '<t><a xmlns="urn:x"/></t>', 't/a'],
  ])('does not find %s', (_, document, selector) => {
    expect(deleting(document, selector)).toBe('not found');
  });

  it.each(['t', '*', 't[1]'])('refuses to delete the root by %s', (selector) => {
    expect(deleting('<t><a/></t>', selector)).toBe('schema-validation-error');
  });
});
