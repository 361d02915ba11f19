import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOperations, diff, merge, omaPresRules, presRules } from '../../../src/documents/index.ts';

const [ALICE, BOB, CAROL] = ['sip:alice@example.org', 'sip:bob@example.org', 'sip:carol@example.net'] as const;
type Rules = ReturnType<typeof presRules.create>;

const watchers = fc.constantFrom(ALICE, BOB, CAROL, { domain: 'example.org' }, { domain: 'example.net' });
const verbs = fc.constantFrom('allow', 'block', 'politeBlock', 'confirm', 'forget');
const edits = fc.array(fc.record({ verb: verbs, watcher: watchers, rewrite: fc.boolean() }), { maxLength: 5 });

type Edit = typeof edits extends fc.Arbitrary<(infer E)[]> ? E : never;

function edited(rules: Rules, steps: readonly Edit[]): Rules {
  const copy = rules.clone();
  for (const { verb, watcher, rewrite } of steps) {
    if (verb === 'forget') copy.forget(watcher);
    else copy[verb](watcher, { rewrite });
  }
  return copy;
}

describe('merge of presence rules', () => {
  it('removes a rule from which two devices removed the last watchers', () => {
    const base = presRules.create();
    base.block([ALICE, BOB]);
    base.allow('sip:dave@example.net');
    const [mine, theirs] = [base.clone(), base.clone()];
    mine.allow(ALICE);
    theirs.allow(BOB);
    const { document, conflicts } = merge(base, mine, theirs);
    expect(document.rules().map(({ id }) => id)).toEqual(['xcap-allow']);
    expect([ALICE, BOB, CAROL].map((watcher) => document.decide({ watcher }).subHandling)).toEqual([
      'allow',
      'allow',
      'block',
    ]);
    expect(conflicts).toEqual([]);
  });

  it('keeps an identity that was empty before', () => {
    const empty = presRules.parse(
      presRules
        .create()
        .toString()
        .replace(
          '></cp:ruleset>',
          '><cp:rule id="x"><cp:conditions><cp:identity/></cp:conditions></cp:rule></cp:ruleset>',
        ),
    );
    const mine = empty.clone();
    mine.allow(BOB);
    expect(
      merge(empty, mine, empty)
        .document.rules()
        .map(({ id }) => id),
    ).toEqual(['x', 'xcap-allow']);
  });

  // OMA's documents have the same class and verbs.
  const usages = { 'pres-rules': presRules, oma: omaPresRules as unknown as typeof presRules };

  it.each(Object.entries(usages))('merges valid versions of %s to a valid document that diff reaches', (_, usage) => {
    const sides = fc.infiniteStream(fc.constantFrom('mine', 'theirs'));
    fc.assert(
      fc.property(edits, edits, edits, sides, (before, my, their, side) => {
        const base = edited(usage.create(), before);
        const [mine, theirs] = [edited(base, my), edited(base, their)];
        const { document } = merge(base, mine, theirs, { prefer: () => side.next().value });
        expect(document.validate()).toEqual([]);
        applyOperations(theirs, diff(theirs, document));
        expect(theirs.equals(document)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
