import { Command } from 'commander';
import { UserError } from '../common/errors.js';
import { shippedNames, shippedPath, shippedSummary, verifyShipped } from './shipped.js';

/** `mann models` */
export function modelsCommand(): Command {
  return new Command('models')
    .summary('the trained networks that come along')
    .description(
      'Lists the trained networks that come with the package; `verify` checks their files.',
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
  mann test --dataset omniglot --split alphabets    tests mann-omniglot-alphabets-5way`,
    );
}

function listCommand(): Command {
  return new Command('list')
    .summary('what there is')
    .description('Lists the networks and where they lie.')
    .addHelpText('after', '\nExamples:\n  mann models list')
    .action(() => {
      const names = shippedNames();
      if (names.length === 0)
        throw new UserError('no trained networks come with this copy of mann');
      const text = names.map(
        (name) => `${name}\n  ${shippedSummary(name)}\n  ${shippedPath(name)}`,
      );
      process.stdout.write(`${text.join('\n\n')}\n`);
    });
}

function verifyCommand(): Command {
  return new Command('verify')
    .summary('check their files')
    .description('Compares the SHA-256 of every network with the one that it was shipped with.')
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
