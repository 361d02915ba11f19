import { describe, expect, it } from 'vitest';
import {
  applyOperations,
  applyXcapDiff,
  createXcapDiff,
  diff,
  merge,
  type ResourceListsDocument,
  resourceLists,
} from '../../src/index.ts';
import { budget, spent } from './cpu.ts';

/** No verb is kept busy by a document of one megabyte, whatever its shape: all of them take about linear time. */

const SIZE = 1_000_000;
/** Just below the largest depth that is read. */
const DEPTH = 990;
const NAMESPACE = 'urn:ietf:params:xml:ns:resource-lists';

const many = (make: (index: number) => string): string => {
  const parts: string[] = [];
  for (let index = 0, size = 0; size < SIZE; index++) {
    const part = make(index);
    parts.push(part);
    size += part.length;
  }
  return parts.join('');
};
const lists = (content: string): string =>
  `<resource-lists xmlns="${NAMESPACE}" xmlns:e="urn:e">${content}</resource-lists>`;
const list = (content: string): string => lists(`<list name="a">${content}</list>`);
const nested = (start: string, inner: string, end: string): string => start.repeat(DEPTH) + inner + end.repeat(DEPTH);

const DOCUMENTS: Readonly<Record<string, string>> = {
  'many entries': list(many((index) => `<entry uri="sip:u${index}@x"/>`)),
  'many entries with equal names': list(
    many((index) => `<entry uri="sip:u${index}@x"><display-name>n</display-name></entry>`),
  ),
  'many entries of one key': list(many(() => '<entry uri="sip:u1@x"/>')),
  'many elements without a key': list(many((index) => `<e:n>u${index}</e:n>`)),
  'many lists': lists(many((index) => `<list name="u${index}"/>`)),
  'long keys': list(
    Array.from({ length: 10 }, (_, index) => `<entry uri="sip:u${index}${'a'.repeat(SIZE / 10)}@x"/>`).join(''),
  ),
  'many namespaces': list(many((index) => `<e${index}:n xmlns:e${index}="urn:e:${index}">u1</e${index}:n>`)),
  'deep lists': lists(nested('<list name="a">', '', '</list>')),
  'deep foreign elements': list(nested('<e:a>', '', '</e:a>')),
};

/** The document with every second key changed. */
function changed(text: string): ResourceListsDocument {
  let count = 0;
  return resourceLists.parse(text.replace(/u(\d)/g, (found, digit) => (count++ % 2 === 0 ? `v${digit}` : found)));
}

/** The last element at the greatest depth that is reached by going to the last child. */
function lastOf(document: ResourceListsDocument) {
  let [last] = document.select('/*');
  for (let node = last?.lastChild; node; node = node.lastChild ?? node.previousSibling)
    if (node.nodeType === 1) last = node;
  return document.selectorOf(last as never); // a document has a root element
}

const a = resourceLists.list('a');
const entries = (count: number) => Array.from({ length: count }, (_, index) => ({ uri: `sip:w${index}@z` }));

/** Each gets a copy of the document, and one with half of the keys changed. */
const VERBS: Readonly<Record<string, (document: ResourceListsDocument, other: ResourceListsDocument) => unknown>> = {
  'selectorOf, matches, get, xml': (document) => {
    const last = lastOf(document);
    return [document.matches(last), document.get(last), document.xml(last)];
  },
  'get of the root': (document) => document.get(resourceLists),
  'update of all entries': (document) => document.update(a, { entry: entries(1) }),
  'append of one entry': (document) => document.append(a, { entry: entries(1) }),
  'append of many entries': (document) => document.append(a, { entry: entries(5000) }),
  'put of the last element': (document) => document.put(lastOf(document), document.xml(lastOf(document)) ?? ''),
  'delete of the last element': (document) => document.delete(lastOf(document)),
  'delete of the list': (document) => document.delete(a),
  moveEntry: (document) => document.moveEntry(a.entry('sip:u9@x'), document.addList('destination')),
  'lists, entries, find': (document) => [document.lists(), document.entries(a), document.find('sip:a@b')],
  'clone, equals, validate': (document) => [document.clone().equals(document), document.validate(), document.changes],
  'diff with half of the keys changed': (document, other) => diff(document, other),
  'diff to and from the empty document': (document) => [
    diff(document, resourceLists.create()),
    diff(resourceLists.create(), document),
  ],
  'merge with half of the keys changed': (document, other) => {
    const mine = document.clone();
    mine.addList('mine');
    return merge(document, mine, other);
  },
  'merge of two additions': (document, other) => merge(resourceLists.create(), document, other),
  'createXcapDiff and applyXcapDiff': (document) => {
    const after = document.clone();
    after.addList('new');
    const options = {
      root: 'http://x/',
      documentSelector: 'resource-lists/users/a/index',
      previousEtag: '1',
      newEtag: '2',
    };
    applyXcapDiff(document, createXcapDiff(document, after, options));
  },
  applyOperations: (document) => {
    const after = document.clone();
    after.addList('new');
    applyOperations(document, diff(document, after));
  },
};

describe('a document of one megabyte', { timeout: 600_000 }, () => {
  it.each(Object.entries(DOCUMENTS))('with %s passes through every verb within the budget', (_, text) => {
    const document = resourceLists.parse(text);
    const other = changed(text);
    for (const [name, verb] of Object.entries(VERBS)) {
      const copy = document.clone();
      expect(
        spent(() => verb(copy, other)),
        name,
      ).toBeLessThan(budget);
    }
  });
});

describe('a merge of lists that both sides renamed', { timeout: 600_000 }, () => {
  const numbers = Array.from({ length: 8000 }, (_, index) => index);
  const entry = (name: string | number) => `<entry uri="sip:${name}"/>`;
  const each = (listOf: (index: number) => string) => lists(numbers.map(listOf).join(''));
  const named = (name: string, ...content: readonly string[]) => `<list name="${name}">${content.join('')}</list>`;

  it.each([
    {
      what: 'one list became many',
      base: lists(named('old', ...numbers.map(entry))),
      mine: each((index) => named(`new${index}`, entry(index))),
      theirs: each((index) => named(`new${index}`, entry((index + 1) % 8000))),
    },
    {
      what: 'many lists became one',
      base: each((index) => named(`old${index}`, entry(index))),
      mine: lists(named('new', ...numbers.map(entry))),
      theirs: lists(named('new', ...numbers.map(entry), entry('more'))),
    },
    {
      what: 'all lists have the same entry',
      base: each((index) => named(`old${index}`, entry('a'))),
      mine: each((index) => named(`new${index}`, entry('a'), entry('m'))),
      theirs: each((index) => named(`new${index}`, entry('a'), entry('t'))),
    },
    {
      what: 'each list was changed by both',
      base: each((index) => named(`old${index}`, entry(`${index}a`), entry(`${index}b`))),
      mine: each((index) => named(`new${index}`, entry(`${index}a`), entry(`${index}m`))),
      theirs: each((index) => named(`new${index}`, entry(`${index}a`), entry(`${index}b`), entry(`${index}t`))),
    },
  ])('keeps within the budget if $what', ({ base, mine, theirs }) => {
    const [before, my, their] = [base, mine, theirs].map((text) => resourceLists.parse(text));
    expect(spent(() => before && my && their && merge(before, my, their))).toBeLessThan(budget);
  });
});
