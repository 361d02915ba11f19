/** One line of the benchmark table: what was measured, against what, and the ratio that is asked for. */
export interface BenchRow {
  readonly name: string;
  readonly ours: string;
  readonly rival: string;
  readonly ratio: number;
  readonly target: string;
  readonly ok: boolean;
}
