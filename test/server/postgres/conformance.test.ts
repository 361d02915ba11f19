import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { missingPostgres, startPostgres } from '../../support/postgres.ts';

describe.skipIf(missingPostgres !== undefined)('the conformance suite of the server', () => {
  it('passes as a whole when documents are in PostgreSQL', async () => {
    await using postgres = await startPostgres();
    const folder = mkdtempSync(join(tmpdir(), 'xcap-conformance-'));
    const report = join(folder, 'report.json');
    const args = ['node_modules/vitest/vitest.mjs', 'run', 'test/server/conformance', '--reporter=json'];
    await promisify(execFile)(process.execPath, [...args, `--outputFile=${report}`, '--maxWorkers=1'], {
      env: { ...process.env, XCAP_TEST_POSTGRES: postgres.url },
      maxBuffer: 2 ** 26,
    }).catch((error: { readonly stdout: string }) => error);
    const { numTotalTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report; // vitest writes it
    rmSync(folder, { recursive: true });
    const failed = testResults.flatMap(({ assertionResults, message }) => [
      ...(message ? [message] : []),
      ...assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
    ]);
    expect(failed).toEqual([]);
    expect(numTotalTests).toBeGreaterThan(200);
  }, 300_000);
});

interface Report {
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}
