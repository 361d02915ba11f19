import { describe, expect, it } from 'vitest';
import {
  omaPresRules,
  pidfManipulation,
  presRules,
  resourceLists,
  rlsServices,
  xcapCaps,
  xcapDirectory,
} from '../../../src/documents/index.ts';
import { mutate } from './mutate.ts';
import { makers } from './random-valid.ts';
import { judge, missing, skipped } from './schemas.ts';
import { print, Random } from './tree.ts';

const usages = {
  resourceLists,
  rlsServices,
  presRules,
  omaPresRules,
  pidfManipulation,
  xcapCaps,
  xcapDirectory,
} as const;

const SEED = Number(process.env['XCAP_SCHEMA_SEED'] ?? 4825);
const COUNT = Number(process.env['XCAP_SCHEMA_COUNT'] ?? 500);

/** Rules of the standards' texts, which the schemas do not express; the second is RFC 4825 section 8.2.5. */
const BESIDE_SCHEMA = new Set(['constraint', 'not-in-schema']);

/** Whether validation finds a document to break its schema, as the server decides between its answers. */
function breaksSchema(usage: keyof typeof makers, text: string): string[] {
  const issues = usages[usage].parse(text).validate();
  return issues
    .filter(({ rule, message }) => !BESIDE_SCHEMA.has(rule) && (rule !== 'unique' || /^the \S*id /.test(message)))
    .map(({ selector, rule, message }) => `${selector} ${rule}: ${message}`);
}

describe.each(Object.keys(makers) as (keyof typeof makers)[])('%s', (usage) => {
  it.skipIf(missing.length > 0)(`judges ${COUNT} random documents as libxml2 does with the schemas${skipped}`, () => {
    const random = new Random(SEED);
    const texts = Array.from({ length: COUNT }, (_, index) => {
      const tree = makers[usage](random);
      for (let count = index % 4; count > 0; count--) mutate(random, tree);
      return print(tree);
    });
    const verdicts = judge(texts);
    const disagreements = verdicts.flatMap(({ isValid, complaint }, index) => {
      const text = texts[index] ?? '';
      const issues = breaksSchema(usage, text);
      return (issues.length === 0) === isValid ? [] : [{ text, isValid, complaint, issues }];
    });
    expect({ seed: SEED, count: disagreements.length, first: disagreements.slice(0, 3) }).toEqual({
      seed: SEED,
      count: 0,
      first: [],
    });
    const valid = verdicts.filter(({ isValid }) => isValid).length;
    expect(valid).toBeGreaterThan(COUNT / 5);
    expect(valid).toBeLessThan(COUNT);
  });
});
