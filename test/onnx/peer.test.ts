/** The ONNX checker, ONNX Runtime and ONNX's own evaluator, all of Python. MANN_PYTHON names another Python. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createEngine } from '../../dist/engine/create.js';
import { modelConfig } from '../../dist/model/config.js';
import { shapesOf } from '../../dist/model/shapes.js';
import { onnxModel } from '../../dist/onnx/model.js';
import { forms } from '../engine/forms.ts';
import { someWeights } from '../engine/random-networks.ts';
import { errorOf } from '../golden.ts';
import { answersOf, decidedEpisodes } from './runtime.ts';

const python = process.env.MANN_PYTHON ?? 'python3';
const peer = fileURLToPath(new URL('peer.py', import.meta.url));
const hasPeer = spawnSync(python, ['-c', 'import numpy, onnx, onnxruntime']).status === 0;
const B = 2;

it('every form passes the ONNX checker, and runs in Python as in the reference engine', async ({
  skip,
}) => {
  skip(!hasPeer, `${python} has no onnxruntime: pip install onnx onnxruntime numpy`);
  const folder = mkdtempSync(join(tmpdir(), 'mann-onnx-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const asked: { name: string; path: string; right: Record<string, number[]> }[] = [];
  for (const [name, options] of Object.entries(forms)) {
    const config = modelConfig(options);
    const { P, F, X, D } = shapesOf(config);
    const parameters = someWeights(config, 3);
    const engine = await createEngine(config, { kind: 'reference', parameters });
    for (const step of [false, true]) {
      const lengths = step ? [1] : [4, 3];
      const episodes = await decidedEpisodes(config, parameters, B, lengths);
      const { inputs, length: T } = episodes;
      const { logits, familiarity } = answersOf(config, await engine.forward(episodes));
      const isMean = (_: number, n: number) => n % (2 * D) < D;
      const right: Record<string, number[]> = {
        ...(config.output === 'gaussian'
          ? { mean: logits.filter(isMean), deviation: logits.filter((_, n) => !isMean(_, n)) }
          : { logits }),
        ...(familiarity.length > 0 && { familiarity }),
      };
      const model = onnxModel({ config, parameters }, { step });
      const columns = (from: number, to: number) =>
        Array.from({ length: inputs.length / X }, (_, i) => [
          ...inputs.subarray(i * X + from, i * X + to),
        ]).flat();
      const feeds = model.inputs.map(({ name, shape }, i) => {
        const data = [columns(0, P), columns(P, P + F)][i] ?? [];
        const sizes: Record<string, number> = { batch: B, time: T, rows: 0 };
        return [name, { data, shape: shape.map((size) => sizes[size] ?? size) }];
      });
      const path = join(folder, `${asked.length}.onnx`);
      writeFileSync(path, model.bytes);
      writeFileSync(`${path}.json`, JSON.stringify(Object.fromEntries(feeds)));
      asked.push({ name: `${name}${step ? ', one step' : ''}`, path, right });
    }
    await engine.dispose();
  }
  const said = execFileSync(python, [peer, ...asked.map(({ path }) => path)], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const lines = said.trim().split('\n');
  expect(lines.length).toBe(asked.length);
  for (const [i, { name, right }] of asked.entries()) {
    const { runtime, evaluator, metadata } = JSON.parse(lines[i]!);
    expect(JSON.parse(metadata.config)).toMatchObject({ memory: expect.any(String) });
    for (const [what, got] of Object.entries<Record<string, number[]>>({ runtime, evaluator })) {
      for (const [output, numbers] of Object.entries(right)) {
        expect(errorOf(got[output] ?? [], numbers), `${name}: ${output}, ${what}`).toBeLessThan(
          1e-4,
        );
      }
    }
  }
});
