import { Random } from '../test/chaos/random.ts';
import { NOTIFIERS, type NotifierKind, runModel } from '../test/client/feed/model.ts';
import type { BenchRow } from './row.ts';

const RUNS = 40;
const STEPS = 60;

/** At most so many GET requests for each change. Without a feed, each change costs at least one. */
const TARGETS: Readonly<Record<NotifierKind, number>> = {
  'no-patching': 0.5,
  openxcap: 0.4,
  'xcap-patching': 0.15,
  aggregate: 0.1,
};

/** Counts the GET requests of a device that follows a document, if notifications arrive in order. */
export async function feedBench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const notifier of NOTIFIERS) {
    const random = new Random(1);
    let [gets, changes] = [0, 0];
    for (let run = 0; run < RUNS; run++) {
      const steps = Array.from({ length: STEPS }, () => ({ what: random.below(100), how: random.below(1000) }));
      const ending = await runModel(notifier, 'none', steps);
      gets += ending.gets;
      changes += ending.changes;
    }
    const ratio = gets / changes;
    rows.push({
      name: `GET requests for a change, followed with ${notifier}`,
      ours: ratio.toFixed(2),
      rival: '1',
      ratio,
      target: `<= ${TARGETS[notifier]}`,
      ok: ratio <= TARGETS[notifier],
    });
  }
  return rows;
}
