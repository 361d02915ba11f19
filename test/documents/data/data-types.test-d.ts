import { describe, expectTypeOf, it } from 'vitest';
import { defineApplicationUsage, type PutOutcome, parseDocument, resourceLists } from '../../../src/documents/index.ts';
import { parseSelector, type UntypedSelector } from '../../../src/selector/index.ts';

const { list } = resourceLists;
const doc = resourceLists.create();
const entry = list('f').entry('sip:a');

const notes = defineApplicationUsage({
  auid: 'org.example.notes',
  contentType: 'application/xml',
  namespaces: { '': 'urn:example:notes' },
  root: 'notes',
  elements: {
    notes: { children: { note: '*', title: '?', done: '?' } },
    note: {
      key: 'id',
      attributes: { id: { required: true }, rank: { type: 'integer' }, open: { type: 'boolean' } },
      text: { enum: ['a', 'b'] },
    },
    title: { text: 'string' },
    done: {},
  },
});

describe('reading is typed by the table', () => {
  it('of elements, attributes and bindings', () => {
    const data = doc.get(entry);
    expectTypeOf(data?.uri).toEqualTypeOf<string | undefined>();
    expectTypeOf(data?.displayName).toEqualTypeOf<{ readonly text: string; readonly lang?: string } | undefined>();
    expectTypeOf(doc.get(list('f').attr('name'))).toEqualTypeOf<string | undefined>();
    expectTypeOf(doc.get(list('f').namespaceBindings())).toEqualTypeOf<Readonly<Record<string, string>> | undefined>();
    expectTypeOf(doc.get(resourceLists)?.list?.[0]?.list?.[0]?.entry?.[0]?.uri).toEqualTypeOf<string | undefined>();
  });

  it('with the simple types of the table', () => {
    const data = notes.create().get(notes.note('n'));
    expectTypeOf(data).toEqualTypeOf<
      { readonly text: 'a' | 'b'; readonly id: string; readonly rank?: number; readonly open?: boolean } | undefined
    >();
    expectTypeOf(notes.create().get(notes.note('n').attr('rank'))).toEqualTypeOf<number | undefined>();
    expectTypeOf(notes.create().get(notes.done())).toEqualTypeOf<true | undefined>();
  });

  it('is unknown where the table cannot tell', () => {
    expectTypeOf(doc.get(list('f').any(1))).toBeUnknown();
    expectTypeOf(doc.get(parseSelector('resource-lists', resourceLists))).toBeUnknown();
    expectTypeOf(parseDocument('<a/>').get(parseSelector('a', {}))).toBeUnknown();
  });
});

describe('writing is checked by the table', () => {
  it('takes data, XML text and, for text, the text alone', () => {
    expectTypeOf(doc.put(entry, { uri: 'sip:a', displayName: 'A' })).toEqualTypeOf<PutOutcome>();
    doc.put(entry, { uri: 'sip:a', displayName: { text: 'A', lang: 'en' } });
    doc.put(entry, '<entry uri="sip:a"/>');
    doc.put(entry.displayName(), 'A');
    doc.put(entry.attr('uri'), 'sip:b');
    doc.put(list('f'), { name: 'f', entry: { uri: 'sip:a' }, list: [{ name: 'g' }] });
    doc.put(list('f').any(1), '<x/>');
    notes.create().put(notes.title(), { text: 'T' });
    notes.create().put(notes.note('n').attr('rank'), 5);
  });

  it('refuses what the table does not know', () => {
    // @ts-expect-error: unknown member
    doc.put(entry, { uri: 'sip:a', displayname: 'A' });
    // @ts-expect-error: the uri is required
    doc.put(entry, { displayName: 'A' });
    // @ts-expect-error: wrong type
    doc.put(entry, { uri: 5 });
    // @ts-expect-error: wrong type of an attribute
    doc.put(entry.attr('uri'), 5);
    // @ts-expect-error: unknown member of a child
    doc.put(list('f'), { entry: [{ uri: 'sip:a', nope: 1 }] });
    // @ts-expect-error: a selector of another usage
    doc.put(notes.note('n'), '<x/>');
    // @ts-expect-error: namespace bindings are read-only
    doc.put(list('f').namespaceBindings(), '<x/>');
    // @ts-expect-error: text outside the enumeration
    notes.create().put(notes.note('n'), { id: 'n', text: 'c' });
  });

  it('update takes any part, null to remove', () => {
    doc.update(entry, { displayName: null });
    doc.update(list('f'), { name: 'g', entry: [] });
    // @ts-expect-error: unknown member
    doc.update(entry, { nope: 1 });
    // @ts-expect-error: one child is not all of them
    doc.update(list('f'), { entry: { uri: 'sip:a' } });
    // @ts-expect-error: attributes are put
    doc.update(entry.attr('uri'), 'sip:b');
  });

  it('append takes children by name', () => {
    expectTypeOf(doc.append(list('f'), { entry: { uri: 'sip:a' } })).toEqualTypeOf<UntypedSelector[]>();
    doc.append(list('f'), '<x:y xmlns:x="urn:x"/>');
    // @ts-expect-error: no such child
    doc.append(list('f'), { entri: { uri: 'sip:a' } });
    // @ts-expect-error: an entry has no lists
    doc.append(entry, { list: { name: 'a' } });
  });

  it('domain verbs tell lists from entries', () => {
    doc.addEntry(list('f').list('g'), { uri: 'sip:a' });
    // @ts-expect-error: an entry holds no entries
    doc.addEntry(entry, { uri: 'sip:a' });
    // @ts-expect-error: a list is no entry
    doc.removeEntry(list('f'));
    // @ts-expect-error: an entry is moved into a list
    doc.moveEntry(entry, entry);
  });
});
