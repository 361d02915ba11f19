import { describe, expect, it } from 'vitest';
import {
  applyPatch,
  applyXcapDiff,
  defineApplicationUsage,
  flattenList,
  omaPresRules,
  parseDocument,
  presRules,
  resourceLists,
  XcapParseError,
} from '../../src/documents/index.ts';
import { InvalidArgumentError, parseSelector } from '../../src/selector/index.ts';

const { list } = resourceLists;
const NAMESPACE = 'urn:ietf:params:xml:ns:resource-lists';
const content = `<resource-lists xmlns="${NAMESPACE}"><list name="f"><entry uri="sip:a"/></list></resource-lists>`;
const open = () => resourceLists.parse(content);

/** Arguments that TypeScript would refuse: JavaScript calls this library, too. */
const wrong = (value: unknown) => value as never;

describe('texts that are no document of the usage', () => {
  it.each([
    ['nothing', '', 1, 1, /no root element/],
    ['text', 'hello', 1, 1, /text is only allowed inside the root element/],
    ['HTML', '<html>\n<br></html>', 2, 5, /<\/html> does not match the start tag <br>/],
    ['a document type', '<!DOCTYPE a><a/>', 1, 1, /document type declaration is not allowed/],
    ['an entity bomb', '<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><a>&c;</a>', 1, 1, /not allowed/],
    ['an undeclared entity', '<a>\n&nbsp;</a>', 2, 1, /&nbsp; is not defined/],
    ['a bare ampersand', '<a>\n b & c</a>', 2, 4, /&amp;/],
    ['an unclosed element', '<a>\n <b>\n</a>', 3, 1, /<b>/],
    ['an attribute twice by namespace', '<a xmlns:p="u" xmlns:q="u" p:x="" q:x=""/>', 1, 37, /appears twice/],
    ['an unbound prefix', '<a>\n  <p:b/></a>', 2, 4, /prefix p is not bound/],
    ['a NUL', '<a>\n\u0000</a>', 2, 1, /U\+0000/],
    ['half a surrogate pair', '<a>\ud800</a>', 1, 4, /U\+D800/],
    ['another encoding', '<?xml version="1.0" encoding="latin1"?><a/>', 1, 31, /latin1.*UTF-8/],
    [
      'another root',
      `<lists xmlns="${NAMESPACE}"/>`,
      1,
      1,
      /starts with <resource-lists> in urn:.*but this one with <lists>/,
    ],
    ['the root in no namespace', '\n <resource-lists/>', 2, 2, /but this one with <resource-lists> in no namespace/],
    ['the root in another namespace', '<resource-lists xmlns="urn:x"/>', 1, 1, /<resource-lists> in urn:x/],
  ])('%s: line and column', (_, text, line, column, message) => {
    const read = () => resourceLists.parse(text);
    expect(read).toThrow(XcapParseError);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ line, column }));
  });

  it.each([undefined, null, 5, new Uint8Array([60]), {}])('anything but a string: %s', (value) => {
    expect(() => resourceLists.parse(wrong(value))).toThrow(InvalidArgumentError);
    expect(() => parseDocument(wrong(value))).toThrow(/decode bytes as UTF-8 first/);
  });
});

