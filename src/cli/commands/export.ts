import { Command } from 'commander';
import { serialiseCheckpoint } from '../../runs/checkpoint.js';
import { resolveCheckpoint } from '../../runs/run-folder.js';
import { count } from '../display/format.js';
import { writeOutput } from '../process/write-output.js';
import { runFolderIn } from '../run-mann/model-folders.js';

/** `mann export` */
export function exportCommand(): Command {
  return new Command('export')
    .summary('write the weights of a trained network, a third of a checkpoint')
    .description(
      'Writes the weights of a checkpoint to a file, without what only training needs.\n' +
        'The file can be tested, classified with and loaded in browsers, but training cannot resume from it.',
    )
    .argument('<checkpoint>', 'a checkpoint file or a run folder')
    .argument('<file>', 'the file to write, .safetensors')
    .option('--half', 'round the weights to 16 bits: half the size, hardly any accuracy lost')
    .addHelpText(
      'after',
      `
Examples:
  mann export runs/omniglot-mann-seed1 my-network.safetensors
  mann export --half runs/omniglot-mann-seed1 small-network.safetensors
  mann classify --weights my-network.safetensors --support examples --query pictures`,
    )
    .action(async (from: string, to: string, { half = false }: { half?: boolean }) => {
      const { path, checkpoint } = await resolveCheckpoint(await runFolderIn(from));
      const { optimizer: _, ...rest } = checkpoint;
      const bytes = serialiseCheckpoint(rest, to, { half });
      await writeOutput(to, bytes);
      process.stdout.write(`${to}: ${count(bytes.length)} bytes, the weights of ${path}\n`);
    });
}
