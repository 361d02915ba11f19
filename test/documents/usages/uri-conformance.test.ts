import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { canonicalSipUri, resolveEntryRef } from '../../../src/documents/index.ts';

interface Case {
  readonly id: string;
  readonly category: string;
  readonly input: string;
  readonly root: string;
  readonly ref_: string;
  readonly expected: string;
}
const cases: readonly Case[] = JSON.parse(readFileSync('test/conformance/conformance-sample.json', 'utf8')).cases;
const of = (category: string) => cases.filter((one) => one.category === category);

it.each(of('sip-uri-canonical'))('RFC 4826 section 5: $id', ({ input, expected }) =>
  expect(canonicalSipUri(input)).toBe(expected),
);

it.each(of('entry-ref-resolve'))('RFC 4826 section 3.1: $id', ({ root, ref_, expected }) =>
  expect(resolveEntryRef(ref_, root)).toBe(expected),
);

it('the sample has the expected number of cases', () =>
  expect(of('sip-uri-canonical').length + of('entry-ref-resolve').length).toBe(2));
