// node .ci/counts.mjs FOLDER STATUS: what failed in the reports of a CI run, then the closing line.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const [folder, status] = process.argv.slice(2);
let [passed, failed] = [0, 0];
for (const part of ['test', 'test:long', 'test:servers', 'test:bundlers', 'test:web']) {
  const file = join(folder, `${part}.json`);
  if (!existsSync(file)) {
    console.log(`FAILED: npm run ${part} did not come to its tests`);
    failed++;
    continue;
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  passed += report.numPassedTests;
  // A file that could not be loaded has no failed test of its own.
  failed += Math.max(report.numFailedTests, report.success ? 0 : 1);
  for (const { name, status, message, assertionResults } of report.testResults) {
    const where = relative(process.cwd(), name);
    const tests = assertionResults.filter((test) => test.status === 'failed');
    for (const test of tests)
      console.log(`FAILED: ${where}: ${test.fullName}\n${test.failureMessages.join('\n')}\n`);
    if (status === 'failed' && tests.length === 0) console.log(`FAILED: ${where}\n${message}\n`);
  }
}
if (failed === 0 && Number(status) !== 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
