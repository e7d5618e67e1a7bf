/**
 * Checks golden files on every engine: `npm run golden -- FILE...` (default: those of the tests).
 * Prints the worst error of each, relative to each tensor's largest magnitude; exits with 1 past the limits.
 *   --engine webgpu  checks a graphics processor instead; networks that it can't run are left out
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { messageOf, UserError } from '../dist/common/errors.js';
import { checkGolden, type EngineChoice, engines, limitOf } from '../test/golden.ts';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { engine: { type: 'string' } },
});
const fixtures = new URL('../test/fixtures/', import.meta.url);
const files =
  positionals.length > 0
    ? positionals
    : readdirSync(fixtures).map((name) => new URL(name, fixtures).pathname);
const kind = flags.engine as EngineChoice['kind'] | undefined;
const chosen: readonly EngineChoice[] = kind ? [{ name: kind, kind }] : engines;

let [checked, failed] = [0, 0];
for (const file of files) {
  const golden = JSON.parse(readFileSync(file, 'utf8'));
  for (const engine of chosen) {
    const line = (mark: string, words: string) =>
      console.log(`${mark} ${golden.name.padEnd(28)} ${engine.name.padEnd(20)} ${words}`);
    try {
      const { worst, where } = await checkGolden(golden, engine);
      const isGood = worst <= limitOf(engine);
      checked++;
      if (!isGood) failed++;
      line(isGood ? 'ok  ' : 'FAIL', `${worst.toExponential(1)} in ${where}`);
    } catch (error) {
      if (!kind) throw error;
      const isOurs = !(error instanceof UserError); // others say what this machine or engine doesn't have
      if (isOurs) failed++;
      line(isOurs ? 'FAIL' : '    ', isOurs ? messageOf(error) : `left out: ${messageOf(error)}`);
    }
  }
}
if (kind) console.log(`${checked} checked, ${failed} failed`);
process.exitCode = failed > 0 || checked === 0 ? 1 : 0;
