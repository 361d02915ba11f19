import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeTyped } from '../../src/cli/requests/selector-text.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';

const values = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\p{Cc}\uFFFE\uFFFF]/u.test(text));

it('a selector that is encoded stays as it is', () => {
  fc.assert(
    fc.property(values, (value) => {
      const path = resourceLists.list(value).entry(1).toPath();
      expect(encodeTyped(path).path).toBe(path);
    }),
  );
});

it('a selector that is typed as it reads is encoded as the library encodes it', () => {
  fc.assert(
    fc.property(
      values.filter((text) => !text.includes('%')),
      (value) => {
        const selector = resourceLists.list(value).attr('name');
        expect(encodeTyped(String(selector)).path).toBe(selector.toPath());
      },
    ),
  );
});

it.for([
  ['/p:a/p:b[@p:c="x:y"]', '?xmlns(p=urn:x)'],
  ['/a/b[@c="p:d"]/namespace::*', ''],
  ['/p:a?xmlns(p=urn:own)', '?xmlns(p=urn:own)'],
])('known prefixes are bound where %s uses them unbound', ([selector = '', query]) => {
  expect(encodeTyped(selector, { p: 'urn:x', q: 'urn:y' }).path).toMatch(
    new RegExp(`^[^?]*${query?.replace(/[?()]/g, '\\$&')}$`),
  );
});
