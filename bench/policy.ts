import { presRules } from '../src/documents/index.ts';
import { median } from './measure.ts';
import type { BenchRow } from './row.ts';

const RULES = 1000;

const rule = (index: number): string =>
  `<cp:rule id="r${index}"><cp:conditions><cp:identity><cp:one id="sip:user${index}@example.com"/></cp:identity></cp:conditions>` +
  '<cp:actions><sub-handling>allow</sub-handling></cp:actions><cp:transformations><provide-activities>true</provide-activities></cp:transformations></cp:rule>';

/** The policy decision over a thousand rules, one identity each. */
export async function policyBench(): Promise<BenchRow[]> {
  const rules = Array.from({ length: RULES }, (_, index) => rule(index)).join('\n');
  const doc = presRules.parse(
    `<cp:ruleset xmlns="urn:ietf:params:xml:ns:pres-rules" xmlns:cp="urn:ietf:params:xml:ns:common-policy">${rules}</cp:ruleset>`,
  );
  const times = Array.from({ length: 40 }, (_, round) => {
    const start = performance.now();
    doc.decide({ watcher: `sip:user${(round * 37) % RULES}@example.com` });
    return performance.now() - start;
  });
  const taken = median(times);
  return [
    {
      name: 'decide over 1,000 presence rules',
      ours: `${taken.toFixed(2)} ms`,
      rival: '5 ms allowed',
      ratio: taken / 5,
      target: '< 5 ms',
      ok: taken < 5,
    },
  ];
}
