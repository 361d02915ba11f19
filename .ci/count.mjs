// Adds up test reports and prints the one line the gate ends with; fails when anything failed or nothing ran.
// Usage: count.mjs [--failed STEP]... REPORT...
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values, positionals: reports } = parseArgs({
  options: { failed: { type: 'string', multiple: true, default: [] } },
  allowPositionals: true,
});

let passed = 0;
let failed = 0;
let skipped = 0;
for (const file of reports) {
  if (!existsSync(file)) {
    console.log(`${file} is missing: that run ended before it could report`);
    failed += 1;
    continue;
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  passed += report.numPassedTests;
  skipped += report.numPendingTests + (report.numTodoTests ?? 0);
  const brokenFiles = report.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.every((test) => test.status !== 'failed'),
  );
  failed += report.numFailedTests + brokenFiles.length;
  for (const suite of report.testResults) {
    if (brokenFiles.includes(suite)) console.log(`failed to run: ${suite.name}: ${suite.message}`);
    for (const test of suite.assertionResults) if (test.status === 'failed') console.log(`failed: ${test.fullName}`);
  }
}
for (const step of values.failed) console.log(`failed: ${step}`);
// A step can fail without a failed test: the API reference has none, and vitest also fails for an unhandled error.
failed = Math.max(failed, values.failed.length);
if (skipped > 0) console.log(`${skipped} skipped, for want of what they need`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
