import { describe, expect, it } from 'vitest';
import { ConflictError, resourceLists, ValidationError } from '../../../../src/documents/index.ts';

const { list } = resourceLists;
const wrap = (content: string) =>
  `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:e="urn:e">${content}</resource-lists>`;
const open = (content: string) => resourceLists.parse(wrap(content));

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('uniqueness among siblings (RFC 4826 section 3.4.5)', () => {
  const content =
    '<list name="a"><entry uri="sip:x"/><entry uri="sip:y"/><entry-ref ref="r"/><external anchor="http://h/"/></list><list name="a-2"/>';

  it.each([
    ['the name of a list', () => open(content).addList('a')],
    ['the uri of an entry', () => open(content).addEntry(list('a'), { uri: 'sip:x' })],
    ['the ref of an entry-ref', () => open(content).addEntryRef(list('a'), { ref: 'r' })],
    ['the anchor of an external', () => open(content).addExternal(list('a'), { anchor: 'http://h/' })],
    ['a key that put writes', () => open(content).put(list('a').entry(2), { uri: 'sip:x' })],
    ['a key that put writes as an attribute', () => open(content).put(list('a').entry(2).attr('uri'), 'sip:x')],
    ['a key that update changes', () => open(content).update(list('a').entry(2), { uri: 'sip:x' })],
    [
      'a key twice in the data',
      () => open(content).put(list('b'), { name: 'b', entry: [{ uri: 'sip:1' }, { uri: 'sip:1' }] }),
    ],
    [
      'a key twice in the XML',
      () => open(content).put(list('b'), '<list name="b"><list name="c"/><list name="c"/></list>'),
    ],
  ])('rejects %s', (_, edit) => {
    expect(thrownBy(edit)).toMatchObject({ name: 'ConflictError', condition: 'uniqueness-failure' });
  });

  it.each([
    ['the same URI in another list', () => open(content).addEntry(list('a-2'), { uri: 'sip:x' })],
    ['the same value in another kind of element', () => open(content).addEntryRef(list('a'), { ref: 'sip-x' })],
    ['the same name in a nested list', () => open(content).addList(list('a'), 'a')],
    ['a value that differs in case only', () => open(content).addEntry(list('a'), { uri: 'sip:X' })],
    ['a list without a name', () => open('<list/>').append(resourceLists, '<list/>')],
    [
      'an element of another namespace with the same key',
      () => open(content).append(list('a'), '<e:entry uri="sip:x"/>'),
    ],
  ])('accepts %s', (_, edit) => {
    expect(edit).not.toThrow();
  });

  it('reports where the value is taken, and free names', () => {
    const error = thrownBy(() => open(content).addList('a'));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ exists: [{ field: 'resource-lists/list%5B3%5D/@name', altValues: ['a-3'] }] });
    expect(String(error)).toMatch(/another <list> in \/resource-lists has the name "a".*free would be "a-3"/);
  });

  it('suggests no other URI, which would identify another person', () => {
    const error = thrownBy(() => open(content).addEntry(list('a'), { uri: 'sip:x' }));
    expect(error).toMatchObject({ exists: [{ altValues: [] }] });
  });
});

