import { describe, expect, it } from 'vitest';
import { compileUsage } from '../../src/selector/compile.ts';
import { UsageDefinitionError } from '../../src/selector/index.ts';
import type { UsageTable } from '../../src/selector/usage-table.ts';

const table = (changes: Partial<UsageTable>): UsageTable => ({
  auid: 'x',
  contentType: 'application/xml',
  namespaces: { '': 'urn:x' },
  root: 'r',
  elements: { r: {} },
  ...changes,
});

describe('compileUsage rejects', () => {
  const mistakes: readonly (readonly [what: string, changes: Partial<UsageTable>, message: string])[] = [
    ['an auid with a slash', { auid: 'a/b' }, 'auid must be one'],
    ['a content type without a slash', { contentType: 'xml' }, 'contentType must be a MIME type'],
    ['an unknown root', { root: 'nope' }, 'the root <nope> has no row'],
    ['a child without a row', { elements: { r: { children: { e: '*' } } } }, '<r> lists <e>, which has no row'],
    ['an unbound prefix', { root: 'p:r', elements: { 'p:r': {} } }, 'the prefix of "p:r" is not bound'],
    ['a key that is not an attribute', { elements: { r: { key: 'id' } } }, 'has the key "id"'],
    ['unique without a key', { elements: { r: { unique: 'siblings' } } }, 'but no key'],
    [
      'a child with the name of a selector member',
      { elements: { r: { children: { node: '*' } }, node: {} } },
      '"node", which is a member',
    ],
    [
      'a child of the root with the name of a usage member',
      { elements: { r: { children: { parse: '*' } }, parse: {} } },
      '"parse"',
    ],
    [
      'an attribute and a child with the same name',
      { elements: { r: { attributes: { 'a-b': {} }, children: { aB: '*' } }, aB: {} } },
      'would both be called "aB"',
    ],
    [
      'two children with the same name',
      {
        namespaces: { '': 'urn:x', y: 'urn:y' },
        elements: { r: { children: { e: '*', 'y:e': '*' } }, e: {}, 'y:e': {} },
      },
      'would both be called "e"',
    ],
    ['an attribute named at', { elements: { r: { attributes: { at: {} } } } }, 'collide with the position'],
    [
      'the same element twice',
      { namespaces: { '': 'urn:x', y: 'urn:x' }, elements: { r: {}, 'y:r': {} } },
      'are the same element',
    ],
    ['a name that is not an XML name', { root: '1r', elements: { '1r': {} } }, 'is not an XML name'],
    ['xml bound to another namespace', { namespaces: { '': 'urn:x', xml: 'urn:y' } }, 'cannot be bound'],
    ['an order of unknown children', { elements: { r: { anyOrder: [['e']] } } }, 'anyOrder lists <e>'],
  ];

  it.each(mistakes)('%s', (_what, changes, message) => {
    expect(() => compileUsage(table(changes))).toThrow(UsageDefinitionError);
    expect(() => compileUsage(table(changes))).toThrow(message);
  });
});
