/** Exported models in Python. MANN_PYTHON names another Python. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Batch } from '../../dist/engine/engine.js';
import type { ModelConfig } from '../../dist/model/config.js';
import { shapesOf } from '../../dist/model/shapes.js';
import type { OnnxFile } from '../../dist/onnx/model.js';

export const python = process.env.MANN_PYTHON ?? 'python3';
const script = fileURLToPath(new URL('peer.py', import.meta.url));
export const hasPeer = spawnSync(python, ['-c', 'import numpy, onnx, onnxruntime']).status === 0;
export const why = `${python} has no onnxruntime: pip install onnx onnxruntime numpy`;

/** A model and what it is to be asked. */
export interface Asked {
  readonly config: ModelConfig;
  readonly model: OnnxFile;
  /** Of one step for a model of one step. */
  readonly episodes: Pick<Batch, 'batch' | 'length' | 'inputs'>;
  /** Whether the evaluator of the onnx package runs it too, which is slow. */
  readonly evaluate: boolean;
}

export interface Answered {
  /** Flat, by name, of `runtime` and `evaluator`. */
  readonly outputs: Record<string, Record<string, number[]>>;
  readonly metadata: Record<string, string>;
}

/** Has the ONNX checker look at models, and runs them from the start state. */
export function runInPython(all: readonly Asked[]): Answered[] {
  const folder = mkdtempSync(join(tmpdir(), 'mann-onnx-'));
  try {
    const paths = all.map((asked, i) => {
      const path = join(folder, `${i}.onnx`);
      writeFileSync(path, asked.model.bytes);
      writeFeeds(path, asked);
      return path;
    });
    const said = execFileSync(python, [script, ...paths], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    return said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeFeeds(path: string, { config, model, episodes, evaluate }: Asked): void {
  const { P, X, F } = shapesOf(config);
  const { batch: B, length: T, inputs } = episodes;
  const steps = B * T;
  const numbers = new Float32Array(steps * X); // drawings, then feedback
  for (let step = 0; step < steps; step++) {
    const x = inputs.subarray(step * X, (step + 1) * X);
    numbers.set(x.subarray(0, P), step * P);
    numbers.set(x.subarray(P), steps * P + step * F);
  }
  const sizes: Record<string, number> = { batch: B, time: T, rows: 0 };
  const feeds = model.inputs.map(({ name, shape }) => [
    ...[name, shape.map((size) => sizes[size] ?? size)],
  ]);
  writeFileSync(`${path}.json`, JSON.stringify({ feeds, evaluate }));
  writeFileSync(`${path}.f32`, numbers);
}
