import { describe, expect, it } from 'vitest';
import { parsePath, parseSelector, SelectorSyntaxError } from '../../src/selector/index.ts';

const names = { namespaces: { p: 'urn:p' } };
const failure = (read: () => unknown): SelectorSyntaxError => {
  try {
    read();
  } catch (error) {
    if (error instanceof SelectorSyntaxError) return error;
    throw error;
  }
  return expect.fail('nothing was thrown');
};

describe('parseSelector (RFC 4825 section 6.3) reads the position of', () => {
  it.each([
    ['a[0]', 0],
    ['a[007]', 7],
    ['a[99999999999999999999]', Number.MAX_SAFE_INTEGER],
  ])('%s', (text, position) => expect(parseSelector(text, {}).node.steps[0]?.position).toBe(position));
});

describe('parseSelector reads the value of', () => {
  it.each([
    ['a[@b=""]', ''],
    ['a[@b="&#x26;&#38;&amp;"]', '&&&'],
    ["a[@b='\"']", '"'],
    ['a[@b="\'"]', "'"],
    ['a[@b="x&#xA;y"]', 'x\ny'],
    ['a[@b="x\ny"]', 'x y'],
    ['a[@b="c/d?e[f]"]', 'c/d?e[f]'],
  ])('%s', (text, value) => expect(parseSelector(text, {}).node.steps[0]?.attribute?.value).toBe(value));
});

describe('SelectorSyntaxError has the position of the error', () => {
  it.each([
    ['', 0, 'an element name or *'],
    ['/', 1, 'an element name or *'],
    ['a/', 2, 'an element name or *'],
    ['a//b', 2, 'an element name or *'],
    ['@id', 0, 'an element step'],
    ['a/@id/b', 2, 'an element step'],
    ['a/@1', 3, 'an attribute name'],
    ['a[', 2, 'a position or "@"'],
    ['a[1', 3, '"]"'],
    ['a[1]x', 4, '"[", "/" or the end'],
    ['a[@b=c]', 5, 'a quoted value'],
    ['a[@b="c]', 8, 'the closing "'],
    ['a[@b="<"]', 6, '"&lt;"'],
    ['a[@b="x&y"]', 7, 'a character reference'],
    ['a[@b="&#0;"]', 6, 'a character reference'],
    ['a[@b="1"][2]', 9, 'at most one position'],
    ['a[@b="1"][@c="2"]', 9, 'at most one position'],
    ['q:a', 0, 'a prefix bound by xmlns(q=...)'],
    ['p:*', 2, 'a local name'],
    ['a/namespace::*/b', 12, 'a local name'],
    ['namespace::*', 10, 'a local name'],
    ['a b', 1, '"[", "/" or the end'],
    ['a/..', 2, 'an element name or *'],
  ])('in %j at %i', (text, position, expected) => {
    const error = failure(() => parseSelector(text, names));
    expect([error.position, error.expected]).toEqual([position, expect.stringContaining(expected)]);
  });

  it.each([
    ['a%5B@b=%22%C3%BC%22x%5D', 19, '"]"'],
    ['a/%zz', 2, 'two hexadecimal digits'],
    ['a/%FF', 2, 'UTF-8'],
    ['%C3%BC[@b="%3C"]', 11, '"&lt;"'],
  ])('in the encoded %s at %i', (path, position, expected) => {
    const error = failure(() => parsePath(path, names));
    expect([error.position, error.expected]).toEqual([position, expect.stringContaining(expected)]);
  });
});

describe('parseSelector (RFC 4825 section 6.4)', () => {
  const namespaceOf = (text: string) => {
    const name = parseSelector(text, {}).node.steps[0]?.name;
    return name === '*' ? '*' : name?.namespace;
  };

  it.each([
    ['prefers a later binding', 'a:b?xmlns(a=urn:1)xmlns(a=urn:2)', 'urn:2'],
    ['ignores other schemes', 'a:b?xpath1(//a(b))xmlns(a=urn:1)', 'urn:1'],
    ['accepts white space between parts', 'a:b?xmlns(x=urn:0) xmlns(a = urn:1)', 'urn:1'],
    ['accepts balanced parentheses', 'a:b?xmlns(a=urn:(1))', 'urn:(1)'],
    ['accepts escaped parentheses', 'a:b?xmlns(a=urn:^(1^^)', 'urn:(1^'],
    ['ignores a malformed part', 'a:b?xmlns(a)xmlns(a=urn:1)', 'urn:1'],
    ['knows the prefix xml', 'xml:b', 'http://www.w3.org/XML/1998/namespace'],
    [
      'does not let xml be bound to another namespace',
      'xml:b?xmlns(xml=urn:1)',
      'http://www.w3.org/XML/1998/namespace',
    ],
  ])('%s', (_what, text, namespace) => expect(namespaceOf(text)).toBe(namespace));

  it('applies the default document namespace to elements only', () => {
    const { steps, terminal } = parseSelector('a[@b="1"]/@c', { defaultNamespace: 'urn:d' }).node;
    expect([steps[0]?.name, steps[0]?.attribute?.name, terminal]).toEqual([
      { namespace: 'urn:d', local: 'a' },
      { namespace: null, local: 'b' },
      { kind: 'attribute', name: { namespace: null, local: 'c' } },
    ]);
  });
});
