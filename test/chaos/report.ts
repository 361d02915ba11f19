import type { Ledger } from './ledger.ts';

/** Options of a run. */
export interface ChaosOptions {
  readonly strategy: 'document' | 'nodes' | 'auto';
  /** Number of edits, of all devices together. */
  readonly steps: number;
  readonly seed: number;
  /** Names of the devices that take part. Default: all */
  readonly only: readonly string[];
  /** `performance.now()` after which no more edits are begun. */
  readonly deadline: number;
}

/** Result of a run. */
export interface ChaosReport {
  readonly contradictions: readonly string[];
  readonly edits: number;
  readonly acknowledged: number;
  /** Programs that ended within the process. */
  readonly crashes: number;
  /** Processes that were killed. */
  readonly kills: number;
  readonly requests: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Makes a document larger than the size from which `auto` writes nodes. */
export const FILLER = 'x'.repeat(66_000);

/** Whether a device takes part. */
export const isWanted = (name: string, only: readonly string[]): boolean => only.length === 0 || only.includes(name);

type Counts = Pick<ChaosReport, 'contradictions' | 'crashes' | 'kills' | 'requests'>;

/** Makes the report of a run from the ledgers of its devices. */
export function reportOf(
  ledgers: ReadonlyMap<string, Ledger>,
  { faults, ...counts }: Counts & { readonly faults: ReadonlyMap<string, number> },
): Omit<ChaosReport, 'seconds'> {
  const failures: Record<string, number> = {};
  for (const ledger of ledgers.values()) {
    for (const [code, count] of ledger.failures) failures[code] = (failures[code] ?? 0) + count;
  }
  const sum = (of: (ledger: Ledger) => number) =>
    Array.from(ledgers.values(), of).reduce((total, count) => total + count, 0);
  return {
    ...counts,
    edits: sum(({ edits }) => edits),
    acknowledged: sum(({ acknowledgements }) => acknowledgements),
    failures,
    faults: Object.fromEntries(faults),
  };
}
