import { describe, expect, it } from 'vitest';
import { parseDocument, presRules, resourceLists, type XcapDocument } from '../../../src/documents/index.ts';
import { applyXcapDiff } from '../../../src/documents/xcap-diff/apply.ts';
import { printXcapDiff } from '../../../src/documents/xcap-diff/print.ts';
import { createXcapDiff } from '../../../src/documents/xcap-diff/produce.ts';
import { readXcapDiff } from '../../../src/documents/xcap-diff/read.ts';
import type { UsageTable } from '../../../src/selector/usage-table.ts';
import { canonical } from '../../support/canonical.ts';
import { type Chooser, chooser, mutate, printTree, randomTree } from '../support/random-xml.ts';

const RL = 'urn:ietf:params:xml:ns:resource-lists';
const SEL = 'resource-lists/users/sip:joe@example.com/index';
const options = { root: 'https://x.example/', documentSelector: SEL, previousEtag: 'e1', newEtag: 'e2' };
const lists = (content: string, prolog = '') =>
  resourceLists.parse(`${prolog}<resource-lists xmlns="${RL}">${content}</resource-lists>`);

/** Applies the diff between two documents to the earlier one, and compares the result with the later one. */
function expectRoundTrip<U extends UsageTable>(before: XcapDocument<U>, after: XcapDocument<U>, seed: number): void {
  const former = before.toString();
  const diff = createXcapDiff(before, after, options);
  expect(before.toString()).toBe(former);
  const copy = before.clone();
  applyXcapDiff(copy, diff, { etag: 'e1' });
  expect(canonical(copy.toString()), `seed ${seed}\n${former}\n${diff}`).toBe(canonical(after.toString()));
}

const seeds = (count: number, first: number) => Array.from({ length: count }, (_, index) => first + index);

describe('createXcapDiff keeps the canonical form with comments', () => {
  it.each([
    { usage: 'resource-lists', parse: (xml: string): XcapDocument => resourceLists.parse(xml), first: 1 },
    { usage: 'no usage', parse: (xml: string): XcapDocument => parseDocument(xml), first: 100_000 },
  ])(
    'in 600 random changes of XML with $usage',
    ({ parse, first }) => {
      let compared = 0;
      for (let seed = first; compared < 600; seed++) {
        const random = chooser(seed);
        const tree = randomTree(random);
        const before = printTree(tree);
        if (random.below(10) === 0) Object.assign(tree, randomTree(random));
        else mutate(random, tree);
        const [one, other] = [tryParse(parse, before), tryParse(parse, printTree(tree))];
        if (!one || !other) continue;
        expectRoundTrip(one, other, seed);
        compared++;
      }
    },
    120_000,
  );

  it('in 300 random edits by the verbs of a document', () => {
    for (const seed of seeds(300, 1)) {
      const random = chooser(seed);
      const before = lists(
        '\n  <!-- friends --><list name="a">\n    <display-name>A</display-name>\n    <entry uri="sip:a@x"/>\n  </list>\n  <list name="b"/>\n',
      );
      for (let count = random.below(6); count > 0; count--) editByVerb(random, before);
      const after = before.clone();
      for (let count = 1 + random.below(5); count > 0; count--) editByVerb(random, after);
      expectRoundTrip(before, after, seed);
    }
  }, 120_000);

  it('in 200 random edits of the DOM', () => {
    for (const seed of seeds(200, 1)) {
      const random = chooser(seed);
      const before = resourceLists.parse(
        `<resource-lists xmlns="${RL}" xmlns:e="urn:e"><list name="a"><entry uri="x">t</entry><!--c--></list> <list name="b"/><e:n/></resource-lists>`,
      );
      const after = before.clone();
      for (let count = 1 + random.below(4); count > 0; count--) editDom(random, after);
      expectRoundTrip(before, after, seed);
    }
  }, 120_000);

  it.each([
    { what: 'a comment', from: '<list name="a"/>', to: '<!-- c --><list name="a"/>' },
    { what: 'a processing instruction', from: '<?p 1?><list name="a"/>', to: '<?p 2?><list name="a"/>' },
    { what: 'white space', from: '<list name="a"/>', to: '\n  <list name="a"/>\n' },
    { what: 'a prefix', from: '<list name="a"/>', to: `<rl:list xmlns:rl="${RL}" name="a"/>` },
    { what: 'a declaration', from: '<list name="a"/>', to: '<list xmlns:e="urn:e" name="a"/>' },
    { what: 'a redeclaration', from: '<list xmlns:e="urn:e"/>', to: '<list xmlns:e="urn:f" e:q="1"/>' },
    { what: 'mixed text', from: '<list>x<entry uri="a"/>y</list>', to: '<list>y<entry uri="a"/>x z</list>' },
  ])('of $what', ({ from, to }) => {
    expectRoundTrip(lists(from), lists(to), 0);
  });

  it('of comments and instructions beside the root element', () => {
    expectRoundTrip(lists('', '<!--a--><?p?>'), lists('', '<?p?><!--b--><?q?>'), 0);
  });

  it('and CDATA sections', () => {
    const before = lists('<list name="a"><display-name>x</display-name></list>');
    const after = lists('<list name="a"><display-name><![CDATA[<x>]]></display-name></list>');
    applyXcapDiff(before, createXcapDiff(before, after, options));
    expect(before.toString()).toBe(after.toString());
  });
});

