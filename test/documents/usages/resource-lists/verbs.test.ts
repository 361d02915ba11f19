import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError, resourceLists, ValidationError } from '../../../../src/documents/index.ts';
import { InvalidArgumentError } from '../../../../src/selector/index.ts';

const wild = readFileSync(new URL('../../../../examples/samples/resource-lists-wild.xml', import.meta.url), 'utf8');
const { list } = resourceLists;
const family = list('Freunde & Familie');
const open = () => resourceLists.parse(wild);

/** The wild sample after an edit, and what is expected of it: the sample with one replacement. */
const replaced = (from: string, to: string) => {
  expect(wild.split(from)).toHaveLength(2);
  return wild.replace(from, () => to);
};

const TEL = '<rl:entry uri="tel:+4930123456"><rl:display-name><![CDATA[Büro <alt>]]></rl:display-name></rl:entry>';

describe('reading a document as a phone writes it', () => {
  it('reads entries as data, in any XML form', () => {
    expect(open().get(family)).toEqual({
      name: 'Freunde & Familie',
      displayName: { text: 'Freunde & Familie ☎', lang: 'de' },
      entry: [
        { uri: 'sip:j%C3%BCrgen@example.com', displayName: { text: 'Jürgen "Jay" Müller' } },
        { uri: "sip:o'brien@example.com" },
        { uri: 'tel:+4930123456', displayName: { text: 'Büro <alt>' } },
      ],
    });
  });

  it('reads attributes, and undefined for missing nodes', () => {
    const doc = open();
    expect(doc.get(family.attr('name'))).toBe('Freunde & Familie');
    expect(doc.get(family.displayName().attr('lang'))).toBe('de');
    expect(doc.get(list('none'))).toBeUndefined();
    expect(doc.get(list('').displayName())).toBeUndefined();
  });

  it('reads extensions by their full name: elements as XML, attributes as text', () => {
    const namespace = 'urn:example:phone:addressbook';
    expect(open().get(family.child({ namespace, name: 'group' }))).toBe(
      '<ab:group id="g1"><ab:member ref="c1"/></ab:group>',
    );
    expect(open().get(family.attr({ namespace, name: 'colour' }))).toBe('#ff0000');
  });

  it('reads the whole document by the usage itself', () => {
    expect(
      open()
        .get(resourceLists)
        ?.list?.map(({ name }) => name),
    ).toEqual(['Freunde & Familie', '']);
    expect(String(open())).toBe(wild);
  });

  it('returns the lists with their nested lists', () => {
    const doc = resourceLists.create();
    doc.addList({ name: 'a', displayName: 'A', entry: [{ uri: 'sip:x@example.com' }], list: [{ name: 'b' }] });
    const [a] = doc.lists();
    expect(a).toMatchObject({ name: 'a', displayName: 'A', entries: 1, lists: [{ name: 'b', entries: 0, lists: [] }] });
    expect(String(a?.lists[0]?.selector)).toBe('/resource-lists/list[@name="a"]/list[@name="b"]');
  });

  it('finds every occurrence of a URI, compared character by character', () => {
    const doc = open();
    doc.addEntry(list(''), { uri: 'tel:+4930123456' });
    expect(
      doc.find('tel:+4930123456').map(({ selector, entry }) => [String(selector), entry.displayName?.text]),
    ).toEqual([
      ['/resource-lists/list[@name="Freunde &amp; Familie"]/entry[@uri="tel:+4930123456"]', 'Büro <alt>'],
      ['/resource-lists/list[@name=""]/entry[@uri="tel:+4930123456"]', undefined],
    ]);
    expect(doc.find('TEL:+4930123456')).toEqual([]);
  });

  it('returns the entries of a list in order', () => {
    expect(
      open()
        .entries(family)
        .map(({ uri }) => uri),
    ).toHaveLength(3);
    expect(open().entries(list('none'))).toEqual([]);
  });

  it('reads by free XPath, with the prefixes of the table and of the document', () => {
    expect(open().select('//rl:entry[starts-with(@uri, "sip:")]')).toHaveLength(3);
    expect(open().selectValue('count(//ab:member)')).toBe(1);
    expect(open().select('//mine:group', { mine: 'urn:example:phone:addressbook' })).toHaveLength(1);
  });
});

