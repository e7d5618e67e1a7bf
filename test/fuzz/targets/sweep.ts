/** The file of a sweep: YAML or JSON. */
import { equal } from 'node:assert';
import fc from 'fast-check';
import { optionChecker } from '../../../dist/cli/sweeps/train-options.js';
import { combinations, folderName, MOST_RUNS } from '../../../dist/sweeps/file/combinations.js';
import { parseDefinition } from '../../../dist/sweeps/file/read-definition.js';
import { edited, wrongValues } from '../mutations.ts';
import { checkSentence, type Outcome, refusal, type Target } from '../target.ts';

const check = optionChecker();

const definitions = [
  {
    base: { preset: 'flat', 'batch-size': 8, augment: false, 'keep-memory': true },
    axes: { encoder: ['none', 'mlp'], 'encoder-widths': [[16, 32], '8,8'], gamma: [0.9, 0.95] },
    exclude: [{ encoder: 'none', gamma: 0.9 }],
    runs: [{ name: 'wide', 'controller-size': 300, seeds: [4, 5] }, { seed: 7 }],
    seeds: [1, 2],
    test: [{ split: 'test', episodes: 640, augment: false, sampler: 'original' }],
  },
  { base: { task: 'copy', bits: 4 }, test: { split: 'test', batches: 3 } },
  [
    { name: 'a', 'learning-rate': 0.001 },
    { name: 'b', dataset: 'omniglot', 'hold-out': 60 },
  ],
];

const option = fc.constantFrom(
  ...['preset', 'batch-size', 'encoder', 'encoder-widths', 'gamma', 'seed', 'name', 'augment'],
  ...[
    'save-dir',
    'resume',
    'threads',
    'no-augment',
    'keep-memory',
    'constructor',
    '__proto__',
    'x',
  ],
);
const some = fc.oneof(
  fc.integer({ min: -2, max: 40 }),
  fc.constantFrom('none', 'mlp', 'flat', '--demo', '-1', '', '$(x)', '../up'),
  wrongValues,
);
const options = fc.dictionary(option, some, { maxKeys: 3 });
const command = fc
  .array(
    fc.oneof(
      option.map((name) => `--${name}`),
      some.map(String),
    ),
    { maxLength: 5 },
  )
  .map((words) => ['mann', 'train', ...words].join(' '));
const definition = fc.record(
  {
    base: fc.oneof(options, some, command),
    axes: fc.oneof(fc.dictionary(option, fc.array(some, { maxLength: 4 }), { maxKeys: 4 }), some),
    exclude: fc.oneof(fc.array(options, { maxLength: 2 }), some),
    runs: fc.oneof(fc.array(options, { maxLength: 3 }), some),
    seeds: fc.oneof(fc.array(fc.integer({ min: -1, max: 9 }), { maxLength: 3 }), some),
    test: fc.oneof(fc.record({ split: fc.constantFrom('test', 'validation', 'x') }), some),
  },
  { requiredKeys: [] },
);

/** Pieces of YAML, also such as mean more than they say. */
const yaml = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          'base:',
          'axes:',
          'runs:',
          'seeds:',
          'test:',
          ' ',
          '  ',
          '\n',
          '\n  ',
          '\n- ',
          ': ',
          ', ',
        ],
        ...[
          '[',
          ']',
          '{',
          '}',
          '&a ',
          '*a',
          '&b ',
          '*b',
          '<<: ',
          '!!binary ',
          '!x ',
          '---\n',
          '...\n',
        ],
        ...[
          '? ',
          '|\n',
          '>\n',
          '"',
          "'",
          '#',
          '%YAML 1.1\n',
          'gamma: ',
          '0.9',
          '.nan',
          '1e999',
          '~',
        ],
        ...['\t', '\u0000', '\ufeff', '\u2028', 'yes', '0x10', '2001-01-01'],
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));
/** A few lines that stand for a lot. */
const bomb = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 40 }), fc.boolean())
  .map(([depth, width, isDeep]) => {
    if (isDeep) return '[{a: '.repeat(depth * width * 5);
    const lines = Array.from({ length: depth }, (_, i) => {
      const item = i === 0 ? '1' : `*a${i - 1}`;
      return `a${i}: &a${i} [${Array(width).fill(item).join(', ')}]`;
    });
    return `${lines.join('\n')}\nruns: [*a${depth - 1}]`;
  });

/** [the name of the file, its text]. */
const inputs = fc.oneof(
  fc.tuple(fc.constant('a.json'), fc.oneof(definition, edited(definitions)).map(textOf)),
  fc.tuple(fc.constant('a.yaml'), fc.oneof(definition, edited(definitions)).map(textOf)),
  fc.tuple(fc.constant('a.yaml'), yaml),
  fc.tuple(fc.constant('a.yaml'), bomb),
);

async function run(input: Uint8Array): Promise<Outcome> {
  const [name, text]: [string, string] = JSON.parse(Buffer.from(input).toString());
  try {
    const found = await parseDefinition(text, name);
    const runs = combinations(found, name);
    if (runs.length > MOST_RUNS) throw new Error(`${runs.length} runs`);
    equal(new Set(runs.map((one) => folderName(one.name).toLowerCase())).size, runs.length);
    for (const one of runs.slice(0, 20)) {
      checkSentence(one.name);
      for (const arg of check(one.options).args) {
        if (!/^--[a-z-]+(=|$)/.test(arg)) throw new Error(`an argument is ${arg}`);
        if (/^--(save-dir|log-dir|resume|json|demo|threads|as-child)/.test(arg))
          throw new Error(arg);
      }
    }
    return 'accepted';
  } catch (error) {
    return refusal(error);
  }
}

export const target: Target = {
  inputs: inputs.map((input) => Buffer.from(JSON.stringify(input))),
  run,
};

/** Values too deep to be written are no inputs. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '{}';
  }
}
