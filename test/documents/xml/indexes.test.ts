import type { Element, Node } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError, resourceLists, XcapDocument } from '../../../src/documents/index.ts';
import type { ResourceListsDocument } from '../../../src/documents/usages/resource-lists/document.ts';
import { documentValues } from '../../../src/documents/xml/indexes.ts';
import { descendants } from '../../../src/documents/xml/walk.ts';
import { qname } from '../../../src/selector/ast.ts';

const friends = resourceLists.list('friends');
const NAMESPACE = 'urn:ietf:params:xml:ns:resource-lists';

/** More children than are searched without an index, in a small number of keys, so that keys collide. */
const ENTRIES = 80;
const KEYS = 120;
const uri = (key: number): string => `sip:${key}@example.com`;

function create(): ResourceListsDocument {
  const entries = Array.from({ length: ENTRIES }, (_, key) => `    <entry uri="${uri(key)}"/>\n`);
  const doc = resourceLists.parse(
    `<resource-lists xmlns="${NAMESPACE}">\n  <list name="friends">\n${entries.join('')}  </list>\n  <list name="others"/>\n</resource-lists>`,
  );
  // An index is built when it is needed for the second time.
  for (let time = 0; time < 3; time++) doc.matches(friends.entry(uri(0)));
  return doc;
}

/** The children of the list, found by links between siblings alone. */
function walked(doc: ResourceListsDocument): {
  readonly list: Element;
  readonly nodes: Node[];
  readonly entries: Element[];
} {
  const root = doc.select('/*')[0] as Element; // an XPath of elements
  let list = root.firstChild;
  while (list && (list as Element).getAttribute?.('name') !== 'friends') list = list.nextSibling;
  const nodes: Node[] = [];
  for (let node = list?.firstChild ?? null; node; node = node.nextSibling) nodes.push(node);
  return { list: list as Element, nodes, entries: nodes.filter((node) => node.nodeName === 'entry') as Element[] };
}

const uriOf = (entry: Element): string | null => entry.getAttribute('uri');

/** Compares the index of values in the whole document with a walk. */
function compareValues(doc: ResourceListsDocument): void {
  const { dom } = XcapDocument.stateOf(doc);
  const found = dom.documentElement ? Array.from(descendants(dom.documentElement)) : [];
  for (let key = 0; key < KEYS; key++) {
    const walk = found.filter((element) => element.localName === 'entry' && uriOf(element) === uri(key));
    const indexed = documentValues(dom, qname(NAMESPACE, 'entry'), qname(null, 'uri')).withValue(uri(key));
    expect(indexed).toEqual(new Set(walk));
  }
}

/** Compares everything that an index answers with a walk. */
function compare(doc: ResourceListsDocument): void {
  compareValues(doc);
  const { list, nodes, entries } = walked(doc);
  expect(Array.from(list.childNodes)).toEqual(nodes);
  expect(list.childNodes.length).toBe(nodes.length);
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(uriOf(entry) ?? '', (counts.get(uriOf(entry) ?? '') ?? 0) + 1);
  for (let key = 0; key < KEYS; key++)
    expect([key, doc.matches(friends.entry(uri(key)))]).toEqual([key, counts.get(uri(key)) ?? 0]);
  for (const position of [1, 2, entries.length >> 1, entries.length, entries.length + 1]) {
    const expected = entries[position - 1];
    expect(doc.matches(friends.entry(position))).toBe(expected ? 1 : 0);
    if (!expected) continue;
    const value = uriOf(expected) ?? '';
    const isUnique = expected.hasAttribute('uri') && counts.get(value) === 1;
    const selector = isUnique ? friends.entry(value) : friends.entry(position);
    expect(String(doc.selectorOf(expected))).toBe(String(selector));
    expect(doc.matches(friends.entry({ at: position, uri: value }))).toBe(expected.hasAttribute('uri') ? 1 : 0);
  }
}

type Edit = (doc: ResourceListsDocument) => void;

const key = fc.nat(KEYS - 1);

/** Edits by the verbs of a document. */
const verbs = {
  addEntry: key.map(
    (k): Edit =>
      (doc) =>
        void doc.addEntry(friends, { uri: uri(k) }),
  ),
  append: fc.array(key, { maxLength: 60 }).map(
    (ks): Edit =>
      (doc) =>
        void doc.append(friends, { entry: ks.map((k) => ({ uri: uri(k) })) }),
  ),
  addList: key.map(
    (k): Edit =>
      (doc) =>
        void doc.addList(friends, `nested ${k}`),
  ),
  removeEntry: key.map(
    (k): Edit =>
      (doc) =>
        doc.removeEntry(friends, uri(k)),
  ),
  delete: key.map(
    (k): Edit =>
      (doc) =>
        doc.delete(friends.entry(k + 1)),
  ),
  putByKey: key.map(
    (k): Edit =>
      (doc) =>
        void doc.put(friends.entry(uri(k)), `<entry uri="${uri(k)}"/>`),
  ),
  putAtPosition: fc.tuple(key, key).map(
    ([at, k]): Edit =>
      (doc) =>
        void doc.put(friends.entry({ at: at + 1, uri: uri(k) }), `<entry uri="${uri(k)}"/>`),
  ),
  putKey: fc.tuple(key, key).map(
    ([at, k]): Edit =>
      (doc) =>
        void doc.put(friends.entry(at + 1).attr('uri'), uri(k)),
  ),
  updateKey: fc.tuple(key, key).map(
    ([old, k]): Edit =>
      (doc) =>
        doc.update(friends.entry(uri(old)), { uri: uri(k) }),
  ),
  rename: key.map(
    (k): Edit =>
      (doc) =>
        doc.renameEntry(friends.entry(uri(k)), `name ${k}`),
  ),
  moveAway: key.map(
    (k): Edit =>
      (doc) =>
        void doc.moveEntry(friends.entry(uri(k)), resourceLists.list('others')),
  ),
  moveBack: key.map(
    (k): Edit =>
      (doc) =>
        void doc.moveEntry(resourceLists.list('others').entry(uri(k)), friends),
  ),
  replaceList: fc.constant<Edit>((doc) => void doc.put(friends, doc.xml(friends) ?? '')),
};

