import { copyFileSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { version } from '../../dist/cli/process/version.js';
import { ModelProtoSchema } from '../../dist/onnx/schema/onnx_pb.js';
import { mann, temporaryFolder, tiny } from './run.js';

describe('mann export', () => {
  it('writes the weights alone, which can be tested but not trained on', async () => {
    const cwd = temporaryFolder();
    await mann(['train', ...tiny, '--iterations', '2', '--save-dir', 'run'], { cwd });
    const exported = await mann(['export', 'run', 'weights.safetensors'], { cwd });
    expect(exported).toMatchObject({ code: 0, stderr: '' });
    expect(exported.stdout).toMatch(
      /^weights\.safetensors: [\d,]+ bytes, the weights of run\/checkpoint-0000002\.safetensors$/m,
    );
    const test = (from: string) => mann(['test', from, '--test-batches', '4', '--json'], { cwd });
    const [whole, weights] = [await test('run'), await test('weights.safetensors')];
    expect(weights.code).toBe(0);
    expect(weights.stdout).toBe(whole.stdout);

    copyFileSync(join(cwd, 'weights.safetensors'), join(cwd, 'run/checkpoint-0000003.safetensors'));
    const resume = await mann(['train', '--resume', '--save-dir', 'run', '--iterations', '4'], {
      cwd,
    });
    expect(resume.code).toBe(2);
    expect(resume.stderr).toMatch(/holds weights only/);
  });

  it('leaves the checkpoint that it reads', async () => {
    const cwd = temporaryFolder();
    await mann(['train', ...tiny, '--iterations', '2', '--save-dir', 'run'], { cwd });
    const path = join(cwd, 'run/checkpoint-0000002.safetensors');
    const before = readFileSync(path);
    symlinkSync(path, join(cwd, 'other.safetensors'));
    for (const to of ['run/checkpoint-0000002.safetensors', path, 'other.safetensors']) {
      const { code, stderr } = await mann(['export', 'run', to], { cwd });
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: `mann: ${to} is the checkpoint itself, and training could not resume from what is left: give another file\n`,
      });
    }
    expect(readFileSync(path)).toEqual(before);
  });
});

describe('mann export --onnx', () => {
  it('writes a network with all that it was trained as, and says what goes in and comes out', async () => {
    const cwd = temporaryFolder();
    await mann(['train', ...tiny, '--iterations', '2', '--save-dir', 'run'], { cwd });
    const { code, stdout, stderr } = await mann(['export', '--onnx', 'run', 'net.onnx'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [first, ...lines] = stdout.split('\n');
    expect(first).toMatch(
      /^net\.onnx: [\d,]+ bytes, the network of run\/checkpoint-0000002\.safetensors$/,
    );
    expect(lines[0]).toBe('inputs:');
    expect(lines[1]).toMatch(/^ {2}drawings \[batch, time, \d+, \d+\]$/);
    expect(lines).toContain('outputs:');
    expect(lines).toContain('  logits [batch, time, 2]');
    const bytes = readFileSync(join(cwd, 'net.onnx'));
    expect(first).toContain(bytes.length.toLocaleString('en'));
    const model = fromBinary(ModelProtoSchema, bytes);
    expect(model).toMatchObject({ producerVersion: version, modelVersion: 2n });
    const about = new Map(model.metadataProps.map(({ key, value }) => [key, value]));
    expect(about.get('step')).toBe('2');
    expect(JSON.parse(about.get('dataset')!)).toMatchObject({ split: 'random' });

    // the name is enough, and the same network is the same file
    await mann(['export', 'run', 'again.onnx'], { cwd });
    expect(readFileSync(join(cwd, 'again.onnx'))).toEqual(bytes);
  });

  it('writes one step of a pretrained model by its name', async () => {
    const cwd = temporaryFolder();
    const args = ['export', 'lstm-omniglot-5way', 'step.onnx', '--onnx', '--step'];
    const { code, stdout } = await mann(args, { cwd });
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(1)).toEqual([
      'inputs:',
      '  drawings [batch, 20, 20]',
      '  previous_labels [batch, 5]',
      '  state.cell [rows, 200]',
      '  state.hidden [rows, 200]',
      'outputs:',
      '  logits [batch, 5]',
      '  next_state.cell [batch, 200]',
      '  next_state.hidden [batch, 200]',
      '',
    ]);
  });

  it.each([
    [['--step', 'lstm-omniglot-5way', 'a.safetensors'], /^mann: --step is for ONNX: /],
    [['--half', 'lstm-omniglot-5way', 'a.onnx'], /^mann: --half is for safetensors files, /],
    [['--onnx', 'lstm-omniglot-5way', 'a.safetensors'], /^mann: --onnx does not write a safetens/],
    [['--onnx', 'nowhere', 'a.onnx'], /^mann: cannot read nowhere: /],
    [['--onnx', 'lstm-omniglot-5way', 'file/a.onnx'], /^mann: cannot write file\/a\.onnx: /],
  ])('refuses %j', async (args, message) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'file'), '');
    const { code, stdout, stderr } = await mann(['export', ...args], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(cwd, args.at(-1)!))).toBe(false);
  });
});
