import { describe, expect, it } from 'vitest';
import { ConflictError, parseDocument } from '../../../src/documents/index.ts';
import { parseSelector } from '../../../src/selector/index.ts';

type Namespaces = Readonly<Record<string, string>>;

/** What a PUT makes of a document: its text, or the condition of the refusal (and then the text must be unchanged). */
function putting(document: string, selector: string, body: string, namespaces: Namespaces = {}, result?: string) {
  const doc = parseDocument(document);
  try {
    const done = doc.put(parseSelector(selector, { namespaces }), body);
    if (result) expect(done).toBe(result);
    expect(doc.changes).toHaveLength(1);
    return String(doc);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    expect(String(doc)).toBe(document);
    expect(doc.changes).toEqual([]);
    return error.condition;
  }
}

describe("the standard's own example (RFC 4825 section 8.2.3)", () => {
  const document = '<root>\n <el1 att="first"/>\n <el1 att="second"/>\n <!-- comment -->\n <el2 att="first"/>\n</root>';
  const behindSecond = document.replace('"second"/>', '"second"/><el1 att="third"/>');

  it.each(['el1[@att="third"]', 'el1[3][@att="third"]', '*[3][@att="third"]'])(
    '%s lands behind the second el1',
    (step) => {
      expect(putting(document, `root/${step}`, '<el1 att="third"/>')).toBe(behindSecond);
    },
  );

  it.each([
    ['el3', '<el3/>', document.replace('\n</root>', '\n<el3/></root>')],
    ['el2[@att="2"]', '<el2 att="2"/>', document.replace('\n</root>', '<el2 att="2"/>\n</root>')],
    ['el2[2][@att="2"]', '<el2 att="2"/>', document.replace('\n</root>', '<el2 att="2"/>\n</root>')],
    ['*[2][@att="2"]', '<el2 att="2"/>', document.replace('"first"/>\n <el1', '"first"/><el2 att="2"/>\n <el1')],
    ['el2[1][@att="2"]', '<el2 att="2"/>', document.replace('<el2', '<el2 att="2"/><el2')],
  ])('%s', (step, body, expected) => {
    expect(putting(document, `root/${step}`, body, {}, 'created')).toBe(expected);
  });

  it('puts the first entry of a list that holds white space directly before the end tag (section 13)', () => {
    expect(putting('<r><list name="f">\n  </list></r>', 'r/list[@name="f"]/entry', '<entry/>')).toBe(
      '<r><list name="f">\n  <entry/></list></r>',
    );
  });
});

describe('case 1: new last element (RFC 4825 section 8.2.3)', () => {
  it.each([
    [
      'by name, behind text, comments and instructions',
      '<t>a<x/>b<!--c--><?d?>e</t>',
      't/n',
      '<n/>',
      '<t>a<x/>b<!--c--><?d?>e<n/></t>',
    ],
    ['by position 1 without namesakes', '<t><x/> </t>', 't/n[1]', '<n/>', '<t><x/> <n/></t>'],
    ['by attribute without namesakes', '<t><x/> </t>', 't/n[@i="1"]', '<n i="1"/>', '<t><x/> <n i="1"/></t>'],
    [
      'by position 1 and attribute without namesakes',
      '<t><x/> </t>',
      't/n[1][@i="1"]',
      '<n i="1"/>',
      '<t><x/> <n i="1"/></t>',
    ],
    ['by * into a parent without elements', '<t>a<!--c--></t>', 't/*', '<n/>', '<t>a<!--c--><n/></t>'],
    ['by *[1] into a parent without elements', '<t>a</t>', 't/*[1]', '<n/>', '<t>a<n/></t>'],
    [
      'by *[1] and attribute into a parent without elements',
      '<t> </t>',
      't/*[1][@i="1"]',
      '<n i="1"/>',
      '<t> <n i="1"/></t>',
    ],
    [
      'by * and attribute, none of the others having it',
      '<t><x i="2"/> </t>',
      't/*[@i="1"]',
      '<n i="1"/>',
      '<t><x i="2"/> <n i="1"/></t>',
    ],
    ['into an empty-element tag', '<t><x/></t>', 't/x/n', '<n/>', '<t><x><n/></x></t>'],
    [
      'into an empty-element tag with attributes and blanks',
      "<t><x  a = '1' /></t>",
      't/x/n',
      '<n/>',
      "<t><x  a = '1'><n/></x></t>",
    ],
    ['into the root written as an empty-element tag', '<t/>', 't/n', '<n/>', '<t><n/></t>'],
    ['into a parent of start and end tag', '<t></t>', 't/n', '<n/>', '<t><n/></t>'],
    [
      'same local name in another namespace is no namesake',
      '<t><n xmlns="urn:n"/> </t>',
      't/n',
      '<n/>',
      '<t><n xmlns="urn:n"/> <n/></t>',
    ],
  ])('%s', (_, document, selector, body, expected) => {
    expect(putting(document, selector, body, {}, 'created')).toBe(expected);
  });

  it.each([
    ['a position above 1 without namesakes', '<t><x/></t>', 't/n[2]', '<n/>'],
    ['*[2] in a parent without elements', '<t> </t>', 't/*[2]', '<n/>'],
    ['*[2] with an attribute in a parent without elements', '<t> </t>', 't/*[2][@i="1"]', '<n i="1"/>'],
    ['position 0, which nothing ever has', '<t/>', 't/n[0]', '<n/>'],
  ])('refuses %s', (_, document, selector, body) => {
    expect(putting(document, selector, body)).toBe('cannot-insert');
  });
});

