import type { Element } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diff } from '../../../src/documents/diff/diff.ts';
import { Fingerprints } from '../../../src/documents/diff/fingerprints.ts';
import type { XcapDocument } from '../../../src/documents/document.ts';
import { applyOperations } from '../../../src/documents/edit/apply-operations.ts';
import { parseDocument } from '../../../src/documents/usage.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { equalXml } from '../../../src/documents/xml/equal.ts';
import { parseXml } from '../../../src/documents/xml/parse.ts';
import { descendants } from '../../../src/documents/xml/walk.ts';
import type { UsageTable } from '../../../src/selector/usage-table.ts';
import { anyLists } from '../support/random-lists.ts';

const DEPTH = 998;
const nest = (open: (depth: number) => string, close: string, inner: string): string =>
  `${Array.from({ length: DEPTH }, (_, depth) => open(depth)).join('')}${inner}${close.repeat(DEPTH)}`;
const keyless = (inner: string, text = '') => parseDocument(nest(() => `<a>${text}`, '</a>', inner));
const keyed = (inner: string) =>
  resourceLists.parse(
    `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">${nest((depth) => `<list name="l${depth}">`, '</list>', inner)}</resource-lists>`,
  );

function expectPatched<U extends UsageTable>(before: XcapDocument<U>, after: XcapDocument<U>): void {
  const patched = before.clone();
  applyOperations(patched, diff(before, after));
  expect(patched.equals(after)).toBe(true);
}

describe('diff of elements that are nested as deeply as the parser allows leads to the later version', () => {
  it('of elements without keys', () => expectPatched(keyless('<b/>'), keyless('<c/>')));

  it('of elements with text between them', () => expectPatched(keyless('<b/>', 'x'), keyless('<c/>', 'x')));

  it('of elements with keys', () => expectPatched(keyed('<entry uri="a"/>'), keyed('<entry uri="b"/>')));
});

describe('fingerprints', () => {
  it('are the same for two elements exactly when these are equal', () => {
    fc.assert(
      fc.property(anyLists, anyLists, (one, other) => {
        const elements = [one, other].flatMap((text) =>
          Array.from(descendants(parseXml(text).document.documentElement as Element)),
        );
        const fingerprints = new Fingerprints();
        const [first] = elements;
        for (const element of elements) {
          for (const each of [first, elements[1]])
            if (each) expect(fingerprints.of(each) === fingerprints.of(element)).toBe(equalXml(each, element));
        }
      }),
      { numRuns: 50 },
    );
  });
});
