import { describe, expect, it } from 'vitest';
import {
  applyOperations,
  pidfManipulation,
  presRules,
  resourceLists,
  rlsServices,
  ValidationError,
  type XcapDocument,
} from '../../../src/documents/index.ts';
import { parseSelector } from '../../../src/selector/index.ts';

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

const RL = 'urn:ietf:params:xml:ns:resource-lists';
const friends = resourceLists.list('friends');
const bob = friends.entry('sip:bob@example.com');
const lists = (inner: string) => resourceLists.parse(`<resource-lists xmlns="${RL}">${inner}</resource-lists>`);
const friendsWith = (inner: string) => lists(`<list name="friends">${inner}</list>`);
const BOB = '<entry uri="sip:bob@example.com"/>';

const service = rlsServices.service('sip:s@example.com');
const services = () => {
  const document = rlsServices.create();
  document.append(rlsServices, { service: { uri: 'sip:s@example.com', list: {} } });
  return document;
};

const presence = (inner: string) =>
  pidfManipulation.parse(
    `<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="pres:a@example.com">${inner}</presence>`,
  );
const TUPLE = '<tuple id="t"><status><basic>open</basic></status></tuple>';

const policy = () => {
  const document = presRules.create();
  document.allow('sip:bob@example.com');
  return document;
};

/** An edit, and the rule of the schema that it would break. */
interface Edit<D = XcapDocument> {
  readonly title: string;
  readonly document: () => D;
  readonly edit: (document: D) => unknown;
  readonly rule: string;
}
const edit = <D>(title: string, rule: string, document: () => D, verb: (document: D) => unknown) =>
  // The verb gets what `document` returns.
  ({ title, rule, document, edit: verb }) as unknown as Edit;

const EDITS = [
  edit(
    'put of a display-name behind the entries',
    'order',
    () => friendsWith(BOB),
    (document) => document.put(friends.displayName(), 'Friends'),
  ),
  edit(
    'put of an entry behind an extension',
    'order',
    () => friendsWith('<x xmlns="urn:x"/>'),
    (document) => document.put(bob, { uri: 'sip:bob@example.com' }),
  ),
  edit(
    'put of an entry without its uri',
    'required-attribute',
    () => friendsWith(''),
    (document) => document.put(friends.entry(1), '<entry/>'),
  ),
  edit(
    'append of such an entry',
    'required-attribute',
    () => friendsWith(''),
    (document) => document.append(friends, '<entry/>'),
  ),
  edit(
    'put of an element of no namespace',
    'unknown-element',
    () => friendsWith(BOB),
    (document) => document.put(friends.any(1), '<entry xmlns="" uri="sip:a@example.com"/>'),
  ),
  edit(
    'put of an element instead of another one',
    'cardinality',
    () => friendsWith(`<display-name/>${BOB}`),
    (document) => document.put(friends.any(2), '<display-name/>'),
  ),
  edit(
    'put of a child into text',
    'unknown-element',
    () => friendsWith('<display-name/>'),
    (document) => document.put(friends.displayName().any(1), '<x xmlns="urn:x"/>'),
  ),
  edit(
    'put of an attribute that the schema does not have',
    'unknown-attribute',
    () => friendsWith(BOB),
    (document) => document.put(friends.entry(1).attr({ namespace: null, name: 'nick' }) as never, 'Bob' as never),
  ),
  edit(
    'delete of a required attribute',
    'required-attribute',
    () => friendsWith(BOB),
    (document) => document.delete(friends.entry(1).attr('uri')),
  ),
  edit('delete of the list of a service', 'one-of', services, (document) => document.delete(service.list())),
  edit(
    'delete of the status of a tuple',
    'cardinality',
    () => presence(TUPLE),
    (document) => document.delete(pidfManipulation.tuple('t').status()),
  ),
  edit('delete of the only identity', 'cardinality', policy, (document) =>
    document.delete(presRules.rule(1).conditions().identity().one('sip:bob@example.com')),
  ),
  edit('put of a word that is not in the enumeration', 'type', policy, (document) =>
    document.put(presRules.rule(1).actions().subHandling(), '<sub-handling>perhaps</sub-handling>'),
  ),
  edit('put of a misspelt permission', 'not-in-schema', policy, (document) =>
    document.put(presRules.rule(1).transformations().any(1), '<provide-activites>true</provide-activites>'),
  ),
  edit(
    'put of an id that is no key, but taken',
    'unique',
    () => presence(TUPLE),
    (document) => document.append(pidfManipulation, { person: { id: 'p', mood: { id: 't', happy: true } } }),
  ),
  edit(
    'update to such an id',
    'unique',
    () => presence(`${TUPLE}<dm:person id="p"><rpid:mood><rpid:happy/></rpid:mood></dm:person>`),
    (document) => document.update(pidfManipulation.person('p').mood(), { id: 't' }),
  ),
];