describe('limits', () => {
  it('refuse a text that is too long, when it is read and when it is put', () => {
    expect(() => resourceLists.parse(content, { maxSize: 10 })).toThrow(/longer than 10 characters; raise maxSize/);
    const doc = resourceLists.parse(content, { maxSize: 200 });
    expect(() => doc.put(list('g'), `<list name="g">${' '.repeat(300)}</list>`)).toThrow(/longer than 200/);
    expect(String(doc)).toBe(content);
  });

  it('refuse elements that stand too deep in each other, when they are read and when they are put', () => {
    expect(() => parseDocument('<a>'.repeat(1001) + '</a>'.repeat(1001))).toThrow(/too deep/);
    const doc = parseDocument('<a><a><a/></a></a>', { maxDepth: 4 });
    expect(() => doc.put(parseSelector('a/a/a/b', {}), '<b><c/></b>')).toThrow(/too deep/);
    expect(doc.put(parseSelector('a/a/a/b', {}), '<b/>')).toBe('created');
  });

  it('must be numbers: a limit that is none would let everything in', () => {
    expect(() => parseDocument('<a/>', { maxSize: Number.NaN })).toThrow(InvalidArgumentError);
    expect(() => parseDocument('<a/>', { maxDepth: -1 })).toThrow(InvalidArgumentError);
  });

  it('leave documents of the greatest depth usable', () => {
    const depth = 999;
    const doc = resourceLists.parse(
      content.replace('<entry uri="sip:a"/>', '<list>'.repeat(depth - 2) + '</list>'.repeat(depth - 2)),
    );
    expect(doc.validate()).toEqual([]);
    expect(doc.clone().equals(doc)).toBe(true);
    expect(doc.get(resourceLists)?.list).toHaveLength(1);
    doc.addList(list('f'), 'g');
    expect(doc.lists()).toHaveLength(1);
  });

  it('refuse data that contains itself', () => {
    const data: { name: string; list?: unknown[] } = { name: 'g' };
    data.list = [data];
    expect(() => open().put(list('g'), wrong(data))).toThrow(/does it contain itself/);
  });
});

describe('what is no selector of this document', () => {
  const notes = defineApplicationUsage({
    auid: 'org.example.notes',
    contentType: 'application/xml',
    namespaces: { '': 'urn:example:notes' },
    root: 'notes',
    elements: { notes: { children: { note: '*' } }, note: { key: 'id', attributes: { id: {} } } },
  });

  it('a selector of another usage is refused, and both are named', () => {
    expect(() => open().get(wrong(notes.note('1')))).toThrow(
      '/notes/note[@id="1"] selects in org.example.notes documents, but this is a resource-lists document',
    );
  });

  it.each([undefined, null, '/resource-lists/list', 5, {}, { node: { steps: [] } }])('%j', (value) => {
    const doc = open();
    for (const verb of [
      'get',
      'put',
      'delete',
      'update',
      'append',
      'element',
      'xml',
      'removeEntry',
      'entries',
    ] as const) {
      expect(() => Reflect.apply(doc[verb], doc, [value, '<a/>'])).toThrow(InvalidArgumentError);
    }
    expect(() => doc.get(wrong(value))).toThrow(/build one from the usage, or read text with parseSelector/);
    expect(String(doc)).toBe(content);
  });

  it('a selector of an attribute is refused where an element is changed', () => {
    const doc = open();
    const attribute = wrong(list('f').attr('name'));
    for (const verb of ['update', 'append', 'element', 'removeEntry', 'removeList', 'moveEntry'] as const) {
      expect(() => Reflect.apply(doc[verb], doc, [attribute, list('f')])).toThrow(
        /selects an attribute, but this works on elements/,
      );
    }
    expect(String(doc)).toBe(content);
  });

  it('a selector that was read without a usage is welcome', () => {
    expect(open().get(parseSelector('p:resource-lists/p:list/@name', { namespaces: { p: NAMESPACE } }))).toBe('f');
  });
});

