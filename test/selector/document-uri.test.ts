import { describe, expect, it } from 'vitest';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { documentSelector, documentUri, nodeUri, parseXcapUri, SelectorSyntaxError } from '../../src/selector/index.ts';

const root = 'https://xcap.example.com/services';
const user = 'sip:ann@example.com';

describe('documentUri (RFC 4825 section 6.2) builds the URI of', () => {
  it.each([
    ['a user document', { user }, `${root}/resource-lists/users/sip:ann@example.com/index`],
    ['a global document', { tree: 'global' as const }, `${root}/resource-lists/global/index`],
    ['a document in a folder', { user, document: 'a b/c' }, `${root}/resource-lists/users/sip:ann@example.com/a%20b/c`],
    ['a slash within a segment', { user, document: ['a/b'] }, `${root}/resource-lists/users/sip:ann@example.com/a%2Fb`],
    ['a user part with ? and /', { user: 'sip:a?b/c@x' }, `${root}/resource-lists/users/sip:a%3Fb%2Fc@x/index`],
  ])('%s', (_what, address, uri) => expect(documentUri({ root, usage: resourceLists, ...address })).toBe(uri));

  it.each([
    ['an address without a scheme as sip:', 'ann@example.com', 'sip:ann@example.com'],
    ['another scheme', 'tel:+1234', 'tel:+1234'],
    ['an XUI that looks like an address', { xui: 'test@example.com' }, 'test@example.com'],
    ['an XUI that is only a name', { xui: 'mcptt_UE_id' }, 'mcptt_UE_id'],
    ['an XUI with a slash', { xui: 'a/b' }, 'a%2Fb'],
  ])('%s', (_what, address, segment) => {
    const uri = `${root}/resource-lists/users/${segment}/index`;
    expect(documentUri({ root, usage: resourceLists, user: address })).toBe(uri);
    expect(parseXcapUri(uri, { root }).user).toBe(decodeURIComponent(segment));
  });

  it.each([['alice'], ['"Alice" <sip:alice@example.com>'], [{ xui: '' }], [''], [7 as never]])(
    'refuses the user %j with a word on { xui }',
    (name) => {
      const build = () => documentUri({ root, usage: resourceLists, user: name });
      expect(build).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
      expect(build).toThrow('{ xui }');
    },
  );

  it('a document below a root with a trailing slash', () => {
    expect(documentUri({ root: `${root}/`, usage: 'x', tree: 'global' })).toBe(`${root}/x/global/index`);
  });

  it.each([
    ['an empty segment', { user, document: 'a//b' }],
    ['..', { user, document: '..' }],
    ['.', { user: '.' }],
    ['. as an XUI', { user: { xui: '.' } }],
    ['a control character', { user: 'sip:a\u0007@x' }],
    ['the separator', { user, document: 'a~~b' }],
    ['a lone surrogate', { user: '\ud800' }],
  ])('rejects %s', (_what, address) =>
    expect(() => documentUri({ root, usage: resourceLists, ...address })).toThrow(SelectorSyntaxError),
  );

  it('rejects a root with a query (RFC 4825 section 6.1)', () => {
    expect(() => documentUri({ root: `${root}?x`, usage: resourceLists, user })).toThrow('neither query nor fragment');
  });
});

it('documentSelector is relative to the root (RFC 4825 section 6.2)', () => {
  const selector = documentSelector({ usage: resourceLists, user });
  expect(selector).toBe('resource-lists/users/sip:ann@example.com/index');
  expect(documentUri({ root, usage: resourceLists, user })).toBe(`${root}/${selector}`);
  expect(parseXcapUri(`${root}/${selector}`, { root }).documentSelector).toBe(selector);
});

describe('parseXcapUri (RFC 4825 section 6)', () => {
  const parse = (url: string) => parseXcapUri(url, { root, usages: [resourceLists] });

  it('returns the selector of a node URI', () => {
    const selector = resourceLists.list('a/b').entry(1);
    const back = parse(nodeUri(documentUri({ root, usage: resourceLists, user }), selector));
    expect({ user: back.user, document: back.document, node: back.selector?.node }).toEqual({
      user,
      document: 'index',
      node: selector.node,
    });
  });

  it.each([['~~'], ['%7E%7E'], ['%7e~']])('accepts %s as the separator', (separator) => {
    expect(parse(`${root}/resource-lists/users/u/index/${separator}/resource-lists`).nodeSelector).toBe(
      'resource-lists',
    );
  });

  it('splits at the first separator', () => {
    expect(
      parse(
        `${root}/resource-lists/global/index/~~/resource-lists/list%5B@name=%22/~~/%22%5D`.replace(
          '/~~/%22',
          '%2F~~%2F%22',
        ),
      ).nodeSelector,
    ).toBe('resource-lists/list[@name="/~~/"]');
  });

  it('accepts a URI relative to the root, with or without slash', () => {
    expect([parse('/resource-lists/global/index').document, parse('resource-lists/global/index').document]).toEqual([
      'index',
      'index',
    ]);
  });

  it('compares scheme and host without regard to case and default ports', () => {
    expect(parse('HTTPS://XCAP.Example.com:443/services/resource-lists/global/index').auid).toBe('resource-lists');
  });

  it.each([
    [
      'a URI below another root',
      'https://elsewhere.example/services/resource-lists/global/index',
      'below the XCAP root',
    ],
    [
      'a path that only starts like the root',
      'https://xcap.example.com/servicesX/resource-lists/global/index',
      'below the XCAP root',
    ],
    ['a URI without a tree', `${root}/resource-lists/index`, '"users" or "global"'],
    ['a URI without a document', `${root}/resource-lists/users/u`, 'the name of a document'],
    ['an escaped ..', `${root}/resource-lists/users/%2e%2e/index`, 'other than "." and ".."'],
    ['a bad escape', `${root}/resource-lists/users/a%zz/index`, 'two hexadecimal digits'],
    ['octets that are not UTF-8', `${root}/resource-lists/users/%C3/index`, 'UTF-8'],
    ['a malformed node selector', `${root}/resource-lists/global/index/~~/a%5B`, 'a position or "@"'],
  ])('rejects %s', (_what, url, message) => {
    expect(() => parse(url)).toThrow(SelectorSyntaxError);
    expect(() => parse(url)).toThrow(message);
  });
});
