import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decidePreconditions, parseEtagList, quoteEtag, sameEtag, usableEtag, weakMatch } from '../../src/http/etag.ts';

describe('entity tags (RFC 9110 section 8.8.3)', () => {
  it.each([
    ['abc', '"abc"'],
    ['"abc"', '"abc"'],
    ['W/"abc"', 'W/"abc"'],
    ['*', '*'],
    ['"a", W/"b"', '"a", W/"b"'],
    [' sr-1-2 ', '"sr-1-2"'],
  ])('quotes %s as %s', (tag, quoted) => {
    expect(quoteEtag(tag)).toBe(quoted);
  });

  it('quotes twice as once', () => {
    fc.assert(fc.property(fc.string(), (tag) => quoteEtag(quoteEtag(tag)) === quoteEtag(tag)));
  });

  it.each(['"a"', 'W/"a"', '1a2b', 'W/1a2b', '""', '"a b"', '"a,b"', '"\xe9"', 'sr-1-2', '"W/"', "'a'"])(
    'uses %j exactly as received',
    (field) => {
      expect(usableEtag(field)).toBe(field);
    },
  );

  it.each([
    undefined,
    '',
    '*',
    '"*"',
    'W/*',
    'W/"*"',
    'W/',
    '"a", "b"',
    '"a","b"',
    'a, b',
    'a,b',
    '"a" "b"',
    'a b',
    '"a',
    'a"',
    '"a"b"',
    '"a\tb"',
    'a\x00',
    '"\x7f"',
    '"a\r\nX: y"',
    '"\u20ac"',
  ])('does not use %j', (field) => {
    expect(usableEtag(field)).toBeUndefined();
  });

  it('uses no tag that has a meaning of its own in a condition', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (field) => {
        const tag = usableEtag(field);
        if (tag !== undefined) expect(parseEtagList(tag)).toEqual([quoteEtag(tag)]);
      }),
    );
  });

  it.each([
    ['"a"', '"a"', true],
    ['"a"', 'a', true],
    ['"a"', 'W/"a"', true],
    ['"a"', '"a-gzip"', true],
    ['W/"a-gzip"', 'a', true],
    ['"a"', '"b"', false],
    ['"a"', '"A"', false],
    ['"a-gzip-b"', '"a"', false],
    ['""', '"a"', false],
  ])('compares %s with %s', (one, other, isSame) => {
    expect(sameEtag(one, other)).toBe(isSame);
    expect(sameEtag(other, one)).toBe(isSame);
  });

  it('never matches a weak tag strongly', () => {
    const put = (tag: string) =>
      decidePreconditions({ method: 'PUT', etag: tag, ifMatch: tag, ifNoneMatch: undefined });
    expect(put('"a"')).toBe('proceed');
    expect(put('W/"a"')).toBe('failed');
  });

  it('matches a weak tag weakly', () => {
    expect(weakMatch('W/"a"', '"a"')).toBe(true);
    expect(weakMatch('W/"a"', '"b"')).toBe(false);
  });
});

describe('lists of entity tags (RFC 9110 section 13.1.1)', () => {
  it.each([
    ['*', '*'],
    ['"a"', ['"a"']],
    ['"a","b"', ['"a"', '"b"']],
    [' "a" ,, W/"b" ', ['"a"', 'W/"b"']],
    ['"a,b", "c d"', ['"a,b"', '"c d"']],
    ['a, b', ['"a"', '"b"']],
    ['', []],
  ])('reads %s', (field, tags) => {
    expect(parseEtagList(field)).toEqual(tags);
  });

  it('reads back every list of quoted tags', () => {
    const tag = fc.stringMatching(/^(?:W\/)?"[!#-~ ]*"$/);
    fc.assert(
      fc.property(fc.array(tag), (tags) => {
        expect(parseEtagList(tags.join(', '))).toEqual(tags);
      }),
    );
  });
});

describe('preconditions (RFC 9110 section 13.2.2)', () => {
  const put = { method: 'PUT', etag: '"1"' };
  it.each([
    ['no condition', put, 'proceed'],
    ['If-Match with the current tag', { ...put, ifMatch: '"0", "1"' }, 'proceed'],
    ['If-Match with another tag', { ...put, ifMatch: '"0"' }, 'failed'],
    ['If-Match with the weak form of the tag', { ...put, ifMatch: 'W/"1"' }, 'failed'],
    ['If-Match: * on something', { ...put, ifMatch: '*' }, 'proceed'],
    ['If-Match: * on nothing', { ...put, etag: undefined, ifMatch: '*' }, 'failed'],
    ['If-None-Match: * on something', { ...put, ifNoneMatch: '*' }, 'failed'],
    ['If-None-Match: * on nothing', { ...put, etag: undefined, ifNoneMatch: '*' }, 'proceed'],
    ['a GET with the cached tag', { ...put, method: 'GET', ifNoneMatch: 'W/"1"' }, 'not-modified'],
    ['a GET with an old tag', { ...put, method: 'GET', ifNoneMatch: '"0"' }, 'proceed'],
    ['a DELETE with If-None-Match of the tag', { ...put, method: 'DELETE', ifNoneMatch: '"1"' }, 'failed'],
    ['a failed If-Match before If-None-Match', { ...put, method: 'GET', ifMatch: '"0"', ifNoneMatch: '"1"' }, 'failed'],
  ])('decides %s', (_, request, outcome) => {
    expect(decidePreconditions(request)).toBe(outcome);
  });
});
