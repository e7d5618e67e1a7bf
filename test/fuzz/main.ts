/**
 * `npm run fuzz -- --seconds 60`: feeds broken and random inputs to everything that reads what others
 * wrote. Each must give a correct result or one sentence for people, within 5 seconds and bounded memory.
 * Exits with 1 when one did neither; the smallest such input is then in a file.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { type FuzzResult, fuzz, replay } from './fuzz.ts';
import { targetFile, targetNames } from './target.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    runs: { type: 'string' },
    target: { type: 'string', multiple: true },
    seed: { type: 'string' },
    replay: { type: 'string' },
  },
});
const known: readonly string[] = targetNames;
const names = values.target ?? [...targetNames];
const strange = names.find((name) => !known.includes(name));
if (strange !== undefined) fail(`--target must be one of ${known.join(', ')}, not ${strange}`);

if (values.replay !== undefined) {
  if (values.target?.length !== 1) fail('--replay FILE needs --target NAME');
  const input = readFileSync(values.replay);
  try {
    console.log(`${values.replay}: ${await replay(targetFile(names[0]!), input)}`);
  } catch (error) {
    console.log(`${values.replay}: ${(error as Error).message}`);
    process.exitCode = 1;
  }
} else {
  const seed = number('seed', Math.floor(Math.random() * 2 ** 31));
  const seconds = values.runs === undefined ? number('seconds', 60) : undefined;
  console.log(`seed ${seed}`);
  for (const name of names) {
    const result = await fuzz({
      name,
      file: targetFile(name),
      seed,
      ...(seconds === undefined
        ? { runs: number('runs', 1000) }
        : { milliseconds: (seconds * 1000) / (values.target ? 1 : names.length) }),
      folder: 'fuzz-failures',
      onRound: sayNowAndThen(name),
    });
    print(result);
  }
}

/** A line a minute. */
function sayNowAndThen(name: string): (runs: number) => void {
  let said = performance.now();
  return (runs) => {
    if (performance.now() - said < 60_000) return;
    said = performance.now();
    console.log(`     ${name.padEnd(14)} ${runs} inputs`);
  };
}

function print({ failure, ...result }: FuzzResult): void {
  const { name, runs, accepted, refused, milliseconds, slowest, peak } = result;
  console.log(
    `${failure ? 'FAIL' : 'ok  '} ${name.padEnd(14)} ${runs} inputs in ${(milliseconds / 1000).toFixed(0)} s: ` +
      `${accepted} accepted, ${refused} refused; slowest ${slowest.toFixed(0)} ms, ` +
      `most memory ${(peak / 2 ** 20).toFixed(0)} MB`,
  );
  if (!failure) return;
  process.exitCode = 1;
  const path = relative('.', failure.path);
  console.log(`${failure.what}\n  found with --target ${name} --seed ${failure.seed}`);
  console.log(`  again: npm run fuzz -- --target ${name} --replay ${path}`);
}

function number(name: 'seed' | 'seconds' | 'runs', otherwise: number): number {
  const text = values[name] ?? String(otherwise);
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) fail(`--${name} must be a number, not ${text}`);
  return value;
}

function fail(message: string): never {
  console.error(`fuzz: ${message}`);
  process.exit(2);
}
