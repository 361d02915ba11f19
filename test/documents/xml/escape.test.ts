import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAttribute, decodeText, escapeAttribute, escapeText } from '../../../src/documents/xml/escape.ts';
import { parseXml } from '../../../src/documents/xml/parse.ts';
import { illegalCharacter } from '../../../src/selector/xml-text.ts';

const legal = fc.string({ unit: 'binary' }).filter((text) => illegalCharacter(text) < 0);

describe('escaping', () => {
  it('is undone by decoding and by the parser', () => {
    fc.assert(
      fc.property(legal, (text) => {
        const root = parseXml(
          `<a b="${escapeAttribute(text)}" c='${escapeAttribute(text, "'")}'>${escapeText(text)}</a>`,
        ).document.documentElement;
        expect([root?.getAttribute('b'), root?.getAttribute('c'), root?.textContent]).toEqual([text, text, text]);
        expect([decodeText(escapeText(text)), decodeAttribute(escapeAttribute(text))]).toEqual([text, text]);
      }),
    );
  });

  it('leaves the other quote as it is', () => {
    expect([escapeAttribute(`"'`), escapeAttribute(`"'`, "'")]).toEqual([`&quot;'`, `"&apos;`]);
  });
});

describe('XML 1.0 section 2.2: illegalCharacter', () => {
  it.each([
    ['', -1],
    ['\t\n\r ~\u0085\uD7FF\uE000\uFFFD😀', -1],
    ['a\u0000', 1],
    ['\u001F', 0],
    ['ab\uFFFE', 2],
    ['\uFFFF', 0],
    ['x\uD83D', 1],
    ['\uDE00\uD83D', 0],
    ['😀\uDE00', 2],
  ])('%j: %i', (text, at) => {
    expect(illegalCharacter(text)).toBe(at);
  });
});