describe('an edit that would make a valid document invalid', () => {
  it.each(EDITS)('is refused with the breach, and changes nothing: $title', ({ document: create, edit, rule }) => {
    const document = create();
    const [before, changes] = [String(document), document.changes.length];
    expect(document.validate()).toEqual([]);
    const error = thrownBy(() => edit(document));
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).issues.map((issue) => issue.rule)).toEqual([rule]);
    expect(String(document)).toBe(before);
    expect(document.changes).toHaveLength(changes);
  });
});

describe('an edit of a document that is not valid', () => {
  const invalid = () => friendsWith(`<entry/><x xmlns="urn:x"/>${BOB}`);

  it('is carried out, whether it repairs a breach or adds one', () => {
    const document = invalid();
    document.put(friends.entry(3), '<entry/>');
    document.put(friends.displayName(), 'Friends');
    expect(document.validate()).toHaveLength(5);
    document.put(friends.entry(1).attr('uri'), 'sip:ann@example.com');
    expect(document.validate()).toHaveLength(4);
  });

  it('is recorded once', () => {
    const document = invalid();
    document.put(friends.displayName(), 'Friends');
    expect(document.changes.map(({ method }) => method)).toEqual(['PUT']);
    const again = invalid();
    applyOperations(again, document.changes);
    expect(String(again)).toBe(String(document));
  });

  it('is refused again as soon as the document is valid', () => {
    const document = friendsWith('<entry/>');
    document.put(friends.entry(1).attr('uri'), 'sip:ann@example.com');
    expect(() => document.delete(friends.entry(1).attr('uri'))).toThrow(ValidationError);
  });
});

describe('an edit that keeps the document valid', () => {
  it('may replace an element by one of another name', () => {
    const document = friendsWith(BOB);
    document.put(friends.any(1), '<list name="inner"/>');
    expect(document.validate()).toEqual([]);
  });

  it('may pass through invalid content inside of one verb', () => {
    const document = services();
    const uri = 'http://example.com/resource-lists/users/sip:a@example.com/index/~~/resource-lists/list%5B1%5D';
    document.update(service, { resourceList: uri, list: null });
    expect(document.validate()).toEqual([]);
  });

  it('may break a rule that is only in the text of a standard, which validate reports', () => {
    const document = friendsWith('');
    document.append(friends, { external: { anchor: 'sip:no-http@example.com' } });
    expect(document.validate().map(({ rule }) => rule)).toEqual(['constraint']);
  });

  it('may put an id that is no key and not taken', () => {
    const document = presence(TUPLE);
    document.append(pidfManipulation, { person: { id: 'p', mood: { id: 'm', happy: true } } });
    expect(document.validate()).toEqual([]);
  });
});

it('applyOperations applies operations as a server without validation does', () => {
  const document = friendsWith(BOB);
  applyOperations(document, [
    { method: 'PUT', selector: parseSelector('/resource-lists/list/entry', resourceLists), body: '<entry/>' },
  ]);
  expect(document.validate().map(({ rule }) => rule)).toEqual(['required-attribute']);
});