describe('case 2: earliest last (RFC 4825 section 8.2.3)', () => {
  it.each([
    [
      'by attribute, directly behind the last namesake',
      '<t><n i="1"/><!--c--> <x/></t>',
      't/n[@i="2"]',
      '<n i="2"/>',
      '<t><n i="1"/><n i="2"/><!--c--> <x/></t>',
    ],
    [
      'before text that follows the namesake',
      '<t><n i="1"/>text<?pi?></t>',
      't/n[@i="2"]',
      '<n i="2"/>',
      '<t><n i="1"/><n i="2"/>text<?pi?></t>',
    ],
    [
      'by * and attribute, the name of the body decides',
      '<t><n i="1"/><x/> </t>',
      't/*[@i="2"]',
      '<n i="2"/>',
      '<t><n i="1"/><n i="2"/><x/> </t>',
    ],
    [
      'namesakes by namespace, whatever their prefix',
      '<t xmlns:p="urn:n"><p:n i="1"/><x/></t>',
      't/q:n[@i="2"]',
      '<n xmlns="urn:n" i="2"/>',
      '<t xmlns:p="urn:n"><p:n i="1"/><n xmlns="urn:n" i="2"/><x/></t>',
    ],
  ])('%s', (_, document, selector, body, expected) => {
    expect(putting(document, selector, body, { q: 'urn:n' }, 'created')).toBe(expected);
  });
});

describe('case 3: earliest n-th (RFC 4825 section 8.2.3)', () => {
  it.each([
    ['name[2] behind the first namesake', '<t><n/> <x/></t>', 't/n[2]', '<n/>', '<t><n/><n/> <x/></t>'],
    [
      'name[1] with attribute before the first namesake',
      '<t> <x/> <n i="1"/></t>',
      't/n[1][@i="2"]',
      '<n i="2"/>',
      '<t> <x/> <n i="2"/><n i="1"/></t>',
    ],
    [
      'name[2] with attribute between namesakes',
      '<t><n i="1"/>a<n i="3"/></t>',
      't/n[2][@i="2"]',
      '<n i="2"/>',
      '<t><n i="1"/><n i="2"/>a<n i="3"/></t>',
    ],
    ['*[2] behind the first element', '<t> <x/> </t>', 't/*[2]', '<n/>', '<t> <x/><n/> </t>'],
    [
      '*[2] with attribute between elements',
      '<t><x/>a<y/></t>',
      't/*[2][@i="2"]',
      '<n i="2"/>',
      '<t><x/><n i="2"/>a<y/></t>',
    ],
    [
      '*[1] with attribute before all elements, behind leading text',
      '<t>a<!--c--><x/></t>',
      't/*[1][@i="2"]',
      '<n i="2"/>',
      '<t>a<!--c--><n i="2"/><x/></t>',
    ],
    [
      '007 is position 7',
      '<t><n/><n/><n/><n/><n/><n/></t>',
      't/n[007]',
      '<n k="7"/>',
      '<t><n/><n/><n/><n/><n/><n/><n k="7"/></t>',
    ],
  ])('%s', (_, document, selector, body, expected) => {
    expect(putting(document, selector, body, {}, 'created')).toBe(expected);
  });

  it.each([
    ['too few namesakes', '<t><n/><x/></t>', 't/n[3]', '<n/>'],
    ['too few namesakes, with attribute', '<t><n/><x/></t>', 't/n[3][@i="1"]', '<n i="1"/>'],
    ['too few elements', '<t><n/><x/></t>', 't/*[4]', '<n/>'],
    ['a position beyond all numbers', '<t><n/></t>', 't/n[99999999999999999999]', '<n/>'],
  ])('refuses %s', (_, document, selector, body) => {
    expect(putting(document, selector, body)).toBe('cannot-insert');
  });
});

