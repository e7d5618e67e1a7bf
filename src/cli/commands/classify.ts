import { relative } from 'node:path';
import { Command } from 'commander';
import colours from 'picocolors';
import stringWidth from 'string-width';
import { UserError } from '../../common/errors.js';
import { printable } from '../../common/printable.js';
import { Random } from '../../common/random.js';
import type { EngineKind } from '../../engine/engine.js';
import { Learner } from '../../learner/learner.js';
import type { Prediction } from '../../learner/prediction.js';
import type { Prepared } from '../../learner/prepare.js';
import { choice, whole } from '../options/values.js';
import { type ClassFolder, classFolders, picturesIn } from '../tasks/class-folders.js';

interface ClassifyFlags {
  support: string;
  query?: string;
  weights?: string;
  loo?: true;
  rounds?: number;
  engine?: EngineKind | 'auto';
  json?: true;
}

/** A picture with its class, read once. */
interface Example {
  readonly label: string;
  readonly file: string;
  readonly drawing: Prepared;
}

/** A picture with its prediction. */
interface Classified extends Prediction {
  readonly file: string;
}

/** Leave-one-out: each example predicted by a learner that observed all the others. */
interface LeaveOneOut {
  readonly right: number;
  readonly of: number;
  /** Percent. */
  readonly accuracy: number;
  /** Examples that are the only ones of their class and so could not be left out. */
  readonly skipped: number;
  readonly wrong: readonly { file: string; label: string; predicted: string }[];
}

/** The pretrained network for any number of classes. */
const PRETRAINED = 'mann-omniglot-strings';

/** `mann classify` */
export function classifyCommand(): Command {
  return new Command('classify')
    .summary('classify your own pictures from a few examples of each class')
    .description(
      'Shows a trained network a few examples of each of your classes, then classifies other pictures.\n' +
        'Nothing is trained. The pretrained network knows drawn characters, and tells any number of classes of them apart.',
    )
    .requiredOption(
      '--support <dir>',
      'a folder for each class, with one or more PNG, JPEG, WebP or BMP in it',
    )
    .option('--query <dir>', 'a folder of pictures to classify')
    .option(
      '--weights <path>',
      `a checkpoint file, a run folder or a pretrained network (default: ${PRETRAINED})`,
    )
    .option('--loo', 'leave-one-out accuracy: classify each example from all the others')
    .option('--rounds <n>', 'times each example is shown (default: 1)', whole(1, 100))
    .option('--json', 'print the result as JSON, and nothing else, to stdout')
    .addOption(
      choice('--engine <kind>', 'compute backend (default: auto, the fastest)', [
        'auto',
        'relaxed',
        'simd',
        'reference',
      ]),
    )
    .addHelpText(
      'after',
      `
Examples:
  mann classify --support symbols --query scans
  mann classify --support symbols --loo
  mann classify --support symbols --query scans --json > result.json
  mann classify --support symbols --query scans --weights runs/my-folders-mann-seed1`,
    )
    .action(runClassify);
}

async function runClassify(flags: ClassifyFlags): Promise<void> {
  if (flags.query === undefined && !flags.loo) {
    throw new UserError(
      'classify needs pictures to classify: give --query DIR, or --loo to test the examples themselves',
    );
  }
  const classes = classFolders(flags.support);
  const queries = flags.query === undefined ? [] : picturesIn(flags.query);
  const engine = flags.engine === 'auto' ? undefined : flags.engine;
  const weights = flags.weights ?? PRETRAINED;
  const learner = await Learner.load(weights, engine ? { engine } : {});
  if (classes.length > learner.capacity) {
    throw new UserError(
      `--support ${flags.support} has ${classes.length} classes, but this network can tell only ` +
        `${learner.capacity} apart: use fewer classes, or ${PRETRAINED} (leave out --weights), which spells their names`,
    );
  }
  const examples = inTurns(classes).map(
    (example): Example => ({ ...example, drawing: learner.prepare(example.file) }),
  );
  const { rounds = 1 } = flags;
  const loo = flags.loo ? leaveOneOut(learner, examples, rounds) : undefined;
  show(learner, examples, rounds);
  const named = queries.map((file): Classified => ({ file, ...learner.predict(file) }));
  const text = flags.json
    ? JSON.stringify({
        weights,
        digest: learner.digest,
        rounds,
        classes: classes.map(({ label, files }) => ({ label, examples: files.length })),
        ...(flags.query !== undefined && { queries: named }),
        ...(loo && { loo }),
      })
    : [
        ...(flags.query === undefined ? [] : [table(flags.query, named)]),
        ...(loo ? [looText(flags.support, loo)] : []),
      ].join('\n\n');
  process.stdout.write(`${text}\n`);
}