describe('put and delete', () => {
  it('writes data with the prefix in scope, and adds no white space', () => {
    const doc = open();
    const bob = { uri: 'sip:bob@example.com', displayName: 'Bob' };
    expect(doc.put(family.entry(bob.uri), bob)).toBe('created');
    const written = '<rl:entry uri="sip:bob@example.com"><rl:display-name>Bob</rl:display-name></rl:entry>';
    expect(String(doc)).toBe(replaced(TEL, TEL + written));
    expect(doc.put(family.entry(bob.uri), bob)).toBe('replaced');
  });

  it('writes data without prefix where the default namespace is that of the usage', () => {
    const doc = open();
    doc.put(list('').entry(2), { uri: 'sip:b@example.com' });
    expect(doc.xml(list('').entry(2))).toBe('<entry uri="sip:b@example.com"/>');
  });

  it('accepts XML text instead of data', () => {
    const doc = open();
    expect(doc.put(family.entry(3), '<rl:entry uri="sip:new@example.com" ab:id="c9"/>')).toBe('replaced');
    expect(String(doc)).toBe(replaced(TEL, '<rl:entry uri="sip:new@example.com" ab:id="c9"/>'));
  });

  it('accepts text for an element with text, with or without its language', () => {
    const doc = open();
    doc.put(family.entry(3).displayName(), '<3 & co');
    doc.put(family.displayName(), { text: 'F', lang: 'en' });
    expect(doc.get(family.entry(3).displayName())).toEqual({ text: '<3 & co' });
    expect(doc.xml(family.displayName())).toBe('<rl:display-name xml:lang="en">F</rl:display-name>');
  });

  it('puts and deletes attributes', () => {
    const doc = open();
    expect(doc.put(list(2).attr('name'), 'misc')).toBe('replaced');
    doc.delete(list('misc').attr('name'));
    expect(String(doc)).toBe(replaced(' name=""', ''));
  });

  it('deletes an element and leaves the white space', () => {
    const doc = open();
    doc.delete(family.entry('tel:+4930123456'));
    expect(String(doc)).toBe(replaced(TEL, ''));
  });

  it('record each edit as the equivalent request', () => {
    const doc = open();
    doc.put(list(2).attr('name'), 'misc');
    doc.delete(family.entry(3));
    expect(doc.changes.map(({ method, selector, body }) => [method, String(selector), body])).toEqual([
      ['PUT', '/resource-lists/list[2]/@name', 'misc'],
      ['DELETE', '/resource-lists/list[@name="Freunde &amp; Familie"]/entry[3]', undefined],
    ]);
  });
});

describe('update', () => {
  it('changes the named members and keeps the rest, extensions included', () => {
    const doc = open();
    doc.update(family.entry(1), { displayName: 'Jay' });
    expect(String(doc)).toBe(replaced('Jürgen "Jay" Müller', 'Jay'));
  });

  it('changes the key in place and records it by position', () => {
    const doc = open();
    doc.update(family.entry(1), { uri: 'sip:jay@example.com' });
    expect(String(doc)).toBe(replaced('sip:j%C3%BCrgen@example.com', 'sip:jay@example.com'));
    expect(doc.changes.map(({ selector }) => String(selector))).toEqual([
      '/resource-lists/list[@name="Freunde &amp; Familie"]/entry[1]/@uri',
    ]);
  });

  it('removes members that are null', () => {
    const doc = open();
    doc.update(family.displayName(), { lang: null });
    doc.update(family.entry(3), { displayName: null });
    expect(doc.get(family.displayName())).toEqual({ text: 'Freunde & Familie ☎' });
    expect(doc.xml(family.entry(3))).toBe('<rl:entry uri="tel:+4930123456"></rl:entry>');
  });

  it('replaces the set of children by an array, and keeps those with a known key', () => {
    const doc = open();
    doc.update(family, { entry: [{ uri: 'sip:j%C3%BCrgen@example.com' }, { uri: 'sip:new@example.com' }] });
    expect(doc.entries(family).map(({ uri }) => uri)).toEqual(['sip:j%C3%BCrgen@example.com', 'sip:new@example.com']);
    expect(String(doc)).toContain('<ab:speed-dial>7</ab:speed-dial>');
    expect(String(doc)).toContain('<!-- last one in -->');
  });

  it('does nothing when the data is the same', () => {
    const doc = open();
    doc.update(family, { name: 'Freunde & Familie', displayName: { text: 'Freunde & Familie ☎', lang: 'de' } });
    expect([String(doc), doc.changes]).toEqual([wild, []]);
  });
});

