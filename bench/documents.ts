/** Documents against bare xmldom, and against the time that reading the document takes. */
import { DOMParser, type Element, type Node, XMLSerializer } from '@xmldom/xmldom';
import xpath from 'xpath';
import {
  applyOperations,
  diff,
  merge,
  parseDocument,
  type ResourceListsDocument,
  resourceLists,
} from '../src/documents/index.ts';
import type { BenchRow } from './row.ts';

const NAMESPACE = 'urn:ietf:params:xml:ns:resource-lists';
const friends = resourceLists.list('friends');

const entryText = (user: string, name: string): string =>
  `    <entry uri="sip:${user}@example.com"><display-name>User ${name}</display-name></entry>\n`;

const listText = (entries: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<resource-lists xmlns="${NAMESPACE}">\n  <list name="friends">\n${entries.join('')}  </list>\n</resource-lists>\n`;

const entries = (size: number): string[] =>
  Array.from({ length: size }, (_, index) => entryText(`user${index}`, `${index}`));

/** The list with 100 entries added, removed, renamed and moved, spread over it. */
function changedEntries(size: number, offset: number): string[] {
  const changed = entries(size);
  const gap = size / 100;
  for (let nth = 99; nth >= 0; nth--) {
    const at = nth * gap + offset;
    if (nth % 4 === 0) changed.splice(at, 1);
    else if (nth % 4 === 1) changed[at] = entryText(`user${at}`, 'renamed');
    else if (nth % 4 === 2) changed.splice(at, 0, entryText(`new${at}`, 'new'));
    else changed.splice(at - 4, 0, ...changed.splice(at, 1));
  }
  return changed;
}

/** Medians in milliseconds of several things done in turn, so that they meet the same machine. */
function medians(rounds: number, ...tasks: readonly (() => unknown)[]): number[] {
  const times = tasks.map((): number[] => []);
  for (let round = -2; round < rounds; round++) {
    for (const [index, task] of tasks.entries()) {
      const start = performance.now();
      task();
      if (round >= 0) times[index]?.push(performance.now() - start);
    }
  }
  return times.map((list) => list.sort((a, b) => a - b)[list.length >> 1] ?? 0);
}

const milliseconds = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;

function row(name: string, ours: number, rival: number, rivalName: string, most: number): BenchRow {
  const ratio = ours / rival;
  return {
    name,
    ours: milliseconds(ours),
    rival: `${milliseconds(rival)} ${rivalName}`,
    ratio,
    target: `<= ${most}`,
    ok: ratio <= most,
  };
}

/**
 * How the time of a task grows from 10,000 entries to 100,000, where ten times is linear. The small task runs ten times for
 * each run of the big one, so that both meet the collection of as much garbage.
 */
function growth(name: string, small: () => unknown, big: () => unknown, most = 20): BenchRow {
  const tenTimes = () => {
    for (let count = 0; count < 10; count++) small();
  };
  const [ten = 0, one = 0] = medians(5, tenTimes, big);
  return row(`${name}: growth from 10,000 to 100,000 entries`, one, ten / 10, 'at 10,000', most);
}

function roundTrip(): BenchRow {
  const text = listText(entries(10_000));
  const [ours = 0, rival = 0] = medians(
    9,
    () => {
      const document = resourceLists.parse(text);
      document.addEntry(friends, { uri: 'sip:new@example.com', displayName: 'New' });
      return document.toString();
    },
    () => new XMLSerializer().serializeToString(new DOMParser().parseFromString(text, 'text/xml')),
  );
  return row('parse, add an entry, serialise 10,000 entries', ours, rival, 'bare xmldom, nothing added', 0.8);
}

function lastEntry(size: number): readonly [number, number] {
  const text = listText(entries(size));
  const document = resourceLists.parse(text);
  const selector = friends.entry(`sip:user${size - 1}@example.com`);
  const list = new DOMParser().parseFromString(text, 'text/xml').documentElement?.getElementsByTagName('list')[0];
  const wanted = `sip:user${size - 1}@example.com`;
  const walk = (): Element | undefined => {
    for (let node: Node | null = list?.firstChild ?? null; node; node = node.nextSibling) {
      const element = node as Element; // only elements are asked for attributes
      if (node.nodeType === 1 && element.getAttribute('uri') === wanted) return element;
    }
    return undefined;
  };
  const times = (task: () => unknown) => () => {
    for (let count = 0; count < 5; count++) task();
  };
  const [ours = 0, rival = 0] = medians(
    15,
    times(() => document.get(selector)),
    times(walk),
  );
  return [ours / 5, rival / 5];
}

/** Reading a document, and what the library does with whole documents. */
function wholeTasks(size: number) {
  const [text, ...changed] = [entries(size), changedEntries(size, 11), changedEntries(size, 31)].map(listText);
  const parse = () => resourceLists.parse(text ?? '');
  const base = parse();
  const [mine = base, theirs = base] = changed.map((each) => resourceLists.parse(each));
  return {
    parse,
    diff: () => diff(base, mine),
    merge: () => merge(base, mine, theirs),
    validate: () => mine.validate(),
  };
}

function wholeDocuments(): BenchRow[] {
  const [small, big] = [wholeTasks(10_000), wholeTasks(100_000)];
  const [parsing = 0, diffing = 0, merging = 0, validating = 0] = medians(9, ...Object.values(small));
  return [
    row('diff, 100 changes among 10,000 entries', diffing, parsing, 'to parse', 2),
    row('merge, 100 changes on each side', merging, parsing, 'to parse', 2),
    row('validate 10,000 entries', validating, parsing, 'to parse', 2),
    growth('parse', small.parse, big.parse, 12),
    growth('diff', small.diff, big.diff),
    growth('merge', small.merge, big.merge),
    growth('validate', small.validate, big.validate),
  ];
}

function appending(): BenchRow {
  const text = listText(entries(10_000));
  const [ours = 0, parse = 0] = medians(
    3,
    () => {
      const document = resourceLists.parse(text);
      for (let index = 0; index < 1000; index++)
        document.addEntry(friends, { uri: `sip:new${index}@example.com`, displayName: 'New' });
    },
    () => resourceLists.parse(text),
  );
  const each = (ours - parse) / 1000;
  return row('one addEntry of 1,000 into 10,000 entries', each, parse, 'to parse', 0.1);
}

function selecting(): BenchRow[] {
  const query = '//rl:entry[contains(@uri, "user5")]';
  const [text, bigText] = [listText(entries(1000)), listText(entries(10_000))];
  const [document, big] = [resourceLists.parse(text), resourceLists.parse(bigText)];
  const bare = new DOMParser().parseFromString(text, 'application/xml');
  const find = xpath.useNamespaces({ rl: NAMESPACE });
  const [ours = 0, rival = 0, parse = 0, atBig = 0] = medians(
    5,
    () => document.select(query),
    () => find(query, bare as unknown as globalThis.Node), // the package knows a browser's types only
    () => resourceLists.parse(bigText),
    () => big.select(query),
  );
  return [
    row('select with a predicate among 1,000 entries', ours, rival, 'xpath on bare xmldom', 1),
    row('select with a predicate among 10,000 entries', atBig, parse, 'to parse', 5),
  ];
}

function applying(): BenchRow {
  const [before, after] = [listText(entries(10_000)), listText(changedEntries(10_000, 11))];
  const operations = diff(resourceLists.parse(before), resourceLists.parse(after));
  const [ours = 0, parse = 0] = medians(
    5,
    () => {
      const document = resourceLists.parse(before);
      applyOperations(document, operations);
    },
    () => parseDocument(before),
  );
  return row(`apply ${operations.length} operations to 10,000 entries`, ours - parse, parse, 'to parse', 10);
}

/** Milliseconds of CPU time of each of many calls. */
function cpuOfEach(calls: number, call: (index: number) => unknown): number {
  const start = process.cpuUsage();
  for (let index = 0; index < calls; index++) call(index);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / calls;
}

/** Edits by key in a list of 10,000 entries against the same in a list of 10. */
function byKey(): BenchRow[] {
  const lists = [10, 10_000].map((size) => ({ size, text: listText(entries(size)) }));
  type Verb = (doc: ResourceListsDocument, uri: string, index: number) => unknown;
  const verbs: Readonly<Record<string, Verb>> = {
    get: (doc, uri) => doc.get(friends.entry(uri)),
    update: (doc, uri, index) => doc.update(friends.entry(uri), { displayName: `update ${index}` }),
    put: (doc, uri, index) => doc.put(friends.entry(uri), { uri, displayName: `put ${index}` }),
    'addEntry and removeEntry': (doc, _, index) => {
      const uri = `sip:new${index}@example.com`;
      doc.addEntry(friends, { uri });
      doc.removeEntry(friends, uri);
    },
  };
  return Object.entries(verbs).map(([name, verb]) => {
    const measure = () =>
      lists.map(({ size, text }) => {
        const doc = resourceLists.parse(text);
        const call = (index: number) => verb(doc, `sip:user${(index * 7919) % size}@example.com`, index);
        cpuOfEach(20, call); // builds the index
        return cpuOfEach(1000, (index) => call(index + 20));
      });
    const rounds = [measure(), measure(), measure(), measure()].slice(1);
    const [small = 0, big = 0] = [0, 1].map((at) => Math.min(...rounds.map((round) => round[at] ?? 0)));
    return row(`${name} by key in 10,000 entries`, big, small, 'in 10 entries', 5);
  });
}

/** 1,000 edits of a list of 10,000 entries against one parse of the result. */
function thousandEdits(): BenchRow[] {
  const text = listText(entries(10_000));
  const added = resourceLists.parse(text);
  const add = (doc: ResourceListsDocument) => {
    for (let index = 0; index < 1000; index++)
      doc.addEntry(friends, { uri: `sip:new${index}@example.com`, displayName: 'New' });
  };
  add(added);
  const operations = added.changes;
  const verbs: Readonly<Record<string, (doc: ResourceListsDocument) => unknown>> = {
    'addEntry into': add,
    'removeEntry from': (doc) => {
      for (let index = 0; index < 1000; index++) doc.removeEntry(friends, `sip:user${index * 7}@example.com`);
    },
    'operations applied to': (doc) => applyOperations(doc, operations),
  };
  return Object.entries(verbs).map(([name, edit]) => {
    const rounds = Array.from({ length: 6 }, () => {
      const doc = resourceLists.parse(text);
      const edited = cpuOfEach(1, () => edit(doc));
      const result = doc.toString();
      return [edited, cpuOfEach(1, () => resourceLists.parse(result))] as const;
    }).slice(1);
    const [ours, parse] = [0, 1].map((at) => rounds.map((round) => round[at] ?? 0).sort((a, b) => a - b)[2] ?? 0);
    return row(`1,000 ${name} 10,000 entries`, ours ?? 0, parse ?? 0, 'to parse the result', 1);
  });
}

/** A small change of a document that was cloned. */
function smallChange(): BenchRow[] {
  const base = resourceLists.parse(listText(entries(10_000)));
  const [mine, theirs] = [base.clone(), base.clone()];
  mine.renameEntry(friends.entry('sip:user77@example.com'), 'Renamed');
  theirs.addEntry(friends, { uri: 'sip:new@example.com' });
  const text = base.toString();
  const [parse = 0, diffing = 0, merging = 0] = medians(
    7,
    () => resourceLists.parse(text),
    () => diff(base, mine),
    () => merge(base, mine, theirs),
  );
  return [
    row('diff of one change among 10,000 entries', diffing, parse, 'to parse', 0.5),
    row('merge of one change on each side among 10,000 entries', merging, parse, 'to parse', 0.5),
  ];
}

/** Octets on the heap for each of some documents. */
function heapOf(make: () => unknown): number {
  const COUNT = 4;
  const used = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const kept: unknown[] = [make()];
  const before = used();
  for (let count = 0; count < COUNT; count++) kept.push(make());
  const taken = (used() - before) / COUNT;
  return kept.length > COUNT ? taken : Number.NaN;
}

function memory(): BenchRow[] {
  const text = listText(entries(10_000));
  const parsed = resourceLists.parse(text);
  const bare = heapOf(() => new DOMParser().parseFromString(text, 'text/xml'));
  const rows = {
    'a parsed document': heapOf(() => resourceLists.parse(text)),
    'a clone': heapOf(() => parsed.clone()),
  };
  const mebibytes = (octets: number) => `${(octets / 1024 / 1024).toFixed(1)} MiB`;
  return Object.entries(rows).map(([name, ours]) => ({
    name: `memory of ${name} of 10,000 entries`,
    ours: mebibytes(ours),
    rival: `${mebibytes(bare)} bare xmldom`,
    ratio: ours / bare,
    target: '< 4',
    ok: ours / bare < 4,
  }));
}

/** Every promise about documents, measured. */
export async function documentsBench(): Promise<BenchRow[]> {
  const [small, smallWalk] = lastEntry(10_000);
  const [big, bigWalk] = lastEntry(100_000);
  const rows = [
    roundTrip(),
    row('selector for the last of 10,000 entries', small, smallWalk, 'bare sibling walk', 2),
    row('selector for the last of 100,000 entries', big, bigWalk, 'bare sibling walk', 2),
  ];
  return [
    ...rows,
    ...wholeDocuments(),
    ...selecting(),
    appending(),
    applying(),
    ...byKey(),
    ...thousandEdits(),
    ...smallChange(),
    ...memory(),
  ];
}