describe('GET after PUT gives what was put (RFC 4825 sections 8.2.3 and 8.2.4)', () => {
  it.each([
    ['another name than the step', '<t/>', 't/n', '<m/>'],
    ['the name in another namespace', '<t/>', 't/n', '<n xmlns="urn:n"/>'],
    ['another value than the attribute test', '<t/>', 't/n[@i="1"]', '<n i="2"/>'],
    ['no such attribute', '<t/>', 't/n[@i="1"]', '<n/>'],
    ['a namespaced attribute for a plain test', '<t/>', 't/n[@i="1"]', '<n xmlns:p="urn:p" p:i="1"/>'],
    ['replaced by another name', '<t><n/></t>', 't/n', '<m/>'],
    ['replaced without the tested attribute', '<t><n i="1"/></t>', 't/n[@i="1"]', '<n/>'],
    ['another name at name[1], so that the next one would match', '<t><n/><n/></t>', 't/n[1]', '<m/>'],
    ['a root of another name', '<t/>', 't', '<u/>'],
    ['a second root', '<t/>', 'u', '<u/>'],
    ['the root at position 2', '<t/>', 't[2]', '<t/>'],
  ])('refuses %s', (_, document, selector, body) => {
    expect(putting(document, selector, body)).toBe('cannot-insert');
  });

  it.each(['t/n', 't/*', 't/n[@i="1"]', 't/*[@i="1"]'])('refuses %s when it matches several elements', (selector) => {
    expect(putting('<t><n i="1"/><n i="1"/></t>', selector, '<n i="1"/>')).toBe('cannot-insert');
  });

  it('compares the attribute test with the value, not with its spelling', () => {
    expect(putting('<t/>', 't/n[@i="a&amp;b"]', "<n i='a&#38;b'/>")).toBe("<t><n i='a&#38;b'/></t>");
  });
});

describe('replacement (RFC 4825 section 8.2.4)', () => {
  it.each([
    ['by name', '<t>a<n i="1">x</n>b</t>', 't/n', '<n>y</n>', '<t>a<n>y</n>b</t>'],
    ['by *[n], which may change the name', '<t><x/><n/></t>', 't/*[2]', '<m/>', '<t><x/><m/></t>'],
    ['by * and attribute, with another name', '<t><n i="1"/></t>', 't/*[@i="1"]', '<m i="1"/>', '<t><m i="1"/></t>'],
    ['of an empty element by a full one', '<t><n/></t>', 't/n', '<n><o/></n>', '<t><n><o/></n></t>'],
    [
      'of the root, prolog and epilog staying',
      '<?xml version="1.0"?>\n<!--a--><t><n/></t><!--b-->\n',
      't',
      '<t k="1"/>',
      '<?xml version="1.0"?>\n<!--a--><t k="1"/><!--b-->\n',
    ],
    ['of the root by *, with another name', '<t/>', '*', '<u/>', '<u/>'],
    ['of the root by position 1', '<t/>', 't[1]', '<t>x</t>', '<t>x</t>'],
  ])('%s', (_, document, selector, body, expected) => {
    expect(putting(document, selector, body, {}, 'replaced')).toBe(expected);
  });

  it('makes the same document when put twice', () => {
    const once = putting('<t><n i="1"/><x/></t>', 't/n[@i="2"]', '<n i="2"/>');
    expect(putting(String(once), 't/n[@i="2"]', '<n i="2"/>', {}, 'replaced')).toBe(once);
  });
});

