import { describe, expect, it } from 'vitest';
import { type ResourceListsDocument, resourceLists } from '../../../src/documents/index.ts';

const { list } = resourceLists;
const BEGIN = '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">';
const END = '</resource-lists>';

/** What an edit makes of the content of the root element. */
function editing(content: string, edit: (doc: ResourceListsDocument) => unknown): string {
  const doc = resourceLists.parse(BEGIN + content + END);
  edit(doc);
  expect(resourceLists.parse(String(doc)).equals(doc)).toBe(true);
  return String(doc).slice(BEGIN.length, -END.length);
}

const addEntry = (doc: ResourceListsDocument) => doc.addEntry(list('f'), { uri: 'sip:n', displayName: 'N' });
const addPlain = (doc: ResourceListsDocument) => doc.addEntry(list('f'), { uri: 'sip:n' });

describe('a new element follows the indentation of its siblings', () => {
  it.each([
    [
      'spaces',
      '\n  <list name="f">\n    <entry uri="sip:a"/>\n  </list>\n',
      '    <entry uri="sip:a"/>\n',
      '    <entry uri="sip:n">\n      <display-name>N</display-name>\n    </entry>\n',
    ],
    [
      'tabs',
      '\n\t<list name="f">\n\t\t<entry uri="sip:a"/>\n\t</list>\n',
      '\t\t<entry uri="sip:a"/>\n',
      '\t\t<entry uri="sip:n">\n\t\t\t<display-name>N</display-name>\n\t\t</entry>\n',
    ],
    [
      'CRLF line ends',
      '\r\n <list name="f">\r\n  <entry uri="sip:a"/>\r\n </list>\r\n',
      '  <entry uri="sip:a"/>\r\n',
      '  <entry uri="sip:n">\r\n   <display-name>N</display-name>\r\n  </entry>\r\n',
    ],
    [
      'lines without indentation',
      '\n<list name="f">\n<entry uri="sip:a"/>\n</list>\n',
      '<entry uri="sip:a"/>\n',
      '<entry uri="sip:n">\n<display-name>N</display-name>\n</entry>\n',
    ],
    [
      'entries on one line each',
      '\n <list name="f">\n  <entry uri="sip:a"><display-name>A</display-name></entry>\n </list>',
      '</entry>\n',
      '  <entry uri="sip:n"><display-name>N</display-name></entry>\n',
    ],
    [
      'everything on one line',
      '<list name="f"><entry uri="sip:a"/></list>',
      '<entry uri="sip:a"/>',
      '<entry uri="sip:n"><display-name>N</display-name></entry>',
    ],
    [
      'a comment at the end of the line',
      '\n <list name="f">\n  <entry uri="sip:a"/> <!-- A -->\n </list>',
      '<!-- A -->\n',
      '  <entry uri="sip:n">\n   <display-name>N</display-name>\n  </entry>\n',
    ],
    [
      'a comment on the line below',
      '\n <list name="f">\n  <entry uri="sip:a"/>\n  <!-- done -->\n </list>',
      '<entry uri="sip:a"/>\n',
      '  <entry uri="sip:n">\n   <display-name>N</display-name>\n  </entry>\n',
    ],
    [
      'an empty line behind the last one',
      '\n <list name="f">\n  <entry uri="sip:a"/>\n\n </list>',
      '<entry uri="sip:a"/>\n',
      '  <entry uri="sip:n">\n   <display-name>N</display-name>\n  </entry>\n',
    ],
  ])('%s', (_, before, behind, added) => {
    expect(editing(before, addEntry)).toBe(before.replace(behind, behind + added));
  });

  it.each([
    ['an empty-element tag', '\n  <list name="f"/>\n', '\n  <list name="f">\n    <entry uri="sip:n"/>\n  </list>\n'],
    ['start and end tag', '\n  <list name="f"></list>\n', '\n  <list name="f">\n    <entry uri="sip:n"/>\n  </list>\n'],
    [
      'start and end tag on lines of their own',
      '\n  <list name="f">\n  </list>\n',
      '\n  <list name="f">\n    <entry uri="sip:n"/>\n  </list>\n',
    ],
    [
      'a comment',
      '\n  <list name="f">\n    <!-- none -->\n  </list>\n',
      '\n  <list name="f">\n    <!-- none -->\n    <entry uri="sip:n"/>\n  </list>\n',
    ],
    [
      'CRLF line ends',
      '\r\n\t<list name="f"/>\r\n',
      '\r\n\t<list name="f">\r\n\t\t<entry uri="sip:n"/>\r\n\t</list>\r\n',
    ],
    [
      'a place among others on one line',
      '<list name="e"/><list name="f"/>',
      '<list name="e"/><list name="f"><entry uri="sip:n"/></list>',
    ],
  ])('in an empty list: %s', (_, before, after) => {
    expect(editing(before, addPlain)).toBe(after);
  });

  it('in an empty document', () => {
    expect(editing('', (doc) => doc.addList('f'))).toBe('\n  <list name="f"></list>\n');
  });

  it('before its siblings, when the schema wants it first', () => {
    const before = '\n <list name="f">\n  <entry uri="sip:a"/>\n </list>\n';
    expect(editing(before, (doc) => doc.renameList(list('f'), 'F'))).toBe(
      before.replace('\n  <entry', '\n  <display-name>F</display-name>\n  <entry'),
    );
  });
});

describe('a removed element takes its line along', () => {
  const content =
    '\n <list name="f">\n  <entry uri="sip:a"/>\n\n  <!-- c -->\n  <entry uri="sip:b"/>\n  <entry uri="sip:c"/><!-- C -->\n </list>\n';

  it.each([
    ['the first', 'sip:a', '\n  <entry uri="sip:a"/>', ''],
    ['one between others, with the comment above it staying', 'sip:b', '\n  <entry uri="sip:b"/>', ''],
    ['but not where a comment shares the line', 'sip:c', '<entry uri="sip:c"/>', ''],
  ])('%s', (_, uri, from, to) => {
    expect(editing(content, (doc) => doc.removeEntry(list('f').entry(uri)))).toBe(content.replace(from, to));
  });

  it('leaves an empty line above it alone', () => {
    const spaced = '<list name="f">\n <entry uri="sip:a"/>\n\n <entry uri="sip:b"/>\n</list>';
    expect(editing(spaced, (doc) => doc.removeEntry(list('f').entry('sip:b')))).toBe(
      '<list name="f">\n <entry uri="sip:a"/>\n\n</list>',
    );
  });

  it('and comes back byte for byte when it is added again', () => {
    const before = '\r\n <list name="f">\r\n  <entry uri="sip:a"/>\r\n  <entry uri="sip:b"/>\r\n </list>';
    expect(
      editing(before, (doc) => {
        doc.removeEntry(list('f').entry('sip:b'));
        doc.addEntry(list('f'), { uri: 'sip:b' });
      }),
    ).toBe(before);
  });
});