function tryParse<D>(parse: (xml: string) => D, xml: string): D | undefined {
  try {
    return parse(xml);
  } catch (error) {
    // A random root element may be of no usage.
    if (error instanceof Error && 'kind' in error && error.kind === 'wrong-usage') return undefined;
    throw error;
  }
}

function editByVerb(random: Chooser, document: ReturnType<typeof lists>): void {
  const name = random.of(['a', 'b', 'c', "it's", '"']);
  const uri = `sip:${random.of(['a', 'b', 'c', 'd'])}@x`;
  const list = resourceLists.list(name);
  const exists = document.matches(list) === 1;
  switch (random.below(7)) {
    case 0:
      if (!exists) document.addList({ name });
      return;
    case 1:
      if (exists) document.delete(list);
      return;
    case 2:
    case 3:
      if (exists && document.matches(list.entry(uri)) === 0) document.addEntry(list, { uri });
      return;
    case 4:
      if (exists && document.matches(list.entry(uri)) === 1) document.removeEntry(list.entry(uri));
      return;
    case 5:
      if (exists) document.update(list, { displayName: { text: random.of(['A', 'B & C', '']) } });
      return;
    default:
      if (document.matches(list.entry(uri)) === 1)
        document.put(list.entry(uri).attr({ namespace: 'urn:e', name: 'q' }), random.of(['1', '']));
  }
}

function editDom(random: Chooser, document: ReturnType<typeof lists>): void {
  const nodes = document.select('//node()');
  const node = random.of(nodes);
  const dom = node.ownerDocument;
  const parent = node.parentNode;
  if (!dom || !parent || parent === dom) return;
  switch (random.below(6)) {
    case 0:
      parent.removeChild(node);
      return;
    case 1:
      parent.insertBefore(dom.createComment(random.of(['x', 'y'])), node);
      return;
    case 2:
      parent.insertBefore(dom.createTextNode(random.of(['x', ' ', '<'])), node);
      return;
    case 3:
      parent.insertBefore(dom.createElementNS(random.of([RL, 'urn:e', 'urn:g']), random.of(['list', 'e:x'])), node);
      return;
    case 4:
      parent.insertBefore(dom.createCDATASection('<x>'), node.nextSibling);
      return;
    default:
      parent.appendChild(node);
  }
}

describe('createXcapDiff selects by key', () => {
  const original = () =>
    lists(
      '<list name="a"><entry uri="sip:1@x"/></list><list name="b"><entry uri="sip:2@x"/><entry uri="sip:3@x"/></list>',
    );

  it('so that the diff fits a document to which the reader has added elements', () => {
    const after = original();
    after.addEntry(resourceLists.list('b'), { uri: 'sip:4@x' });
    after.removeEntry(resourceLists.list('b').entry('sip:2@x'));
    after.update(resourceLists.list('a'), { displayName: { text: 'A' } });
    const readers = lists(
      '<list name="own"/><list name="a"><entry uri="sip:0@x"/><entry uri="sip:1@x"/></list><list name="b"><entry uri="sip:own@x"/><entry uri="sip:2@x"/><entry uri="sip:3@x"/></list>',
    );
    applyXcapDiff(readers, createXcapDiff(original(), after, options));
    expect(readers.toString()).toBe(
      lists(
        '<list name="own"/><list name="a"><display-name>A</display-name><entry uri="sip:0@x"/><entry uri="sip:1@x"/></list><list name="b"><entry uri="sip:own@x"/><entry uri="sip:3@x"/><entry uri="sip:4@x"/></list>',
      ).toString(),
    );
  });

  it.each([
    { to: '<list name="a"/><list name="b"/>', operation: '<d:add sel="resource-lists"><list name="b"/></d:add>' },
    { to: '', operation: `<d:remove sel="resource-lists/list[@name='a']"/>` },
    {
      to: '<list name="a" z="1"/>',
      operation: `<d:add sel="resource-lists/list[@name='a']" type="@z">1</d:add>`,
    },
    {
      to: '<list name="it&apos;s"/>',
      operation: `<d:replace sel="resource-lists/list[@name='a']/@name">it's</d:replace>`,
    },
  ])('writes $operation', ({ to, operation }) => {
    expect(createXcapDiff(lists('<list name="a"/>'), lists(to), options)).toContain(`\n${operation}\n`);
  });

  it('and by position where a value has both kinds of quotes', () => {
    const key = `name="'&quot;"`;
    const diff = createXcapDiff(lists(`<list/><list ${key}/>`), lists(`<list/><list ${key} z="1"/>`), options);
    expect(diff).toContain('sel="resource-lists/list[2]" type="@z"');
  });
});

