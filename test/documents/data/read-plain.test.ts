import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlain } from '../../../src/documents/data/read-plain.ts';
import { resourceLists } from '../../../src/documents/index.ts';
import { compileUsage } from '../../../src/selector/compile.ts';

const usage = compileUsage(resourceLists.definition);
const row = (local: string) => {
  const found = usage.element('urn:ietf:params:xml:ns:resource-lists', local);
  return found ?? expect.fail(`no row for ${local}`);
};
const list = row('list');

/** What the full reader makes of the same text. */
const fully = (text: string): unknown => {
  const doc = resourceLists.parse(
    `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">${text}</resource-lists>`,
  );
  return doc.get(resourceLists.list(1));
};

describe('a plain element', () => {
  it.each([
    ['<list/>', {}],
    ['<list name="a"></list>', { name: 'a' }],
    [
      '<list name="a">\n  <entry uri="sip:b@x"/>\n  <entry uri="sip:c@x"><display-name>C &gt;</display-name></entry></list>'.replace(
        ' &gt;',
        ' >',
      ),
      { name: 'a', entry: [{ uri: 'sip:b@x' }, { uri: 'sip:c@x', displayName: { text: 'C >' } }] },
    ],
    ['<list><unknown a="b"><deep/></unknown><entry uri="u"/></list>', { entry: [{ uri: 'u' }] }],
  ])('%s', (text, data) => expect(readPlain(text, list)).toEqual(data));
});

describe('left to the full reader', () => {
  it.each([
    ['a prefix', '<rl:list/>'],
    ['a prefixed child', '<list><x:y/></list>'],
    ['a declaration', '<list xmlns="urn:x"/>'],
    ['a reference', '<list name="a&amp;b"/>'],
    ['a reference in text', '<list><display-name>a &lt; b</display-name></list>'],
    ['a comment', '<list><!-- x --></list>'],
    ['CDATA', '<list><display-name><![CDATA[x]]></display-name></list>'],
    ['a single quote around a value', "<list name='a'/>"],
    ['an attribute twice', '<list name="a" name="b"/>'],
    ['attributes without a blank between', '<list name="a"name="b"/>'],
    ['an element that is not closed', '<list><entry uri="u"></list>'],
    ['a second root', '<list/><list/>'],
    ['text behind the end', '<list/>x'],
    ['an end without a start', '</list>'],
    ['another element', '<entry uri="u"/>'],
    ['a forbidden character', '<list name="\u0001"/>'],
    ['a carriage return', '<list><display-name>a\rb</display-name></list>'],
    ['a value of a wrong type', '<list><entry uri="a%"/></list>'],
    ['great depth', `${'<list>'.repeat(200)}${'</list>'.repeat(200)}`],
  ])('%s', (_what, text) => expect(readPlain(text, list)).toBeUndefined());
});

it('reads what the full reader reads, or leaves it alone', () => {
  const text = fc.constantFrom('Bob', ' B > b ', 'é🎉', '', 'x\ny', 'a&amp;b');
  const attribute = fc.constantFrom('', ' name="a"', ' other="1"', ' name="a b"', '  name="" ');
  const leaf = fc.oneof(
    fc
      .tuple(fc.nat(99), fc.option(text))
      .map(
        ([id, shown]) =>
          `<entry uri="sip:${id}@x">${shown === null ? '' : `<display-name>${shown}</display-name>`}</entry>`,
      ),
    text.map((shown) => `<display-name xml:lang="en">${shown}</display-name>`),
    fc.constantFrom(
      '<entry-ref ref="a/b"/>',
      '<foreign a="b">t<c/></foreign>',
      '\n  ',
      '<external anchor="http://h/x"/>',
      '<!--c-->',
    ),
  );
  const { element } = fc.letrec<{ element: string }>((tie) => ({
    element: fc
      .tuple(attribute, fc.array(fc.oneof({ depthSize: 'small' }, leaf, tie('element')), { maxLength: 4 }))
      .map(([at, children]) => `<list${at}>${children.join('')}</list>`),
  }));
  fc.assert(
    fc.property(element, (xml) => {
      const plain = readPlain(xml, list);
      if (plain !== undefined) expect(plain).toEqual(fully(xml));
    }),
    { numRuns: 1000 },
  );
});
