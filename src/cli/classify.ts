import { Command } from 'commander';
import colours from 'picocolors';
import { UserError } from '../common/errors.js';
import { printable } from '../common/printable.js';
import { Random } from '../common/random.js';
import type { EngineKind } from '../engine/engine.js';
import { Learner } from '../learner/learner.js';
import type { Prediction } from '../learner/prediction.js';
import type { Prepared } from '../learner/prepare.js';
import { type ClassFolder, classFolders, picturesIn } from './class-folders.js';
import { choice, whole } from './values.js';

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

/** A picture with what the network takes it for. */
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

/** Up to so many examples are shown twice: networks are trained on episodes of 50 drawings. */
const SEEN_TWICE = 25;

/** `mann classify` */
export function classifyCommand(): Command {
  return new Command('classify')
    .summary('sort your own pictures by a few examples of each class')
    .description(
      'Shows a trained network the examples of your classes and lets it name other pictures.\n' +
        'Nothing is trained. The network that comes along tells up to five classes of drawn characters apart.',
    )
    .requiredOption(
      '--support <dir>',
      'a folder for each class, with one or more PNG, JPEG, WebP or BMP in it',
    )
    .option('--query <dir>', 'a folder of the pictures to name')
    .option('--weights <path>', 'a checkpoint file or a run folder (default: what comes along)')
    .option('--loo', 'leave each example out in turn: how often would it be named rightly?')
    .option(
      '--rounds <n>',
      'how often all examples are shown (default: 2, or 1 beyond 25 examples)',
      whole(1, 100),
    )
    .option('--json', 'print the result as JSON, and nothing else, to stdout')
    .addOption(
      choice('--engine <kind>', 'what computes (default: auto)', [
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
  mann classify --support symbols --loo                  how well would it do?
  mann classify --support symbols --query scans --json > names.json
  mann classify --support symbols --query scans --weights runs/my-folders-mann-seed1`,
    )
    .action(runClassify);
}

async function runClassify(flags: ClassifyFlags): Promise<void> {
  if (flags.query === undefined && !flags.loo) {
    throw new UserError(
      'classify needs something to name: --query DIR, or --loo to try the examples',
    );
  }
  const classes = classFolders(flags.support);
  const queries = flags.query === undefined ? [] : picturesIn(flags.query);
  const engine = flags.engine === 'auto' ? undefined : flags.engine;
  const learner = await Learner.load(flags.weights, engine ? { engine } : {});
  if (classes.length > learner.capacity) {
    throw new UserError(
      `--support ${flags.support} has ${classes.length} classes, but this network tells ` +
        `${learner.capacity} apart: move some away, or train one for more (mann train --num-classes ${classes.length})`,
    );
  }
  const examples = inTurns(classes).map(
    (example): Example => ({ ...example, drawing: learner.prepare(example.file) }),
  );
  const rounds = flags.rounds ?? (examples.length > SEEN_TWICE ? 1 : 2);
  const loo = flags.loo ? leaveOneOut(learner, examples, rounds) : undefined;
  show(learner, examples, rounds);
  const named = queries.map((file): Classified => ({ file, ...learner.predict(file) }));
  const text = flags.json
    ? JSON.stringify({
        weights: flags.weights ?? 'mann-omniglot-5way',
        digest: learner.digest,
        rounds,
        classes: classes.map(({ label, files }) => ({ label, examples: files.length })),
        ...(flags.query !== undefined && { queries: named }),
        ...(loo && { loo }),
      })
    : [...(named.length > 0 ? [table(named)] : []), ...(loo ? [looText(loo)] : [])].join('\n\n');
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

/** Seen twice, examples are remembered better. */
function show(learner: Learner, examples: readonly Example[], rounds: number): void {
  learner.forget();
  for (let round = 0; round < rounds; round++) {
    for (const { drawing, label } of examples) learner.observe(drawing, label);
  }
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
    throw new UserError(
      '--loo needs a class with two examples or more: a class whose only example is left out is not there',
    );
  }
  const right = of - wrong.length;
  return { right, of, accuracy: (100 * right) / of, skipped: examples.length - of, wrong };
}

function table(named: readonly Classified[]): string {
  const rows = named.map(({ file, label, confidence, confidences, known }) => {
    const second = confidences[1];
    return [
      file,
      label,
      percent(confidence),
      second ? `${second.label} ${percent(second.confidence)}` : '-',
      known ? '' : 'perhaps none of them',
    ];
  });
  const all = [['picture', 'class', 'sure', 'else', ''], ...rows].map((row) =>
    row.map((cell) => printable(cell)),
  );
  const widths = all[0]!.map((_, k) =>
    all.reduce((most, row) => Math.max(most, row[k]!.length), 0),
  );
  const lines = all.map((row) =>
    row
      .map((cell, k) => cell.padEnd(widths[k]!))
      .join('  ')
      .trimEnd(),
  );
  return [colours.bold(lines[0]), ...lines.slice(1)].join('\n');
}

function looText({ right, of, accuracy, skipped, wrong }: LeaveOneOut): string {
  const lines = [
    `Leave one out: ${right} of ${of} examples named rightly (${accuracy.toFixed(1)}%)` +
      (skipped > 0 ? `; ${skipped} that are alone in their class were not left out` : ''),
    ...wrong.map(({ file, label, predicted }) =>
      printable(`  ${file}: ${label}, taken for ${predicted}`),
    ),
  ];
  return lines.join('\n');
}

function percent(part: number): string {
  return `${(100 * part).toFixed(0)}%`;
}