describe('the parent (RFC 4825 section 8.2.1)', () => {
  it.each([
    ['a missing parent', '<t/>', 't/a/n'],
    ['a missing root', '<t/>', 'u/n'],
    ['several parents', '<t><a/><a/></t>', 't/a/n'],
    ['several elements on the way', '<t><a><b/></a><a/></t>', 't/a/b/n'],
    ['a parent in another namespace', '<t xmlns="urn:t"/>', 't/n'],
  ])('refuses %s with no-parent', (_, document, selector) => {
    expect(putting(document, selector, '<n/>')).toBe('no-parent');
  });

  it('looks for the parent before it reads the body', () => {
    expect(putting('<t/>', 't/a/n', 'no XML')).toBe('no-parent');
  });

  it('names the closest ancestor that exists', () => {
    const doc = parseDocument('<t><a k="1"/></t>');
    const put = () => doc.put(parseSelector('t/a[@k="1"]/b/c', {}), '<c/>');
    expect(put).toThrow(expect.objectContaining({ condition: 'no-parent', ancestor: '/t/a[@k="1"]' }));
  });
});

describe('the body (RFC 4825 sections 7.4 and 8.2.2)', () => {
  it.each([
    ['white space around it', ' \n<n/>\n '],
    ['a byte order mark before it', '\uFEFF<n/>'],
  ])('takes %s, and drops that', (_, body) => {
    expect(putting('<t/>', 't/n', body)).toBe('<t><n/></t>');
  });

  it.each([
    ['nothing', ''],
    ['only white space', ' \n '],
    ['text', 'hello'],
    ['text before the element', 'a<n/>'],
    ['text behind the element', '<n/>a'],
    ['two elements', '<n/><n/>'],
    ['a comment before the element', '<!--c--><n/>'],
    ['a comment behind the element', '<n/><!--c-->'],
    ['an instruction before the element', '<?pi?><n/>'],
    ['an XML declaration', '<?xml version="1.0"?><n/>'],
    ['a document type', '<!DOCTYPE n><n/>'],
    ['an unclosed element', '<n>'],
    ['an element closed wrongly', '<n></m>'],
    ['a prefix bound neither in it nor in scope', '<n><p:x/></n>'],
    ['an undeclared entity', '<n>&nbsp;</n>'],
    ['a bare ampersand', '<n>a & b</n>'],
    ['an attribute twice', '<n a="1" a="2"/>'],
    ['a control character', '<n>\u0001</n>'],
  ])('refuses %s with not-xml-frag', (_, body) => {
    expect(putting('<t/>', 't/n', body)).toBe('not-xml-frag');
  });

  it('reads prefixes and the default namespace in the scope of its place', () => {
    const document = '<t xmlns="urn:d" xmlns:p="urn:p"><a xmlns="urn:a"></a></t>';
    const namespaces = { d: 'urn:d', a: 'urn:a', z: 'urn:p' };
    expect(putting(document, 'd:t/a:a/a:n', '<n p:k="1"><p:x/></n>', namespaces, 'created')).toBe(
      '<t xmlns="urn:d" xmlns:p="urn:p"><a xmlns="urn:a"><n p:k="1"><p:x/></n></a></t>',
    );
    expect(putting(document, 'd:t/d:n', '<n/>', namespaces)).toBe(document.replace('</t>', '<n/></t>'));
    expect(putting(document, 'd:t/a:a/d:n', '<n/>', namespaces)).toBe('cannot-insert');
  });

  it('does not read its prefixes by the bindings of the selector', () => {
    expect(putting('<t/>', 't/p:n', '<p:n/>', { p: 'urn:p' })).toBe('not-xml-frag');
  });

  it('keeps every declaration as it was sent, redundant ones too', () => {
    const body = '<p:n xmlns:p="urn:p" xmlns:q=\'urn:p\' xmlns:u="urn:unused"  >&#65;<![CDATA[<]]></p:n >';
    expect(putting('<t xmlns:p="urn:p"/>', 't/p:n', body, { p: 'urn:p' })).toBe(`<t xmlns:p="urn:p">${body}</t>`);
  });
});
