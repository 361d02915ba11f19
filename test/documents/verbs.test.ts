import { describe, expect, it } from 'vitest';
import { applyOperations, parseDocument, resourceLists } from '../../src/documents/index.ts';
import { InvalidArgumentError, parseSelector } from '../../src/selector/index.ts';

describe('RFC 4825 section 6.3: matches', () => {
  const document = parseDocument('<a><b><c/></b><b/><b n="1"><c/><c/></b></a>');

  it.each([
    { selector: 'a', count: 1 },
    { selector: 'a/b', count: 3 },
    { selector: 'a/b[3]', count: 1 },
    { selector: 'a/b[4]', count: 0 },
    { selector: 'a/b[2]/c', count: 0 },
    { selector: 'a/b[3]/c', count: 2 },
    { selector: 'a/b/c', count: 3 },
    { selector: 'a/b[3]/@n', count: 1 },
    { selector: 'a/b[2]/@n', count: 0 },
    { selector: 'a/namespace::*', count: 1 },
    { selector: 'z', count: 0 },
  ])('$selector: $count', ({ selector, count }) => {
    expect(document.matches(parseSelector(selector, {}))).toBe(count);
  });

  it('is 1 for exactly the selectors that get reads', () => {
    for (const text of ['a', 'a/b', 'a/b[1]/c', 'a/b[2]/c', 'a/b/c', 'a/b/@n']) {
      const selector = parseSelector(text, {});
      expect(document.matches(selector) === 1, text).toBe(document.get(selector) !== undefined);
    }
  });
});

describe('applyOperations', () => {
  const text = '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="f"/></resource-lists>';
  const selector = resourceLists.list('f');

  it.each([
    { operation: { method: 'POST', selector, body: '<list name="f"/>' }, message: /"PUT" or "DELETE", not "POST"/ },
    { operation: { method: 'put', selector, body: '<list name="f"/>' }, message: /"PUT" or "DELETE", not "put"/ },
    { operation: { method: 'PUT', selector }, message: /the body of a PUT is a string, not undefined/ },
    { operation: { method: 'DELETE', selector: 'list' }, message: /build one from the usage/ },
    { operation: null, message: /an operation is an object, not null/ },
  ])('refuses $operation and does not apply those before it', ({ operation, message }) => {
    const document = resourceLists.parse(text);
    const operations = [{ method: 'DELETE', selector }, operation] as never; // the second is no operation
    expect(() => applyOperations(document, operations)).toThrow(InvalidArgumentError);
    expect(() => applyOperations(document, operations)).toThrow(message);
    expect(String(document)).toBe(text);
    expect(document.changes).toEqual([]);
  });
});

describe('options', () => {
  it.each([
    {
      call: () => resourceLists.parse('<a/>', { maxsize: 5 } as never),
      message: 'parse: unknown option "maxsize"; did you mean "maxSize"?',
    },
    {
      call: () => parseDocument('<a/>', { defaultNamespce: 'urn:a' } as never),
      message: 'parseDocument: unknown option "defaultNamespce"; did you mean "defaultNamespace"?',
    },
    {
      call: () => resourceLists.create().validate('all' as never),
      message: 'validate: limit must be a number of at least 0, not "all"',
    },
    ...(['put', 'update', 'append', 'delete'] as const).map((verb) => ({
      call: () => {
        const document = resourceLists.create();
        const call: (...args: unknown[]) => unknown = document[verb].bind(document) as never; // as from JavaScript
        const args = verb === 'delete' ? [resourceLists] : [resourceLists, {}];
        call(...args, { ifMatch: '"1"' });
      },
      message: `${verb}: unknown option "ifMatch"; its options are none`,
    })),
  ])('that are wrong are refused: $message', ({ call, message }) => {
    expect(call).toThrow(InvalidArgumentError);
    expect(call).toThrow(message);
  });
});