describe('validate (RFC 4826 sections 3.2 and 3.4.5)', () => {
  it.each([
    [
      'a valid list',
      '<list name="a"><display-name/><entry uri="sip:x" e:k="1"/><external anchor="https://h/a"/><entry-ref ref="a/b"/><list/><e:x/></list>',
      [],
    ],
    ['extension attributes and elements', '<list e:k="1"><e:x y="1"/></list>', []],
    ['a name taken twice', '<list name="a"/><list name="a"/>', ['unique']],
    ['an entry without uri', '<list><entry/></list>', ['required-attribute']],
    ['a uri with half an escape', '<list><entry uri="sip:a%4"/></list>', ['type']],
    ['an unknown attribute', '<list nmae="a"/>', ['unknown-attribute']],
    ['an unknown element of the namespace', '<list><entri uri="x"/></list>', ['unknown-element']],
    ['an extension at the root', '<e:x/>', ['unknown-element']],
    ['an extension before entries', '<list><e:x/><entry uri="sip:x"/></list>', ['order']],
    ['a display name behind entries', '<list><entry uri="sip:x"/><display-name>A</display-name></list>', ['order']],
    ['two display names', '<list><display-name/><display-name/></list>', ['cardinality']],
    ['text in a list', '<list>hello</list>', ['text']],
    ['an entry at the root', '<entry uri="sip:x"/>', ['unknown-element']],
    ['an absolute path as ref', '<list><entry-ref ref="/a"/></list>', ['constraint']],
    ['a URI as ref', '<list><entry-ref ref="http://h/a"/></list>', ['constraint']],
    ['an empty ref', '<list><entry-ref ref=""/></list>', ['constraint']],
    ['an external without anchor', '<list><external/></list>', ['constraint']],
    ['a relative anchor', '<list><external anchor="a/b"/></list>', ['constraint']],
    ['an anchor without host', '<list><external anchor="http:///a"/></list>', ['constraint']],
  ])('%s', (_, content, rules) => {
    expect(
      open(content)
        .validate()
        .map(({ rule }) => rule),
    ).toEqual(rules);
  });

  it('reports the selector and what to do', () => {
    const [issue] = open('<list name="a"><entry uri="sip:x"/><entry uir="sip:y"/></list>').validate().slice(1);
    expect(issue).toEqual({
      selector: '/resource-lists/list[@name="a"]/entry[2]',
      rule: 'unknown-attribute',
      message: '<entry> has no attribute "uir"; did you mean "uri"?',
    });
  });
});

describe('data that is not in the table', () => {
  const refused = (data: unknown) => thrownBy(() => open('').put(list('a'), data as never));

  it.each([
    [
      'an unknown member, with the nearest legal name',
      { name: 'a', displayname: 'A' },
      /list\[@name="a"\]: <list> has no "displayname"; did you mean "displayName"\?/,
    ],
    [
      'an unknown member of a child',
      { name: 'a', entry: [{ uri: 'sip:x' }, { ury: 'sip:y' }] },
      /entry\[2\]: <entry> has no "ury"; did you mean "uri"\?/,
    ],
    ['a missing attribute', { name: 'a', entry: [{}] }, /entry\[1\]: the attribute "uri" is required/],
    ['a number for a URI', { name: 'a', entry: [{ uri: 5 }] }, /entry\[1\]\/@uri: 5 is not a URI/],
    ['a number for text', { name: 'a', displayName: 5 }, /display-name: 5 is not text/],
    ['half an escape', { name: 'a', entry: [{ uri: 'sip:a%4' }] }, /"sip:a%4" is not a URI/],
    ['a character that XML forbids', { name: 'a\u0001' }, /U\+0001 at 1, a character that XML forbids/],
    ['half a surrogate pair', { name: 'a', displayName: '\ud83d' }, /U\+D83D/],
    ['an array', [], /written from an object such as \{ name, displayName \}, not from an array/],
    ['a number', 5, /not from 5/],
    ['null', null, /not from null/],
    ['a document', resourceLists.create(), /not from an object of class ResourceListsDocument/],
    ['a map', new Map([['name', 'a']]), /not from an object of class Map/],
    [
      'two elements where one is allowed',
      { name: 'a', displayName: ['A', 'B'] },
      /<display-name> is allowed only once/,
    ],
    ['a bigint', { name: 1n }, /1 is not text/],
    ['a symbol', { name: Symbol('x') }, /a symbol is not text/],
    ['a function', { name: () => 'a' }, /a function is not text/],
  ])('is rejected: %s', (_, data, message) => {
    const error = refused(data);
    expect(error).toBeInstanceOf(ValidationError);
    expect(String(error)).toMatch(message);
  });

  it('is rejected with all issues at once', () => {
    const error = refused({ nam: 'a', entry: [{ uri: 'x', nope: 1 }, {}] });
    expect(error).toMatchObject({
      issues: [{ rule: 'unknown-member' }, { rule: 'unknown-member' }, { rule: 'required-attribute' }],
    });
  });
});