describe('createXcapDiff', () => {
  it('writes body-not-changed for equal documents', () => {
    const diff = createXcapDiff(lists(''), lists(''), options);
    expect(readXcapDiff(diff).documents).toMatchObject([{ kind: 'etag-only', sel: SEL, newEtag: 'e2' }]);
  });

  it('says that a document was created', () => {
    const { previousEtag: _, ...created } = options;
    const [part] = readXcapDiff(createXcapDiff(undefined, lists(''), created)).documents;
    expect(part).toMatchObject({ kind: 'fetch-document', previousEtag: undefined, newEtag: 'e2' });
  });

  it('says that a document was removed', () => {
    const { newEtag: _, ...removed } = options;
    const [part] = readXcapDiff(createXcapDiff(lists(''), undefined, removed)).documents;
    expect(part).toMatchObject({ kind: 'removed', previousEtag: 'e1', newEtag: undefined });
  });

  it('carries elements and attributes as they are in the later version', () => {
    const after = resourceLists.parse(
      `<r:resource-lists xmlns:r="${RL}" xmlns:q="urn:q"><r:list name="a &amp; b" q:t="q:v"/></r:resource-lists>`,
    );
    const list = resourceLists.list('a & b');
    const nodes = [list, list.attr('name'), resourceLists.list('c'), resourceLists.list('c').attr('name')];
    const diff = readXcapDiff(createXcapDiff(after, after, { ...options, nodes }));
    expect(diff.elements).toEqual([
      {
        sel: `${SEL}/~~/resource-lists/list%5B@name=%22a%20&amp;%20b%22%5D`,
        exists: true,
        xml: `<r:list xmlns:r="${RL}" xmlns:q="urn:q" name="a &amp; b" q:t="q:v"/>`,
      },
      { sel: `${SEL}/~~/resource-lists/list%5B@name=%22c%22%5D`, exists: false, xml: undefined },
    ]);
    expect(diff.attributes).toMatchObject([
      { exists: true, value: 'a & b' },
      { exists: false, value: undefined },
    ]);
  });

  it('replaces the root element if operations would be much longer than the document', () => {
    const entries = (prefix: string) =>
      `<list name="${'x'.repeat(200)}">${seeds(300, 0)
        .map((index) => `<entry uri="${index}" z="${prefix}"/>`)
        .join('')}</list>`;
    const diff = createXcapDiff(lists(entries('a')), lists(entries('b')), options);
    expect(diff).toContain('<d:replace sel="resource-lists"><resource-lists');
  });

  it.each([
    { what: 'no version at all', run: () => createXcapDiff(undefined, undefined, options) },
    { what: 'a previous tag of a created document', run: () => createXcapDiff(undefined, lists(''), options) },
    { what: 'a new tag of a removed document', run: () => createXcapDiff(lists(''), undefined, options) },
    {
      what: 'documents of different usages',
      run: () => createXcapDiff<UsageTable>(lists(''), presRules.create(), options),
    },
    {
      what: 'a selector outside of the root',
      run: () => createXcapDiff(lists(''), lists(''), { ...options, documentSelector: 'https://y.example/a' }),
    },
    {
      what: 'namespace bindings',
      run: () => createXcapDiff(lists(''), lists(''), { ...options, nodes: [resourceLists.namespaceBindings()] }),
    },
  ])('refuses $what', ({ run }) => {
    expect(run).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});

describe('printXcapDiff', () => {
  it('prints parts of several documents, with bare entity tags and relative selectors', () => {
    const xml = printXcapDiff({
      root: 'https://x.example/root',
      documents: [
        { sel: 'https://x.example/root/resource-lists/users/a/index', previousEtag: '"1"', newEtag: 'W/"2"' },
        { sel: '/pres-rules/users/a/index', newEtag: '3' },
      ],
    });
    expect(readXcapDiff(xml)).toMatchObject({
      root: 'https://x.example/root/',
      documents: [
        { sel: 'resource-lists/users/a/index', kind: 'fetch-document', previousEtag: '1', newEtag: '2' },
        { sel: 'pres-rules/users/a/index', kind: 'fetch-document', previousEtag: undefined, newEtag: '3' },
      ],
    });
  });

  it('refuses a change without entity tags', () => {
    const change = { before: lists(''), after: lists('') };
    expect(() => printXcapDiff({ root: 'https://x.example/', documents: [{ sel: SEL, change }] })).toThrow(
      /entity tags/,
    );
  });
});
