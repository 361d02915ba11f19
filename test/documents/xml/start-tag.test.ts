import { describe, expect, it } from 'vitest';
import {
  bareTag,
  openedTag,
  scanStartTag,
  valueIn,
  withAttribute,
  withoutAttribute,
} from '../../../src/documents/xml/start-tag.ts';

describe('scanStartTag', () => {
  it.each([
    { tag: '<a>', found: [] },
    { tag: '<a/>', found: [] },
    { tag: '<a b="1" c=\'2\'>', found: ['b=1', 'c=2'] },
    { tag: '<p:a\n\tp:b = "x &amp; >"\r\nc=""/>', found: ['p:b=x & >', 'c='] },
    { tag: `<a b="it's" c='say "hi"' >`, found: ["b=it's", 'c=say "hi"'] },
    { tag: '<a b="1"c="2">', found: ['b=1'] },
    { tag: '<a b>', found: [] },
    { tag: '<a b="1', found: [] },
  ])('finds $found in $tag', ({ tag, found }) => {
    expect(scanStartTag(tag).map((attribute) => `${attribute.name}=${valueIn(tag, attribute)}`)).toEqual(found);
  });
});

describe('edits of a start tag', () => {
  it('changes only the text between the quotes', () => {
    expect(withAttribute('<a  b = \'x\' c="y" />', 'b', "it's")).toBe('<a  b = \'it&apos;s\' c="y" />');
  });

  it.each([
    { tag: '<a>', result: '<a b="1">' },
    { tag: '<a />', result: '<a b="1" />' },
    { tag: '<a c="2"\n>', result: '<a c="2" b="1"\n>' },
  ])('adds an attribute to $tag after the others', ({ tag, result }) => {
    expect(withAttribute(tag, 'b', '1')).toBe(result);
  });

  it('removes an attribute with the white space before it', () => {
    expect(withoutAttribute('<a b="1"\n c="2" >', 'c')).toBe('<a b="1" >');
  });

  it.each([
    { tag: '<a b="1" / >', bare: '<a b="1" /' },
    { tag: '<a b="1"\n/>', bare: '<a b="1"' },
    { tag: '<a \t>', bare: '<a' },
  ])('returns $tag without its end', ({ tag, bare }) => {
    expect(bareTag(tag)).toBe(bare);
  });

  it('opens an empty-element tag', () => {
    expect(openedTag('<a b="1" />')).toBe('<a b="1">');
  });
});
