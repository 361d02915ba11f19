import { describe, expect, it } from 'vitest';
import { presRules, resourceLists } from '../../../src/documents/index.ts';
import { parseDocument } from '../../../src/documents/usage.ts';

const lists = resourceLists.parse(`<?xml version="1.0"?>
<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:x="urn:x">
  <list name="friends"><entry uri="sip:bob@example.com" x:since="2020"><display-name>Bob</display-name></entry></list>
  <list><entry uri="sip:carol@example.com"/></list>
</resource-lists>`);
const selectorsOf = (doc: typeof lists, expression: string) =>
  doc.select(expression).map((node) => String(doc.selectorOf(node)));

describe('selectorOf', () => {
  it('is by key where there is one, else by position', () =>
    expect(selectorsOf(lists, '//rl:entry')).toEqual([
      '/resource-lists/list[@name="friends"]/entry[@uri="sip:bob@example.com"]',
      '/resource-lists/list[2]/entry[@uri="sip:carol@example.com"]',
    ]));

  it('of attributes, with the prefix that a foreign one needs', () =>
    expect(selectorsOf(lists, '//rl:entry[1]/@x:since | //rl:list/@name')).toEqual([
      '/resource-lists/list[@name="friends"]/@name',
      '/resource-lists/list[@name="friends"]/entry[@uri="sip:bob@example.com"]/@ns1:since?xmlns(ns1=urn:x)',
    ]));

  it('selects the node it was asked for', () => {
    const [node] = lists.select('//rl:display-name');
    const selector = node && lists.selectorOf(node);
    expect(selector && lists.get(selector)).toEqual({ text: 'Bob' });
  });

  it('works without a usage', () => {
    const doc = parseDocument('<a><b/><b n="2"/></a>');
    expect(doc.select('//b').map((node) => String(doc.selectorOf(node)))).toEqual(['/a/b[1]', '/a/b[2]']);
  });

  it.each([
    ['a text', () => lists.select('//text()')[0]],
    ['the document itself', () => lists.select('/')[0]],
    ['an element of another document', () => presRules.create().select('/*')[0]],
    ['an element of a copy', () => lists.clone().select('//rl:entry')[0]],
  ])('%s has none', (_, find) => {
    const node = find();
    if (!node) throw new Error('nothing found');
    expect(() => lists.selectorOf(node)).toThrow('only an element or attribute that is in this document');
  });
});

describe('a selector that a document gave', () => {
  it('has the steps of its element', () => {
    const doc = lists.clone();
    const work = doc.addList(resourceLists.list('friends'), 'work');
    const dave = doc.addEntry(work, { uri: 'sip:dave@example.com' });
    expect(String(dave.displayName())).toBe(
      '/resource-lists/list[@name="friends"]/list[@name="work"]/entry[@uri="sip:dave@example.com"]/display-name',
    );
    expect(work.entry(1).attr('uri').toPath()).toBe(
      '/resource-lists/list%5B@name=%22friends%22%5D/list%5B@name=%22work%22%5D/entry%5B1%5D/@uri',
    );
    expect(String(work.any(2))).toBe('/resource-lists/list[@name="friends"]/list[@name="work"]/*[2]');
    expect(doc.get(work.entry(1))).toEqual({ uri: 'sip:dave@example.com' });
  });

  it('knows the attributes of its element', () => {
    const [first] = lists.lists();
    expect(() => first?.selector.attr('uri' as never)).toThrow('<list> has no attribute "uri"');
  });

  it('is plain data like one that was built', () => {
    const built = resourceLists.list('friends').entry('sip:bob@example.com').displayName();
    const [place] = lists.find('sip:bob@example.com');
    expect(place?.selector.displayName().node).toEqual(built.node);
  });
});
