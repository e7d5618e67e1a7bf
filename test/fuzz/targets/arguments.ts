/** The command line, up to the point where a command would begin its work. */
import type { Command } from 'commander';
import fc from 'fast-check';
import { networkGiven } from '../../../dist/cli/options/network-options.js';
import { recipeGiven } from '../../../dist/cli/options/recipe-options.js';
import { makeProgram, runProgram } from '../../../dist/cli/program.js';
import { DEMO } from '../../../dist/cli/training/demo.js';
import type { TrainFlags } from '../../../dist/cli/training/plan.js';
import { modelConfig } from '../../../dist/model/config.js';
import { makeRecipe } from '../../../dist/training/recipe/recipe.js';
import { rudeTexts } from '../mutations.ts';
import { checkSentence, type Outcome, type Target } from '../target.ts';

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

/** The program with nothing behind its commands but the checks of their flags. */
function idle(): Command {
  const program = makeProgram();
  for (const command of everyCommand(program)) {
    if (command.commands.length > 0) continue;
    command.action(() => {
      const flags: TrainFlags = command.opts();
      if (command.name() !== 'train' && command.name() !== 'test') return;
      modelConfig(networkGiven(flags));
      makeRecipe(recipeGiven(flags.demo ? { ...DEMO, ...flags } : flags));
    });
  }
  return program;
}

const commands = everyCommand(makeProgram());
const flags = [...new Set(commands.flatMap(({ options }) => options.map((o) => o.long!)))];
const shorts = commands.flatMap(({ options }) => options.flatMap((o) => o.short ?? []));
const choices = commands.flatMap(({ options }) => options.flatMap((o) => o.argChoices ?? []));

const numbers = [
  ...['0', '1', '2', '5', '16', '200', '-1', '-0', '+3', '1e3', '1e9', '1e10', '1e999', '0x10'],
  ...['2.5', '.5', '1.', '1_000', ' 7 ', '٣', 'NaN', 'Infinity', '4294967295', '4294967296'],
  ...['1e-320', '65536', '65537', '16384', '9007199254740993', '1'.repeat(400)],
];
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...numbers) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 64 }).map(String) },
  { weight: 3, arbitrary: fc.constantFrom(...choices) },
  { weight: 1, arbitrary: fc.constantFrom(...rudeTexts) },
  { weight: 1, arbitrary: fc.string({ maxLength: 10, unit: 'binary' }) },
);
/** A word with a letter changed, doubled or gone. */
const misspelt = (words: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...words), fc.nat(30), fc.constantFrom('', 'x', '--', '\n'))
    .map(([word, where, letter]) => {
      const i = where % word.length;
      return word.slice(0, i) + letter + word.slice(i + 1);
    });
const flag = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...flags) },
  { weight: 1, arbitrary: fc.constantFrom(...shorts, '--', '-', '---', '-hV', '--no-', '--mode') },
  { weight: 1, arbitrary: misspelt(flags) },
);
const part: fc.Arbitrary<string[]> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(flag, value) },
  { weight: 3, arbitrary: fc.tuple(flag, value).map(([name, text]) => [`${name}=${text}`]) },
  { weight: 2, arbitrary: fc.tuple(flag) },
  { weight: 1, arbitrary: fc.tuple(value) },
);
const names = commands.slice(1).map((command) => command.name());
const beginning: fc.Arbitrary<string[]> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .constantFrom(
        ...['train', 'test', 'classify', 'report', 'export', 'data info', 'data show'],
        ...['data download', 'models list', 'models verify', 'models', 'data'],
        ...['--mode train', '--mode test', '--mode', '--debug', '--debug train', ''],
      )
      .map((line) => line.split(' ')),
  },
  { weight: 1, arbitrary: fc.tuple(misspelt(names)) },
  { weight: 1, arbitrary: fc.constant<string[]>([]) },
);

/** What was written while something ran, to both outputs. */
async function captured<T>(
  work: () => Promise<T>,
): Promise<{ result: T; out: string; err: string }> {
  const said = { stdout: '', stderr: '' };
  const streams = ['stdout', 'stderr'] as const;
  const writers = streams.map((name) => process[name].write);
  for (const name of streams) {
    process[name].write = ((text: string | Uint8Array) => {
      said[name] += text;
      return true;
    }) as typeof process.stdout.write;
  }
  try {
    return { result: await work(), ...{ out: said.stdout, err: said.stderr } };
  } finally {
    streams.forEach((name, i) => {
      process[name].write = writers[i]!;
    });
  }
}

async function run(input: Uint8Array): Promise<Outcome> {
  const argv: string[] = JSON.parse(Buffer.from(input).toString());
  const { result: code, out, err } = await captured(() => runProgram(argv, idle));
  if (code === 0) {
    if (err !== '') throw new Error(`exit code 0, and yet on stderr: ${err}`);
    return 'accepted';
  }
  if (code !== 2) throw new Error(`exit code ${code}: ${err}`);
  if (argv.includes('--debug')) return 'refused'; // stack traces, as asked for
  if (argv.length > 0 && out === '' && /^Usage: /.test(err)) return 'refused'; // of `mann data`
  if (out !== '' || !/^mann: .*\n$/s.test(err)) throw new Error(`not one line: ${err}${out}`);
  checkSentence(err.slice(0, -1));
  return 'refused';
}

export const target: Target = {
  inputs: fc
    .tuple(beginning, fc.array(part, { maxLength: 6 }))
    .map(([start, parts]) => Buffer.from(JSON.stringify([...start, ...parts.flat()]))),
  run,
};
