import { describe, expect, it } from 'vitest';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { documentUri, nodeUri, parseXcapUri, SelectorSyntaxError } from '../../src/selector/index.ts';

const root = 'https://xcap.example.com/services';
const user = 'sip:ann@example.com';

describe('RFC 4825 section 6.2: document selectors', () => {
  it.each([
    ['a user document', { user }, `${root}/resource-lists/users/sip:ann@example.com/index`],
    ['a global document', { tree: 'global' as const }, `${root}/resource-lists/global/index`],
    ['a document in a folder', { user, document: 'a b/c' }, `${root}/resource-lists/users/sip:ann@example.com/a%20b/c`],
    ['a slash within a segment', { user, document: ['a/b'] }, `${root}/resource-lists/users/sip:ann@example.com/a%2Fb`],
    ['a user part with ? and /', { user: 'sip:a?b/c@x' }, `${root}/resource-lists/users/sip:a%3Fb%2Fc@x/index`],
  ])('%s', (_what, address, uri) => expect(documentUri({ root, usage: resourceLists, ...address })).toBe(uri));

  it('the root may end in a slash', () => {
    expect(documentUri({ root: `${root}/`, usage: 'x', tree: 'global' })).toBe(`${root}/x/global/index`);
  });

  it.each([
    ['an empty segment', { user, document: 'a//b' }],
    ['..', { user, document: '..' }],
    ['.', { user: '.' }],
    ['a control character', { user: 'sip:a\u0007@x' }],
    ['the separator', { user, document: 'a~~b' }],
    ['a lone surrogate', { user: '\ud800' }],
  ])('%s is refused', (_what, address) =>
    expect(() => documentUri({ root, usage: resourceLists, ...address })).toThrow(SelectorSyntaxError),
  );

  it('a root with a query is refused (RFC 4825 section 6.1)', () => {
    expect(() => documentUri({ root: `${root}?x`, usage: resourceLists, user })).toThrow('neither query nor fragment');
  });
});

describe('RFC 4825 section 6: URIs taken apart', () => {
  const parse = (url: string) => parseXcapUri(url, { root, usages: [resourceLists] });

  it('a node URI gives back its selector', () => {
    const selector = resourceLists.list('a/b').entry(1);
    const back = parse(nodeUri(documentUri({ root, usage: resourceLists, user }), selector));
    expect({ user: back.user, document: back.document, node: back.selector?.node }).toEqual({
      user,
      document: 'index',
      node: selector.node,
    });
  });

  it.each([['~~'], ['%7E%7E'], ['%7e~']])('%s is the separator', (separator) => {
    expect(parse(`${root}/resource-lists/users/u/index/${separator}/resource-lists`).nodeSelector).toBe(
      'resource-lists',
    );
  });

  it('the first separator counts', () => {
    expect(
      parse(
        `${root}/resource-lists/global/index/~~/resource-lists/list%5B@name=%22/~~/%22%5D`.replace(
          '/~~/%22',
          '%2F~~%2F%22',
        ),
      ).nodeSelector,
    ).toBe('resource-lists/list[@name="/~~/"]');
  });

  it('a URI relative to the root, with or without slash', () => {
    expect([parse('/resource-lists/global/index').document, parse('resource-lists/global/index').document]).toEqual([
      'index',
      'index',
    ]);
  });

  it('scheme and host are compared without regard to case, and default ports do not count', () => {
    expect(parse('HTTPS://XCAP.Example.com:443/services/resource-lists/global/index').auid).toBe('resource-lists');
  });

  it.each([
    ['another root', 'https://elsewhere.example/services/resource-lists/global/index', 'below the XCAP root'],
    ['another path', 'https://xcap.example.com/servicesX/resource-lists/global/index', 'below the XCAP root'],
    ['no tree', `${root}/resource-lists/index`, '"users" or "global"'],
    ['no document', `${root}/resource-lists/users/u`, 'the name of a document'],
    ['an escaped ..', `${root}/resource-lists/users/%2e%2e/index`, 'not empty, "." or ".."'],
    ['a bad escape', `${root}/resource-lists/users/a%zz/index`, 'two hexadecimal digits'],
    ['octets that are not UTF-8', `${root}/resource-lists/users/%C3/index`, 'UTF-8'],
    ['a malformed node selector', `${root}/resource-lists/global/index/~~/a%5B`, 'a position or "@"'],
  ])('%s is told', (_what, url, message) => {
    expect(() => parse(url)).toThrow(SelectorSyntaxError);
    expect(() => parse(url)).toThrow(message);
  });
});
