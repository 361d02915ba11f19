import { describe, expect, it } from 'vitest';
import { presRules } from '../../src/documents/index.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { defineSelectors, InvalidArgumentError, parseSelector } from '../../src/selector/index.ts';

const { list } = resourceLists;

describe('a selector prints a step', () => {
  it.each([
    ['by name', list(), '/resource-lists/list'],
    ['by position', list(2), '/resource-lists/list[2]'],
    ['by key', list('friends'), '/resource-lists/list[@name="friends"]'],
    ['by attribute', list({ name: 'friends' }), '/resource-lists/list[@name="friends"]'],
    ['by position and attribute', list({ at: 2, name: 'friends' }), '/resource-lists/list[2][@name="friends"]'],
    ['to any name', resourceLists.any(), '/resource-lists/*'],
    ['to any name by position', resourceLists.any(3), '/resource-lists/*[3]'],
    [
      'to any name by attribute',
      list('f').any({ at: 1, uri: 'sip:b@x' }),
      '/resource-lists/list[@name="f"]/*[1][@uri="sip:b@x"]',
    ],
    [
      'to an extension element',
      list('f').child({ namespace: 'urn:x', name: 'group' }, { id: 'g1' }),
      '/resource-lists/list[@name="f"]/ns1:group[@id="g1"]?xmlns(ns1=urn:x)',
    ],
    [
      'by a foreign attribute',
      list({ attribute: { namespace: 'urn:x', name: 'id' }, value: 'c1' }),
      '/resource-lists/list[@ns1:id="c1"]?xmlns(ns1=urn:x)',
    ],
  ])('%s', (_how, selector, text) => expect(String(selector)).toBe(text));

  it('works on unbound methods of the root', () => {
    const { any, namespaceBindings } = resourceLists;
    expect([String(any(1)), String(namespaceBindings())]).toEqual([
      '/resource-lists/*[1]',
      '/resource-lists/namespace::*',
    ]);
  });
});

describe('a selector ends in', () => {
  it.each([
    ['an attribute', list('f').attr('name'), '/resource-lists/list[@name="f"]/@name'],
    [
      'an attribute with a prefix',
      list('f').displayName().attr('lang'),
      '/resource-lists/list[@name="f"]/display-name/@xml:lang?xmlns(xml=http://www.w3.org/XML/1998/namespace)',
    ],
    [
      'a foreign attribute',
      list('f').attr({ namespace: 'urn:x', name: 'id' }),
      '/resource-lists/list[@name="f"]/@ns1:id?xmlns(ns1=urn:x)',
    ],
    ['namespace bindings', list('f').namespaceBindings(), '/resource-lists/list[@name="f"]/namespace::*'],
  ])('%s', (_what, selector, text) => expect(String(selector)).toBe(text));
});

describe('a selector with prefixes', () => {
  it('binds those of namespaces other than the default one (RFC 4825 section 6.4)', () => {
    expect(String(presRules.rule('work'))).toBe(
      '/cp:ruleset/cp:rule[@id="work"]?xmlns(cp=urn:ietf:params:xml:ns:common-policy)',
    );
  });

  it('prints the bindings in the query and escapes only what it must', () => {
    expect(presRules.rule('a b').toPath()).toBe(
      '/cp:ruleset/cp:rule%5B@id=%22a%20b%22%5D?xmlns(cp=urn:ietf:params:xml:ns:common-policy)',
    );
  });
});

describe('the data of a selector', () => {
  it('is plain frozen data with expanded names', () => {
    const { node } = list('f').entry(2);
    const namespace = 'urn:ietf:params:xml:ns:resource-lists';
    expect(node).toEqual({
      steps: [
        { name: { namespace, local: 'resource-lists' } },
        { name: { namespace, local: 'list' }, attribute: { name: { namespace: null, local: 'name' }, value: 'f' } },
        { name: { namespace, local: 'entry' }, position: 2 },
      ],
    });
    expect([
      Object.isFrozen(node),
      Object.isFrozen(node.steps),
      Object.isFrozen(node.steps[1]),
      Object.isFrozen(node.steps[1]?.attribute),
    ]).toEqual([true, true, true, true]);
  });

  it('is the same object on every read', () => {
    const selector = list('f');
    expect(selector.node).toBe(selector.node);
  });

  it('can have ten thousand steps', () => {
    let deep = list();
    for (let depth = 0; depth < 10_000; depth++) deep = deep.list();
    expect(parseSelector(String(deep), resourceLists).node.steps).toHaveLength(10_002);
  });
});

describe('a step throws InvalidArgumentError from JavaScript for', () => {
  const untyped = list as (where: unknown) => unknown;
  it.each([
    ['a position of 0', () => list(0), 'a position must be an integer from 1'],
    ['a fractional position', () => list(1.5), 'a position must be an integer from 1'],
    ['an unknown attribute', () => untyped({ nam: 'x' }), 'has no attribute "nam"; it has name'],
    ['two attributes', () => untyped({ name: 'x', uri: 'y' }), 'exactly one attribute'],
    ['a position without an attribute', () => untyped({ at: 1 }), 'exactly one attribute'],
    [
      'a key of an element without a key attribute',
      () => (list('f').displayName as (where: unknown) => unknown)('x'),
      'has no key attribute',
    ],
    ['a value that is not a string', () => untyped({ name: 3 }), 'must be a string'],
    ['a character that XML forbids', () => list('\u0000'), 'XML forbids'],
    [
      'an unknown attribute terminal',
      () => (list('f').attr as (name: unknown) => unknown)('nope'),
      'has no attribute "nope"',
    ],
    [
      'a string as the name of an extension',
      () => (list('f').child as (name: unknown) => unknown)('group'),
      '{ namespace, name }',
    ],
  ])('%s', (_what, call, message) => {
    expect(call).toThrow(InvalidArgumentError);
    expect(call).toThrow(message);
  });
});

it('defineSelectors builds selectors without documents', () => {
  const notes = defineSelectors({
    auid: 'org.example.notes',
    contentType: 'application/xml',
    namespaces: { '': 'urn:example:notes' },
    root: 'notes',
    elements: { notes: { children: { note: '*' } }, note: { key: 'id', attributes: { id: {} } } },
  });
  expect(String(notes.note('n1').attr('id'))).toBe('/notes/note[@id="n1"]/@id');
});