describe('contents that cannot be written', () => {
  it.each([
    [
      'a string for an element that holds none',
      () => open().put(list('g'), 'hello'),
      /not-xml-frag.*text is only allowed inside/,
    ],
    [
      'XML of another element',
      () => open().put(list('g'), '<entry uri="sip:a"/>'),
      /the content is <entry> in namespace .*the selector names <list>/,
    ],
    [
      'XML without its namespace',
      () => parseDocument('<a xmlns="urn:a"/>').put(parseSelector('*/b', {}), '<b/>'),
      /<b> in namespace urn:a, the selector names <b> in no namespace/,
    ],
    [
      'data without the key that the selector names',
      () => open().put(list('g'), { name: 'h' }),
      /the content has name="h", the selector names "g"/,
    ],
    [
      'data for an element the table does not know',
      () => open().put(list('f').child({ namespace: 'urn:x', name: 'y' }) as never, wrong({ a: 1 })),
      /give the element as XML text.*not define how to write an object/,
    ],
    [
      'data in a document of unknown usage',
      () => parseDocument('<a/>').put(parseSelector('a/b', {}), wrong({})),
      /give the element as XML text/,
    ],
    ['a number for an attribute', () => open().put(list('f').attr('name'), wrong(5)), /@name: 5 is not text/],
    ['nothing for an attribute', () => open().put(list('f').attr('name'), wrong(undefined)), /undefined is not text/],
    ['a forbidden character in an attribute', () => open().put(list(1).attr('name'), 'a\u0001'), /U\+0001 at 1/],
    [
      'a forbidden character in an update',
      () => open().update(list('f').entry(1), { displayName: '\ufffe' }),
      /U\+FFFE at 0/,
    ],
    [
      'one child for all in an update',
      () => open().update(list('f'), wrong({ entry: { uri: 'sip:b' } })),
      /the array of all <entry> elements; to add one, use append/,
    ],
    [
      'an unknown child to append',
      () => open().append(list('f'), wrong({ entri: {} })),
      /<list> has no child "entri"; did you mean "entry"\?/,
    ],
    [
      'a missing parent',
      () => open().append(list('g').list('h'), { entry: { uri: 'sip:b' } }),
      /no-parent.*there is no \/resource-lists\/list\[@name="g"\]\); closest existing ancestor: \/resource-lists/,
    ],
    [
      'an ambiguous parent',
      () => parseDocument('<a><b/><b/></a>').append(parseSelector('a/b', {}), '<c/>'),
      /\/a\/b matches several elements; add a position/,
    ],
  ])('%s', (_, edit, message) => {
    expect(edit).toThrow(message);
  });
});

describe('XPath that cannot be evaluated', () => {
  it.each([
    ['a syntax error', () => open().select('//rl:list['), /cannot be evaluated/],
    ['an unbound prefix', () => open().select('//zz:list'), /zz/],
    ['an unknown function', () => open().select('foo()'), /foo/],
    ['a value where nodes are wanted', () => open().select('count(//*)'), /gives a number, not nodes: use selectValue/],
    ['nodes where a value is wanted', () => open().selectValue('//*'), /use select/],
    ['no string', () => open().select(wrong(undefined)), /is a string, not undefined/],
  ])('%s', (_, read, message) => {
    expect(read).toThrow(InvalidArgumentError);
    expect(read).toThrow(message);
  });
});

describe('values in a document that break their type', () => {
  const doc = resourceLists.parse(content.replace('sip:a', 'sip:a%'));

  it('are left out of the data around them, and an error that names the place when they are read alone', () => {
    expect(doc.get(list('f').entry(1))).toEqual({});
    expect(() => doc.get(list('f').entry(1).attr('uri'))).toThrow(/entry\[1\]\/@uri.*"sip:a%".*not a URI/);
  });

  it('can still be reached, replaced and deleted', () => {
    const copy = doc.clone();
    expect(copy.xml(list('f').entry(1))).toBe('<entry uri="sip:a%"/>');
    copy.update(list('f').entry(1), { uri: 'sip:ab' });
    expect(copy.validate()).toEqual([]);
  });
});

