import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XcapDocument } from '../../../src/documents/document.ts';
import { merge } from '../../../src/documents/merge/merge.ts';
import { defineApplicationUsage } from '../../../src/documents/usage.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';

const { definition } = resourceLists;
/** Documents whose merges look at the whole result, so that no child is left out. */
class WholeDocument extends XcapDocument<typeof definition> {
  protected override removedWithEmpty(): undefined {}
}
const shortWay = defineApplicationUsage(definition);
const longWay = defineApplicationUsage(definition, { document: WholeDocument });

const LENGTH = 240;

const VERBS = ['add', 'remove', 'change', 'rename', 'move', 'block', 'name', 'comment', 'twin', 'note'] as const;
/** Few places, so that both sides often change the same children. */
const place = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(70, 71) },
  { weight: 2, arbitrary: fc.constantFrom(0, 72, 121, 171, LENGTH - 1, LENGTH) },
  { weight: 1, arbitrary: fc.nat(LENGTH) },
);
const verb = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...VERBS) },
  { weight: 4, arbitrary: fc.constantFrom('remove', 'change', 'rename', 'twin') },
);
const edits = fc.array(fc.record({ verb, at: place, value: fc.nat(4) }), { maxLength: 3 });
type Edits = typeof edits extends fc.Arbitrary<infer T> ? T : never;

const entry = (uri: string, content: string) => `<entry uri="${uri}">${content}</entry>`;
const named = (name: string) => `<display-name>${name}</display-name>`;

/** A child of the list with its text. */
const baseRow = (isVaried: boolean): string[] =>
  Array.from({ length: LENGTH }, (_, index) => {
    if (isVaried && index === 150) return '<list name="inner"><entry uri="inner"/></list>';
    return entry(`u${index}`, index % 3 === 0 ? '' : named(isVaried ? `N${index % 120}` : `N${index}`));
  });

function edited(row: readonly string[], side: string, changes: Edits): string[] {
  const result = [...row];
  for (const [index, { verb, at, value }] of changes.entries()) {
    const place = at % result.length;
    const old = result[place] ?? '';
    if (verb === 'add')
      result.splice(at % (result.length + 1), 0, entry(`${side}${index}`, value > 2 ? named('N4') : ''));
    if (verb === 'remove') result.splice(place, 1);
    if (verb === 'change') result[place] = old.replace(/<display-name>\w*/, `<display-name>${value}`);
    if (verb === 'rename') result[place] = old.replace(/uri="\w+"/, `uri="${value > 2 ? side : 'new'}${value}"`);
    if (verb === 'move') result.splice((at + value * 37) % result.length, 0, ...result.splice(place, 1));
    if (verb === 'block') result.splice(value * 60, 0, ...result.splice(60 * (index + 1), 55));
    if (verb === 'name') result.unshift(named(`${side}${value}`));
    if (verb === 'comment') result.splice(place, 0, `<!-- ${side} -->`);
    if (verb === 'twin') result.splice(place, 0, entry('u100', value > 2 ? named('N0') : named('other')));
    if (verb === 'note') result.push(`<e:note v="${value}"/>`);
  }
  return result;
}

const write = (row: readonly string[], layout: string) =>
  `<?xml version="1.0"?>\n<!-- mine --><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:e="urn:e">${layout}<list name="l">${layout}${row.join(layout)}${layout}</list>${layout}<list name="other"/></resource-lists>`;

function merged(usage: typeof shortWay | typeof longWay, texts: readonly string[], prefer: 'mine' | 'theirs') {
  const [base, mine, theirs] = texts.map((text) => usage.parse(text));
  if (!base || !mine || !theirs) throw new RangeError('three texts');
  const { document, conflicts } = merge(base, mine, theirs, { prefer });
  return { text: document.toString(), conflicts: conflicts.map((each) => `${each.selector} ${JSON.stringify(each)}`) };
}

describe('merge: children that are the same in all versions', () => {
  const runs = Number(process.env['ALIKE_RUNS'] ?? 150);

  it('have no influence on the merge of the others', () => {
    let short = 0;
    fc.assert(
      fc.property(edits, edits, fc.boolean(), fc.constantFrom('', '\n  ', '\r\n\t'), (my, their, isVaried, layout) => {
        const base = baseRow(isVaried);
        const texts = [base, edited(base, 'm', my), edited(base, 't', their)].map((row) => write(row, layout));
        for (const prefer of ['mine', 'theirs'] as const) {
          const quick = merged(shortWay, texts, prefer);
          expect(quick).toEqual(merged(longWay, texts, prefer));
          if (quick.text !== texts[2]) short++;
        }
      }),
      { numRuns: runs },
    );
    expect(short).toBeGreaterThan(runs / 4);
  });

  /** The row of children with some of them replaced. */
  const rowWith = (changed: Readonly<Record<number, string>>) => write(Object.assign(baseRow(false), changed), '');

  it.each([
    ['before', { 100: entry('u100', named('twin')), 71: entry('u71', named('twin')) }, 'other'],
    ['after', { 100: entry('u100', named('twin')), 71: entry('u71', named('first')) }, 'twin'],
  ] as const)('prevent that a child with the content %s an edit is taken for renamed', (_, base, edit) => {
    const content = base[71].includes('twin') ? 'twin' : 'first';
    const texts = [
      rowWith(base),
      rowWith({ ...base, 71: entry('new', named(content)) }),
      rowWith({ ...base, 71: entry('u71', named(edit)) }),
    ];
    const quick = merged(shortWay, texts, 'theirs');
    expect(quick).toEqual(merged(longWay, texts, 'theirs'));
    expect(quick.conflicts).toEqual([expect.stringContaining('u71')]);
  });
});
