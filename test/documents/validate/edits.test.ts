import { describe, expect, it } from 'vitest';
import {
  omaPresRules,
  pidfManipulation,
  presRules,
  resourceLists,
  rlsServices,
  ValidationError,
  XcapDocument,
} from '../../../src/documents/index.ts';
import { selectorFor } from '../../../src/documents/state.ts';
import { nodeSelector, type QName, qname, type SelectorStep, step } from '../../../src/selector/ast.ts';
import type { AnySelector } from '../../../src/selector/builder-types.ts';
import { type CompiledElement, compileUsage } from '../../../src/selector/compile.ts';
import { XcapError } from '../../../src/selector/errors.ts';
import type { ValueType } from '../../../src/selector/usage-table.ts';
import { makers } from './random-valid.ts';
import { judge, missing, skipped } from './schemas.ts';
import { print, Random } from './tree.ts';

const SEED = Number(process.env['XCAP_SCHEMA_SEED'] ?? 4826);
const COUNT = Number(process.env['XCAP_SCHEMA_COUNT'] ?? 300);

const usages = { resourceLists, rlsServices, presRules, omaPresRules, pidfManipulation } as const;

let ids = 0;

/** Returns a value of a type. */
function sample(random: Random, type: ValueType | undefined): unknown {
  if (typeof type === 'object') return random.pick(type.enum);
  switch (type) {
    case 'boolean':
      return random.below(2) === 0;
    case 'integer':
    case 'nonNegativeInteger':
    case 'positiveInteger':
      return 1 + random.below(9);
    case 'dateTime':
      return random.pick(['2026-01-31T08:00:00Z', '2026-01-31T08:00:00+02:00']);
    case 'ID':
      return `new${ids++}`;
    case 'anyURI':
      return random.pick(['sip:new@example.com', `sip:new${ids++}@example.com`]);
    case 'qvalue':
      return '0.5';
    case 'language':
      return 'en';
    default:
      return random.pick(['', 'text', `new${ids++}`]);
  }
}

/** Returns data for an element: legal members in random choice, whether or not the schema allows them together. */
function dataFor(random: Random, row: CompiledElement, depth: number): unknown {
  if (row.attributes.length === 0 && row.children.length === 0)
    return row.row.text === undefined ? true : sample(random, row.row.text);
  const attributes = row.attributes.flatMap(({ member, row: { type, required } }) =>
    required || random.below(3) === 0 ? [[member, sample(random, type)] as const] : [],
  );
  const children = row.children.flatMap(({ member, element, occurs }) => {
    const isNeeded = occurs === '1' || occurs === '+';
    if (!isNeeded && (depth > 2 || random.below(row.children.length + 1) > 1)) return [];
    return [[member, dataFor(random, element, depth + 1)] as const];
  });
  const text = row.row.text === undefined ? [] : [['text', sample(random, row.row.text)] as const];
  return Object.fromEntries([...attributes, ...children, ...text]);
}

/** One verb on an element that was selected. */
type Verb = (random: Random, document: XcapDocument, at: never, row: CompiledElement) => unknown; // typed selectors

const below = (document: XcapDocument, { node }: AnySelector, last: SelectorStep) =>
  selectorFor(XcapDocument.stateOf(document), nodeSelector([...node.steps, last]));
const attribute = (document: XcapDocument, { node }: AnySelector, name: QName) =>
  selectorFor(XcapDocument.stateOf(document), nodeSelector(node.steps, { kind: 'attribute', name }));

const VERBS: readonly Verb[] = [
  (random, document, at, row) => {
    const child = row.children.length > 0 ? random.pick(row.children) : undefined;
    return child && document.append(at, { [child.member]: dataFor(random, child.element, 0) } as never);
  },
  (_, document, at) => document.append(at, '<x:foo xmlns:x="urn:example:x"/>' as never),
  (random, document, at, row) => {
    const data = dataFor(random, row, 1);
    return document.update(at, (typeof data === 'object' ? data : { text: data }) as never);
  },
  (random, document, at, row) => {
    const child = row.children.length > 0 ? random.pick(row.children) : undefined;
    return child && document.update(at, { [child.member]: null } as never);
  },
  (_, document, at) => document.delete(at),
  (random, document, at, row) => document.put(at, dataFor(random, row, 1) as never),
  (random, document, at, row) => {
    const [child, place] = [row.children.length > 0 ? random.pick(row.children) : undefined, 1 + random.below(4)];
    return (
      child &&
      document.put(below(document, at, step(child.element.name, place)), dataFor(random, child.element, 1) as never)
    );
  },
  (random, document, at) =>
    document.put(below(document, at, step('*', 1 + random.below(4))), random.pick(FRAGMENTS) as never),
  (random, document, at, row) => {
    const { name } = random.pick([...row.attributes, { name: qname(null, 'id') }, { name: qname(null, 'foo') }]);
    return document.put(
      attribute(document, at, name),
      random.pick(['', 'a b', 'i1', 'sip:new@example.com', '5', 'true']) as never,
    );
  },
  (random, document, at, row) =>
    row.attributes.length > 0 && document.delete(attribute(document, at, random.pick(row.attributes).name)),
];

