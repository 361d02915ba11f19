import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CONFLICT_CONDITIONS } from '../../../src/documents/errors.ts';
import { printXcapError } from '../../../src/documents/xcap-error/print.ts';
import { xmlText } from '../../support/random-lists.ts';
import { judge, missing, skipped } from './schemas.ts';

const details = fc.record(
  {
    phrase: xmlText,
    ancestor: fc.webUrl(),
    exists: fc.array(fc.record({ field: xmlText, altValues: fc.array(xmlText, { maxLength: 2 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
  },
  { requiredKeys: ['exists'] },
);

it.skipIf(missing.length > 0)(
  `prints error reports that are valid by the schema of RFC 4825 section 11.2${skipped}`,
  () => {
    const reports = fc.sample(fc.tuple(fc.constantFrom(...CONFLICT_CONDITIONS), details), { numRuns: 500, seed: 4825 });
    const texts = reports.map(([condition, given]) => printXcapError(condition, given));
    const wrong = judge(texts).flatMap(({ isValid, complaint }, index) =>
      isValid ? [] : [{ complaint, text: texts[index] }],
    );
    expect(wrong.slice(0, 3)).toEqual([]);
  },
);
