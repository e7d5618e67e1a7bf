/**
 * A training that takes no computing, so that thousands fit into a test: a chain of digests. Each step needs the one
 * before, a checkpoint is saved on the way, and a run that was interrupted goes on from it, as real ones do.
 */
import { createCipheriv, createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../../dist/common/files/atomic-file.js';
import { pause } from '../../../../dist/sweeps/queue/server.js';
import type { Train } from '../../../../dist/sweeps/queue/worker/attempt.js';
import type { RunResult } from '../../../../dist/sweeps/result.js';
import { digestOf, type SweepRun } from '../../../../dist/sweeps/run.js';

export interface WorkShape {
  /** Steps of a training, and milliseconds that each takes. */
  readonly steps: number;
  readonly milliseconds: number;
  /** Steps between two checkpoints. */
  readonly every: number;
  /** Bytes of a checkpoint. */
  readonly bytes: number;
  /** What begins and ends is written there, line by line. */
  readonly ledger?: string;
}

export const chainRun = (seed: number): SweepRun => ({
  name: `seed=${seed}`,
  digest: digestOf({ chain: seed }),
  args: [`--seed=${seed}`, '--iterations=3'],
  tests: [{ name: 'test', args: [] }],
});

const sha256 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const nameOf = (step: number) => `checkpoint-${String(step).padStart(7, '0')}.safetensors`;

/** The state, and as many bytes that follow from it. */
function stretched(state: Uint8Array, bytes: number): Buffer {
  const cipher = createCipheriv('aes-128-ctr', state.subarray(0, 16), state.subarray(16, 32));
  return Buffer.concat([state, cipher.update(Buffer.alloc(Math.max(0, bytes - 32)))]);
}

/** The last checkpoint of a run that nothing disturbs. */
export function undisturbed(run: SweepRun, { steps, bytes }: WorkShape): string {
  let state = sha256(run.digest);
  for (let i = 0; i < steps; i++) state = sha256(state);
  return sha256(stretched(state, bytes)).toString('hex');
}

/** Lines of a run's log, as far as that step. */
export const logOf = (steps: number) =>
  Array.from({ length: steps }, (_, i) => `${i + 1}\n`).join('');

export function chainTrain({ steps, milliseconds, every, bytes, ledger }: WorkShape): Train {
  return async (run, folder, { signal, onProgress }): Promise<RunResult> => {
    try {
      mkdirSync(folder, { recursive: true });
      const found = readdirSync(folder)
        .filter((name) => name.startsWith('checkpoint-'))
        .sort()
        .at(-1);
      let step = found ? Number(/\d+/.exec(found)![0]) : 0;
      let state = found ? readFileSync(join(folder, found)).subarray(0, 32) : sha256(run.digest);
      if (ledger) appendFileSync(ledger, `begin ${run.name} ${step}\n`);
      // What was logged after the checkpoint is logged anew.
      const log = join(folder, 'log.csv');
      writeFileSync(log, found ? readFileSync(log, 'utf8').slice(0, logOf(step).length) : '');
      const save = async () => {
        await writeFileAtomic(join(folder, nameOf(step)), stretched(state, bytes));
        const old = readdirSync(folder)
          .filter((name) => name.startsWith('checkpoint-'))
          .sort();
        for (const name of old.slice(0, -2)) rmSync(join(folder, name), { force: true });
      };
      while (step < steps) {
        await pause(milliseconds, [signal]);
        if (signal.aborted) {
          if (step > 0) await save();
          return { status: 'stopped' };
        }
        step++;
        state = sha256(state);
        appendFileSync(log, `${step}\n`);
        if (step % every === 0 || step === steps) await save();
        onProgress({ phase: 'training', step, steps });
      }
      if (ledger) appendFileSync(ledger, `end ${run.name} ${process.pid}\n`);
      const digest = sha256(stretched(state, bytes)).toString('hex');
      const figures = {
        test: { accuracy: { 2: step }, ci95: { 2: 0 }, loss: 1, episodes: 1 },
      };
      return { status: 'done', steps, checkpoint: nameOf(steps), digest, figures };
    } catch (error) {
      return { status: 'failed', error: (error as Error).message };
    }
  };
}