const FRAGMENTS = [
  '<x:foo xmlns:x="urn:example:x"/>',
  '<foo xmlns=""/>',
  '<entry xmlns="urn:ietf:params:xml:ns:resource-lists" uri="sip:f@example.com"/>',
  '<entry xmlns="urn:ietf:params:xml:ns:resource-lists"/>',
  '<display-name xmlns="urn:ietf:params:xml:ns:resource-lists">f</display-name>',
  '<sub-handling xmlns="urn:ietf:params:xml:ns:pres-rules">allow</sub-handling>',
  '<sub-handling xmlns="urn:ietf:params:xml:ns:pres-rules">perhaps</sub-handling>',
  '<note xmlns="urn:ietf:params:xml:ns:pidf:data-model">f</note>',
  '<activities xmlns="urn:ietf:params:xml:ns:pidf:rpid" id="i1"><away/></activities>',
  '<activities xmlns="urn:ietf:params:xml:ns:pidf:rpid" id="i0"><away/><foo/></activities>',
];

/** What a schema, and not only a standard's text, forbids. */
const schemaIssues = (document: XcapDocument) =>
  document
    .validate()
    .filter(({ rule, message }) => rule !== 'constraint' && !(rule === 'unique' && !/^the \S*id /.test(message)));

describe.each(Object.keys(usages) as (keyof typeof usages)[])('%s', (name) => {
  it(`keeps a valid document valid in ${COUNT} random sequences of verbs${skipped}`, () => {
    const usage = usages[name];
    const compiled = compileUsage(usage.definition);
    const random = new Random(SEED);
    const results: string[] = [];
    let done = 0;
    for (let count = 0; count < COUNT; count++) {
      const document: XcapDocument = usage.parse(print(makers[name](random))) as never;
      const steps: string[] = [String(document)];
      for (let step = 0; step < 5; step++) {
        const found = document.select('//*').flatMap((node) => {
          const row = compiled.element(node.namespaceURI || null, node.nodeName.replace(/^.*:/, ''));
          return row ? [{ row, selector: document.selectorOf(node) }] : [];
        });
        const target = random.pick(found);
        const verb = random.pick(VERBS);
        try {
          verb(random, document, target.selector as never, target.row);
          done++;
        } catch (error) {
          if (!(error instanceof XcapError)) throw error;
          continue;
        }
        steps.push(`${VERBS.indexOf(verb)} ${target.selector}`, String(document));
        expect(schemaIssues(document), steps.slice(-3).join('\n')).toEqual([]);
      }
      results.push(String(document));
    }
    expect(done).toBeGreaterThan(COUNT / 4);
    if (missing.length > 0) return;
    const wrong = judge(results).flatMap(({ isValid, complaint }, index) =>
      isValid ? [] : [{ complaint, text: results[index] }],
    );
    expect(wrong.slice(0, 2)).toEqual([]);
  });
});

describe('edits that no position makes valid', () => {
  it('are refused: a second kind of list in a service', () => {
    const document = rlsServices.create();
    document.append(rlsServices, { service: { uri: 'sip:a@example.com', list: {} } });
    const service = rlsServices.service('sip:a@example.com');
    const before = String(document);
    expect(() => document.append(service, { resourceList: 'http://example.com/' })).toThrow(ValidationError);
    expect(() => document.update(service, { list: null })).toThrow(ValidationError);
    expect(String(document)).toBe(before);
    document.update(service, { resourceList: 'http://example.com/', list: null });
    expect(String(document)).toContain('<resource-list>');
  });
});

describe('PIDF (RFC 3863 and RFC 4479)', () => {
  it.each([
    { content: { note: { text: 'n' } }, order: ['status', 'x', 'note', 'timestamp'] },
    { content: { contact: { text: 'sip:a' } }, order: ['status', 'x', 'contact', 'timestamp'] },
    { content: { class: 'c' }, order: ['status', 'class', 'x', 'timestamp'] },
  ])('places $content behind the extensions of a tuple or among them', ({ content, order }) => {
    const document = pidfManipulation.parse(
      `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="pres:a"><tuple id="t"><status/><x xmlns="urn:x"/><timestamp>2026-01-31T08:00:00Z</timestamp></tuple></presence>`,
    );
    document.append(pidfManipulation.tuple('t'), content as never);
    expect([...String(document).matchAll(/<(?:\w+:)?(\w+)[^<]*/g)].map(([, name]) => name).slice(2)).toEqual(order);
    expect(document.validate()).toEqual([]);
  });
});
