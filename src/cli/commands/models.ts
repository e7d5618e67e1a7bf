import { Command } from 'commander';
import { UserError } from '../../common/errors.js';
import { ordinal } from '../../tasks/scores.js';
import { wrappedFor } from '../display/wrapped.js';
import { type Shipped, shipped, verifyShipped } from '../networks/shipped.js';

/** `mann models` */
export function modelsCommand(): Command {
  return new Command('models')
    .summary('list the pretrained models')
    .description(
      'Lists the pretrained models that the package includes; `verify` checks their files.',
    )
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(verifyCommand())
    .addHelpText(
      'after',
      `
Examples:
  mann models
  mann models verify
  mann test --dataset omniglot                      tests mann-omniglot-5way
  mann test --dataset omniglot --model lstm         tests lstm-omniglot-5way
  mann test --dataset omniglot --preset original    tests mann-original-omniglot-5way
  mann test --dataset omniglot --split alphabets    tests mann-omniglot-alphabets-5way
  mann test --dataset omniglot --num-classes 20     tests mann-omniglot-20way`,
    );
}

function listCommand(): Command {
  return new Command('list')
    .summary('list the pretrained models with their accuracy and size')
    .description('Lists the pretrained models with their accuracy and size.')
    .optionsGroup('Output:')
    .option('--json', 'print JSON with the paths of the files')
    .addHelpText('after', '\nExamples:\n  mann models list\n  mann models list --json')
    .allowExcessArguments()
    .action(({ json }: { json?: true }, { args: [other] }: Command) => {
      if (other !== undefined) {
        throw new UserError(`unknown command '${other}' of mann models: there are list and verify`);
      }
      const models = shipped();
      if (models.length === 0) throw new UserError('this copy of mann has no pretrained models');
      process.stdout.write(`${json ? JSON.stringify(models) : modelTable(models)}\n`);
    });
}

/** Instances in the table, and in a window too narrow for them. */
const SHOWN = [1, 2, 5, 10];
const SHOWN_NARROW = [2, 10];

function modelTable(models: readonly Shipped[]): string {
  const { stdout } = process;
  const longest = Math.max(...models.map(({ name }) => name.length));
  const line = (name: string, cells: readonly string[], size: string) =>
    name.padEnd(longest) + cells.map((cell) => cell.padStart(7)).join('') + size.padStart(10);
  const fits = !stdout.isTTY || !stdout.columns || stdout.columns > longest + 7 * SHOWN.length + 10;
  const instances = fits ? SHOWN : SHOWN_NARROW;
  const rows = models.map(({ name, summary, accuracy, bytes }) => {
    const cells = instances.map((i) => accuracy[i]?.toFixed(1) ?? '-');
    const about = wrappedFor(stdout, summary, { indent: '  ' });
    return `${line(name, cells, `${(bytes / 1e6).toFixed(1)} MB`)}\n${about}`;
  });
  const title =
    'Accuracy in percent by instance (nth time a class appears), on unseen classes of the same data set:';
  return [wrappedFor(stdout, title), line('', instances.map(ordinal), 'size'), ...rows].join(
    '\n\n',
  );
}

function verifyCommand(): Command {
  return new Command('verify')
    .summary('verify the files of the pretrained models')
    .description('Verifies the SHA-256 checksum of every pretrained model.')
    .addHelpText('after', '\nExamples:\n  mann models verify')
    .action(() => {
      const all = verifyShipped();
      for (const { name, digest, fault } of all) {
        process.stdout.write(`${fault ? 'FAULT' : 'ok   '} ${name} ${digest.slice(0, 16)}…\n`);
      }
      const faults = all.filter(({ fault }) => fault).map(({ name, fault }) => `${name} ${fault}`);
      if (faults.length > 0) {
        throw new UserError(`${faults.join('; ')}: install mann again, or run git checkout models`);
      }
    });
}