describe('dates at the edges of the calendar', () => {
  const CP = 'urn:ietf:params:xml:ns:common-policy';
  const decide = (from: string, until: string, at: string) =>
    presRules
      .parse(
        `<ruleset xmlns="${CP}"><rule id="a"><conditions><validity><from>${from}</from><until>${until}</until></validity></conditions></rule></ruleset>`,
      )
      .decide({ at }).matched.length;

  it.each([
    ['-999999999999-01-01T00:00:00Z', '999999999999-12-31T24:00:00Z', '2026-11-26T00:00:00Z', 1],
    ['0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59.999999999-14:00', '0001-01-01T00:00:00Z', 1],
    ['-0001-12-31T24:00:00Z', '0001-01-01T00:00:01Z', '0001-01-01T00:00:00Z', 1],
    ['2024-02-29T00:00:00Z', '2024-03-01T00:00:00Z', '2024-02-29T23:59:59Z', 1],
    ['2026-02-29T00:00:00Z', '2027-01-01T00:00:00Z', '2026-11-26T00:00:00Z', 0],
    ['0000-01-01T00:00:00Z', '2027-01-01T00:00:00Z', '2026-11-26T00:00:00Z', 0],
  ])('a rule from %s until %s at %s: %i', (from, until, at, matched) => {
    expect(decide(from, until, at)).toBe(matched);
  });

  it('a time that does not exist is refused with its text', () => {
    expect(() => presRules.create().decide({ at: '2026-02-30T00:00:00Z' })).toThrow(/time zone.*2026-02-30/);
    expect(() => presRules.create().decide({ at: new Date(Number.NaN) })).toThrow(InvalidArgumentError);
  });
});

describe('a patch for a document of another usage', () => {
  const operation = '<replace sel="resource-lists/list/@name">g</replace>';
  const rules = () => {
    const doc = presRules.create();
    doc.allow('sip:bob@example.com');
    return doc;
  };

  it('is refused as operations, because its nodes are not there', () => {
    const doc = rules();
    const before = String(doc);
    expect(() => applyPatch(doc, operation, { namespaces: { '': NAMESPACE } })).toThrow(
      expect.objectContaining({ name: 'PatchError', condition: 'unlocated-node' }),
    );
    expect(String(doc)).toBe(before);
  });

  it('is refused as a change document, which names the usage', () => {
    const doc = rules();
    const before = String(doc);
    const diff = `<xcap-diff xmlns="urn:ietf:params:xml:ns:xcap-diff" xcap-root="http://x/"><document sel="resource-lists/users/sip:a@x/index" previous-etag="1" new-etag="2">${operation}</document></xcap-diff>`;
    expect(() => applyXcapDiff(doc, diff)).toThrow(/is of "resource-lists.*is a pres-rules document/);
    expect(String(doc)).toBe(before);
  });
});

describe('a policy with external lists that refer to each other', () => {
  const ROOT = 'http://xcap.example.com/root';
  const URL = `${ROOT}/resource-lists/users/sip:alice@example.com/index`;
  const anchor = (name: string) => `${URL}/~~/resource-lists/list%5B@name=%22${name}%22%5D`;
  const lists = resourceLists.parse(
    `<resource-lists xmlns="${NAMESPACE}"><list name="a"><entry uri="sip:bob@example.com"/><external anchor="${anchor('b')}"/></list><list name="b"><external anchor="${anchor('a')}"/></list></resource-lists>`,
  );

  it('decides with the members that are there, and names the cycle', async () => {
    const { entries, problems } = await flattenList(lists, list('b'), () => undefined, {
      root: ROOT,
      documentUrl: URL,
    });
    expect(problems.map(({ kind }) => kind)).toEqual(['cycle']);
    const rules = omaPresRules.create();
    rules.append(omaPresRules, {
      rule: {
        id: 'a',
        conditions: { externalList: { entry: [{ anc: anchor('b') }] } },
        actions: { subHandling: 'allow' },
      },
    });
    const resolveList = () => entries.map(({ uri }) => uri);
    expect(rules.decide({ watcher: 'sip:bob@example.com', resolveList }).subHandling).toBe('allow');
    expect(rules.decide({ watcher: 'sip:eve@example.com', resolveList }).subHandling).toBe('block');
  });
});