/**
 * The examples in the order in which they are shown: one of each class, then the next of each, every round in
 * an order of its own, as in training. The same folders give the same order.
 */
function inTurns(classes: readonly ClassFolder[]): Omit<Example, 'drawing'>[] {
  const random = new Random(1, 'support order');
  const most = classes.reduce((longest, { files }) => Math.max(longest, files.length), 0);
  return Array.from({ length: most }, (_, i) =>
    random
      .shuffle([...classes])
      .filter(({ files }) => i < files.length)
      .map(({ label, files }) => ({ label, file: files[i]! })),
  ).flat();
}

function show(learner: Learner, examples: readonly Example[], rounds: number): void {
  learner.forget();
  for (let round = 0; round < rounds; round++) learner.observe(examples);
}

function leaveOneOut(learner: Learner, examples: readonly Example[], rounds: number): LeaveOneOut {
  const wrong: { file: string; label: string; predicted: string }[] = [];
  let of = 0;
  for (const left of examples) {
    const others = examples.filter((example) => example !== left);
    if (!others.some(({ label }) => label === left.label)) continue;
    show(learner, others, rounds);
    const { file, label, drawing } = left;
    const { label: predicted } = learner.predict(drawing);
    of++;
    if (predicted !== label) wrong.push({ file, label, predicted });
  }
  if (of === 0) {
    throw new UserError('--loo needs at least one class with two or more examples');
  }
  const right = of - wrong.length;
  return { right, of, accuracy: (100 * right) / of, skipped: examples.length - of, wrong };
}

/** A row a picture, its path from the folder on, and what was found in all. */
function table(folder: string, named: readonly Classified[]): string {
  const rows = named.map(({ file, label, confidence, confidences, known }) => {
    const second = confidences[1];
    return [
      relative(folder, file),
      label,
      percent(confidence),
      second ? `${second.label} ${percent(second.confidence)}` : '-',
      known ? '' : UNKNOWN,
    ];
  });
  const all = [['picture', 'class', 'confidence', 'second', ''], ...rows].map((row) =>
    row.map((cell) => printable(cell)),
  );
  const widths = all[0]!.map((_, k) =>
    all.reduce((most, row) => Math.max(most, stringWidth(row[k]!)), 0),
  );
  const lines = all.map((row) =>
    row
      .map((cell, k) => cell + ' '.repeat(widths[k]! - stringWidth(cell)))
      .join('  ')
      .trimEnd(),
  );
  return [colours.bold(lines[0]), ...lines.slice(1), '', summary(folder, named)].join('\n');
}

const UNKNOWN = 'perhaps none of these';

/** `12 pictures in scans: 7 alef, 5 bet (2 perhaps none of these).` */
function summary(folder: string, named: readonly Classified[]): string {
  const counts = new Map<string, number>();
  for (const { label } of named) counts.set(label, (counts.get(label) ?? 0) + 1);
  const classes = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([l, n]) => `${n} ${l}`);
  const unknown = named.filter(({ known }) => !known).length;
  const pictures = `${named.length} ${named.length === 1 ? 'picture' : 'pictures'}`;
  const doubt = unknown > 0 ? ` (${unknown} ${UNKNOWN})` : '';
  return printable(`${pictures} in ${folder}: ${classes.join(', ')}${doubt}.`);
}

function looText(folder: string, { right, of, accuracy, skipped, wrong }: LeaveOneOut): string {
  const alone = `${skipped} ${skipped === 1 ? 'example' : 'examples'} skipped: no other of the same class`;
  return [
    ...wrong.map(({ file, label, predicted }) =>
      printable(`${relative(folder, file)}: ${label}, classified as ${predicted}`),
    ),
    `Leave-one-out accuracy: ${right}/${of} (${accuracy.toFixed(1)}%)${skipped > 0 ? `; ${alone}` : ''}`,
  ].join('\n');
}

function percent(part: number): string {
  return `${(100 * part).toFixed(0)}%`;
}