describe('domain verbs', () => {
  it('add an entry behind the others of its list and before extensions, on a line of its own', () => {
    const doc = open();
    const added = doc.addEntry(family, { uri: 'sip:bob@example.com', displayName: { text: 'Bob', lang: 'en' } });
    expect(String(added)).toBe('/resource-lists/list[@name="Freunde &amp; Familie"]/entry[@uri="sip:bob@example.com"]');
    const written =
      '<rl:entry uri="sip:bob@example.com"><rl:display-name xml:lang="en">Bob</rl:display-name></rl:entry>';
    expect(String(doc)).toBe(replaced(TEL, `${TEL}\n\t\t${written}`));
    expect(doc.validate()).toEqual([]);
  });

  it('put references, externals and nested lists before extensions, too', () => {
    const doc = open();
    doc.addEntryRef(family, { ref: 'resource-lists/users/sip:a@example.com/index/~~/resource-lists/list/entry' });
    doc.addExternal(family, { anchor: 'https://xcap.example.com/resource-lists/users/a/index', displayName: 'Ext' });
    doc.addList(family, 'inner');
    expect(doc.get(family)).toMatchObject({
      entryRef: [{}],
      external: [{ displayName: { text: 'Ext' } }],
      list: [{ name: 'inner' }],
    });
    expect(doc.validate()).toEqual([]);
  });

  it('remove an entry with its line and leave comments', () => {
    const doc = open();
    doc.removeEntry(family.entry(1));
    const line = wild.split('\n').find((one) => one.includes('j%C3%BCrgen'));
    expect(String(doc)).toBe(replaced(`\n${line}`, ''));
  });

  it('write a display name in the style of the siblings', () => {
    const doc = open();
    doc.renameEntry(family.entry(2), "O'Brien");
    expect(String(doc)).toBe(
      replaced("'   ></rl:entry>", "'   ><rl:display-name>O'Brien</rl:display-name></rl:entry>"),
    );
  });

  it('write the display name of a list before its entries', () => {
    const doc = open();
    doc.renameList(list(''), 'Misc');
    expect(String(doc)).toBe(
      replaced('<entry uri="sip:no-prefix', '<display-name>Misc</display-name><entry uri="sip:no-prefix'),
    );
    doc.renameList(list(''), null);
    expect(String(doc)).toBe(wild);
  });

  it('move an entry into a list of another prefix style with everything in it', () => {
    const doc = open();
    const moved = doc.moveEntry(family.entry(1), list(''));
    expect(doc.get(moved)).toEqual({
      uri: 'sip:j%C3%BCrgen@example.com',
      displayName: { text: 'Jürgen "Jay" Müller' },
    });
    expect(String(doc)).toContain('<ab:speed-dial>7</ab:speed-dial></rl:entry></list>');
    expect(resourceLists.parse(String(doc)).equals(doc)).toBe(true);
  });

  it('move an entry out of the scope of its default namespace and keep its data', () => {
    const doc = open();
    const moved = doc.moveEntry(list('').entry(1), family);
    expect(resourceLists.parse(String(doc)).get(family.entry('sip:no-prefix@example.com'))).toEqual({
      uri: 'sip:no-prefix@example.com',
    });
    expect(String(moved)).toContain('entry[@uri="sip:no-prefix@example.com"]');
    expect(doc.validate()).toEqual([]);
  });

  it.each([
    ['a missing entry', () => open().removeEntry(family.entry('sip:none')), NotFoundError],
    ['a missing list', () => open().addEntry(list('none'), { uri: 'sip:a' }), ConflictError],
    ['a move into a missing list', () => open().moveEntry(family.entry(1), list('none')), ConflictError],
    ['a move of a missing entry', () => open().moveEntry(family.entry(9), list('')), NotFoundError],
    ['removing the root', () => open().removeList(resourceLists as never), InvalidArgumentError],
    ['a second display name', () => open().append(family, { displayName: 'again' }), ValidationError],
  ])('reject %s', (_, edit, expected) => {
    expect(edit).toThrow(expected);
  });
});

describe('the escape hatch', () => {
  it('prints what was changed through the DOM', () => {
    const doc = open();
    doc.element(family.entry(3))?.setAttribute('uri', 'tel:+1');
    expect(String(doc)).toBe(replaced('uri="tel:+4930123456"', 'uri="tel:+1"'));
    expect(doc.clone().get(family.entry('tel:+1'))).toBeDefined();
  });

  it('returns undefined for a missing element', () => {
    expect(open().element(list('none'))).toBeUndefined();
  });
});

describe('clone and equals', () => {
  it('a clone prints the same and has no changes', () => {
    const doc = open();
    doc.addList('x');
    expect(String(doc.clone())).toBe(String(doc));
    expect(doc.clone().changes).toEqual([]);
    expect(doc.clone().lists()).toHaveLength(3);
  });

  it('documents are equal when their data is, whatever their form', () => {
    const plain = '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="a"/></resource-lists>';
    const styled =
      "<x:resource-lists xmlns:x='urn:ietf:params:xml:ns:resource-lists'>\n <x:list name='&#97;'>\n </x:list><!-- c --></x:resource-lists>";
    expect(resourceLists.parse(plain).equals(resourceLists.parse(styled))).toBe(true);
    expect(resourceLists.parse(plain).equals(open())).toBe(false);
  });
});
