import { realpath } from 'node:fs/promises';
import { Command } from 'commander';
import { UserError } from '../../common/errors.js';
import { pretrainedNamed } from '../../learner/files-node.js';
import { serialiseCheckpoint } from '../../runs/checkpoint.js';
import { resolveCheckpoint } from '../../runs/run-folder.js';
import type { Checkpoint } from '../../training/state.js';
import { count } from '../display/format.js';
import { version } from '../process/version.js';
import { writeOutput } from '../process/write-output.js';
import { runFolderIn } from '../run-mann/model-folders.js';

interface ExportFlags {
  half?: boolean;
  onnx?: boolean;
  step?: boolean;
}

/** `mann export` */
export function exportCommand(): Command {
  return new Command('export')
    .summary('write the weights of a trained network, or the whole network as ONNX')
    .description(
      'Writes the weights of a checkpoint to a file, without what only training needs: a third of its size.\n' +
        'The file can be tested, classified with and loaded in browsers, but training cannot resume from it.\n' +
        'With --onnx it is the whole network, for ONNX Runtime and other programs that run ONNX.',
    )
    .argument('<checkpoint>', 'a checkpoint file, a run folder or the name of a pretrained model')
    .argument('<file>', 'the file to write, .safetensors or .onnx')
    .option('--half', 'round the weights to 16 bits: half the size, hardly any accuracy lost')
    .option(
      '--onnx',
      'write ONNX: whole episodes go in, logits come out (a file named .onnx is one)',
    )
    .option('--step', 'of ONNX: one step at a time, without a loop in the graph')
    .addHelpText(
      'after',
      `
Examples:
  mann export runs/omniglot-mann-seed1 my-network.safetensors
  mann export --half runs/omniglot-mann-seed1 small-network.safetensors
  mann classify --weights my-network.safetensors --support examples --query pictures
  mann export --onnx runs/omniglot-mann-seed1 my-network.onnx
  mann export --onnx mann-omniglot-5way pretrained.onnx`,
    )
    .action(async (from: string, to: string, flags: ExportFlags) => {
      const onnx = flags.onnx || to.endsWith('.onnx');
      checkFlags(to, flags, onnx);
      const { path, checkpoint } = await resolveCheckpoint(
        pretrainedNamed(from) ?? (await runFolderIn(from)),
      );
      if (await isSame(path, to)) {
        throw new UserError(
          `${to} is the checkpoint itself, and training could not resume from what is left: give another file`,
        );
      }
      const { bytes, lines } = onnx
        ? await asOnnx(checkpoint, flags)
        : weights(checkpoint, to, flags);
      await writeOutput(to, bytes);
      const what = onnx ? 'the network' : 'the weights';
      process.stdout.write(`${to}: ${count(bytes.length)} bytes, ${what} of ${path}\n${lines}`);
    });
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => realpath(path).catch(() => path)));
  return a === b;
}

function checkFlags(to: string, { half, step }: ExportFlags, onnx: boolean): void {
  if (!onnx && step) throw new UserError('--step is for ONNX: add --onnx, or leave it out');
  if (onnx && half) {
    throw new UserError(
      '--half is for safetensors files, ONNX is written with 32 bits: leave it out',
    );
  }
  if (onnx && to.endsWith('.safetensors')) {
    throw new UserError(`--onnx does not write a safetensors file: name it .onnx instead of ${to}`);
  }
}

function weights({ optimizer: _, ...rest }: Checkpoint, to: string, { half = false }: ExportFlags) {
  return { bytes: serialiseCheckpoint(rest, to, { half }), lines: '' };
}

async function asOnnx(checkpoint: Checkpoint, { step }: ExportFlags) {
  // only this command needs the schema of ONNX
  const { onnxModel } = await import('../../onnx/model.js');
  const { bytes, inputs, outputs } = onnxModel(checkpoint, { step, version });
  const list = (ports: typeof inputs) =>
    ports.map(({ name, shape }) => `  ${name} [${shape.join(', ')}]\n`).join('');
  return { bytes, lines: `inputs:\n${list(inputs)}outputs:\n${list(outputs)}` };
}