/** Changes of the DOM from outside, of an element that `find` gives. */
function outside(find: (doc: ResourceListsDocument, k: number) => Element | undefined) {
  const child = (doc: ResourceListsDocument, k: number) => walked(doc).entries[k];
  const change = (edit: (entry: Element, k: number, doc: ResourceListsDocument) => void) =>
    fc.tuple(key, key).map(
      ([at, k]): Edit =>
        (doc) => {
          const found = find(doc, at);
          const entry = found?.nodeName === 'list' ? child(doc, at) : found;
          if (entry) edit(entry, k, doc);
        },
    );
  return {
    setAttribute: change((entry, k) => entry.setAttribute('uri', uri(k))),
    setValue: change((entry, k) => {
      const attribute = entry.getAttributeNode('uri');
      if (attribute) attribute.value = uri(k);
    }),
    removeAttribute: change((entry) => entry.removeAttribute('uri')),
    remove: change((entry) => entry.parentNode?.removeChild(entry)),
    moveToEnd: change((entry) => entry.parentNode?.appendChild(entry)),
    moveToStart: change((entry) => entry.parentNode?.insertBefore(entry, entry.parentNode.firstChild)),
    insert: change((entry, k) => {
      const added = entry.ownerDocument?.createElementNS(NAMESPACE, 'entry');
      added?.setAttribute('uri', uri(k));
      if (added) entry.parentNode?.insertBefore(added, entry);
    }),
    replace: change((entry, k) => {
      const copy = entry.cloneNode(true) as Element; // a clone has its original's type
      copy.setAttribute('uri', uri(k));
      entry.parentNode?.replaceChild(copy, entry);
    }),
  };
}

const handedOutEntry = (doc: ResourceListsDocument, k: number) => doc.element(friends.entry(k + 1));
const entryOfHandedOutList = (doc: ResourceListsDocument, k: number) => {
  const list = doc.element(friends);
  return list && (Array.from(list.childNodes).filter(({ nodeName }) => nodeName === 'entry')[k] as Element | undefined);
};

function run(doc: ResourceListsDocument, edit: Edit): void {
  const before = walked(doc).entries.map(uriOf);
  try {
    edit(doc);
  } catch (error) {
    if (!(error instanceof ConflictError || error instanceof NotFoundError)) throw error;
    expect(walked(doc).entries.map(uriOf)).toEqual(before);
  }
}

function holds(edits: fc.Arbitrary<Edit>): void {
  fc.assert(
    fc.property(fc.array(edits, { minLength: 1, maxLength: 12 }), (list) => {
      const doc = create();
      for (const edit of list) {
        run(doc, edit);
        compare(doc);
      }
    }),
    { numRuns: 8 },
  );
}

describe('the index of children gives what a walk gives', () => {
  it('after random verbs', () => holds(fc.oneof(...Object.values(verbs))));

  it('after verbs and changes of nodes that were selected', () =>
    holds(fc.oneof(...Object.values(verbs), ...Object.values(outside((doc, k) => walked(doc).entries[k])))));

  it('after verbs and changes of handed-out elements', () =>
    holds(
      fc.oneof(
        ...Object.values(verbs),
        ...Object.values(outside(handedOutEntry)),
        ...Object.values(outside(entryOfHandedOutList)),
      ),
    ));

  it('after a change of an element that was handed out before', () => {
    const doc = create();
    const entry = doc.element(friends.entry(uri(7)));
    for (let time = 0; time < 3; time++) compare(doc);
    const attribute = entry?.getAttributeNode('uri');
    if (attribute) attribute.value = uri(100);
    expect(doc.matches(friends.entry(uri(7)))).toBe(0);
    expect(doc.matches(friends.entry(uri(100)))).toBe(1);
    expect(() => doc.addEntry(friends, { uri: uri(100) })).toThrow(ConflictError);
    doc.addEntry(friends, { uri: uri(7) });
    compare(doc);
  });
});

describe('a list of children', () => {
  it('is numbered when it is read after an edit, if it was taken after an earlier edit', () => {
    const doc = create();
    doc.addEntry(friends, { uri: uri(100) });
    const { childNodes } = walked(doc).list;
    const before = childNodes.length;
    doc.addEntry(friends, { uri: uri(101) });
    expect(childNodes.length).toBe(before + 2);
    doc.removeEntry(friends, uri(0));
    expect(childNodes.length).toBe(before);
    expect(childNodes[before]).toBeUndefined();
  });

  it('follows edits if it belongs to a handed-out element', () => {
    const doc = create();
    const list = doc.element(friends);
    const childNodes = list?.childNodes;
    const before = childNodes?.length ?? 0;
    doc.addEntry(friends, { uri: uri(100) });
    expect(childNodes?.length).toBe(before + 2);
  });
});
