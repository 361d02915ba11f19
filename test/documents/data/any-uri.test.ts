import { expect, it } from 'vitest';
import { isAnyUri } from '../../../src/documents/data/any-uri.ts';

it.each(['', 'a b', 'é', 'http://[::1]:80/?q#f', 'a?b?c', '//', 'http://a b/', 'tel:+1', './1:2', '#['])(
  'accepts %j',
  (text) => expect(isAnyUri(text)).toBe(true),
);

it.each([
  '%',
  'a%4',
  'a%zz',
  'a[b',
  'a]b',
  '#f#g',
  '1:2',
  ':a',
  'a b:c',
  'é:b',
  '?[',
  'http://[::1',
  'http://a:b/',
  'http://a@b@c/',
])('refuses %j', (text) => expect(isAnyUri(text)).toBe(false));
