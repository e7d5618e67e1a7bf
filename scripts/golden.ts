/**
 * Checks golden files on every engine: `npm run golden -- FILE...` (default: those of the tests).
 * Prints the worst error of each, relative to each tensor's largest magnitude; exits with 1 past the limits.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { checkGolden, engines, limitOf } from '../test/golden.ts';

const fixtures = new URL('../test/fixtures/', import.meta.url);
const files =
  process.argv.length > 2
    ? process.argv.slice(2)
    : readdirSync(fixtures).map((name) => new URL(name, fixtures).pathname);

let failed = false;
for (const file of files) {
  const golden = JSON.parse(readFileSync(file, 'utf8'));
  for (const engine of engines) {
    const { worst, where } = await checkGolden(golden, engine);
    const good = worst <= limitOf(engine);
    failed ||= !good;
    const mark = good ? 'ok  ' : 'FAIL';
    console.log(
      `${mark} ${golden.name.padEnd(20)} ${engine.name.padEnd(20)} ${worst.toExponential(1)} in ${where}`,
    );
  }
}
process.exitCode = failed ? 1 : 0;
