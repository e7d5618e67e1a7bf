/** The same training step in other libraries, each checked to give our numbers before it is timed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeFileAtomic } from '../../dist/common/files/atomic-file.js';
import { fastestKind } from '../../dist/engine/create.js';
import type { Batch, Engine } from '../../dist/engine/engine.js';
import type { ModelConfig } from '../../dist/model/config.js';
import type { Floats, Tensor, Tensors } from '../../dist/model/tensors.js';
import { serialiseSafetensors } from '../../dist/runs/safetensors.js';
import { isDecided } from '../../test/engine/random-networks.ts';
import { type Ended, hasPythonPackage, pathOfPeer, python, run } from '../child.ts';
import { median } from '../timing.ts';
import { engineFor, randomBatch, usual } from '../work.ts';

interface Peer {
  readonly name: string;
  /** The script of `bench/peers/`, and what it is called with. */
  readonly script: string;
  readonly variants: readonly string[];
  /** What has to be there. */
  readonly needs: string;
  readonly install: string;
}

const peers: readonly Peer[] = [
  {
    name: 'JAX',
    script: 'jax_peer.py',
    variants: [''],
    needs: 'jax',
    install: 'pip install jax',
  },
  {
    name: 'PyTorch',
    script: 'torch_peer.py',
    variants: ['eager', 'script', 'compile'],
    needs: 'torch',
    install: 'pip install torch',
  },
  {
    name: 'TensorFlow',
    script: 'tensorflow_peer.py',
    variants: [''],
    needs: 'tensorflow',
    install: 'pip install tensorflow-cpu',
  },
  {
    name: 'TensorFlow.js',
    script: 'tfjs-peer.mjs',
    variants: [''],
    needs: '@tensorflow/tfjs-backend-wasm',
    install: 'npm i --no-save @tensorflow/tfjs @tensorflow/tfjs-backend-wasm',
  },
  {
    name: 'jax-js',
    script: 'jax-js-peer.mjs',
    variants: [''],
    needs: '@jax-js/jax',
    install: 'npm i --no-save @jax-js/jax',
  },
];

/** What a peer prints. */
export interface PeerLine {
  readonly name: string;
  readonly version: string;
  readonly variant: string;
  readonly threads: number;
  readonly ms: number;
  /** [B]: how far the logits of each episode are from ours at most, as a part of the largest logit. */
  readonly logitErrors: readonly number[];
  readonly lossError: number;
}

/** Its line, once the logits are compared. */
export interface PeerResult extends Omit<PeerLine, 'logitErrors'> {
  /** Of the episodes that are compared. */
  readonly logitError: number;
  /** Episodes that are not: rounding decides there which of two slots is the least used one. */
  readonly undecided: number;
}

/** What peers are given. */
export interface Work {
  readonly config: ModelConfig;
  readonly parameters: Tensors;
  readonly batch: Batch;
}

/** Seconds after which a peer is given up. */
const PATIENCE = 480;
const LOGITS_AGREE = 1e-4;
const LOSSES_AGREE = 1e-3;

/** Whether a peer computes what we do. */
export const agrees = ({ logitError, lossError }: PeerResult): boolean =>
  logitError < LOGITS_AGREE && lossError < LOSSES_AGREE;

/** A peer's line. Where an episode's logits differ, and only there, the reference engine says whether it is decided. */
export async function resultOf<Line extends PeerLine>(
  { logitErrors, ...line }: Line,
  { config, parameters, batch }: Work,
): Promise<Omit<Line, 'logitErrors'> & PeerResult> {
  let [logitError, undecided] = [0, 0];
  for (const [b, error] of logitErrors.entries()) {
    const differs = !(error < LOGITS_AGREE);
    if (differs && !(await isDecided(config, parameters, episodeOf(batch, b)))) undecided++;
    else logitError = Math.max(logitError, error);
  }
  return { ...line, logitError, undecided };
}

function episodeOf({ batch: B, length, inputs, targets }: Batch, b: number): Batch {
  const own = <A extends Floats | Batch['targets']>(array: A) => {
    const size = array.length / B;
    return array.subarray(b * size, (b + 1) * size) as A;
  };
  return { batch: 1, length, inputs: own(inputs), targets: own(targets) };
}

/** @param only measure peers of these names alone */
export async function comparePeers(only: readonly string[] = []): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mann-peers-'));
  try {
    const work = join(folder, 'work.safetensors');
    const engine = await engineFor(usual.config, fastestKind(), 2);
    const batch = randomBatch(usual.config, usual.batch, usual.length);
    const given = { config: usual.config, parameters: engine.parameters(), batch };
    await writeFileAtomic(work, await makeWork(engine, batch));
    await engine.dispose();
    const before = await ourTimes();
    const results: PeerResult[] = [];
    for (const peer of peers) {
      if (only.length > 0 && !only.includes(peer.name.toLowerCase())) continue;
      if (!(await isInstalled(peer))) {
        console.log(`${peer.name} is not installed: ${peer.install}`);
        continue;
      }
      for (const variant of peer.variants) {
        for (const threads of [1, 2]) {
          const args = [work, ...(variant ? ['--variant', variant] : [])];
          const { ok, lines, trouble } = await runPeer(peer.script, args, threads);
          if (ok) results.push(await resultOf(JSON.parse(lines.at(-1)!), given));
          else console.log(`${peer.name} ${variant}, ${threads} threads: ${trouble}`);
        }
      }
    }
    const after = await ourTimes();
    print(
      [1, 2].map((threads, i) => ({ threads, ms: (before[i]! + after[i]!) / 2 })),
      results,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function isInstalled({ script, needs }: Peer): Promise<boolean> {
  if (script.endsWith('.py')) return hasPythonPackage(needs);
  const path = process.env.PEERS_NODE_MODULES;
  const from = path ? pathToFileURL(join(path, 'x.js')) : import.meta.url;
  try {
    createRequire(from).resolve(needs);
    return true;
  } catch {
    return false;
  }
}

/** Network, weights, a batch with its inputs, and what they give: logits, and the losses of five updates. */
export async function makeWork(engine: Engine, batch: Batch): Promise<Uint8Array> {
  const { batch: B, length: T } = batch;
  const tensors = new Map<string, Tensor>(engine.parameters());
  const add = (name: string, shape: number[], data: ArrayLike<number>) =>
    tensors.set(name, { shape, data: Float32Array.from(data) });
  add('inputs', [B, T, batch.inputs.length / (B * T)], batch.inputs);
  add('labels', [B, T], batch.targets);
  add('logits', [B, T, engine.config.numClasses], (await engine.forward(batch)).logits);
  const losses: number[] = [];
  for (let i = 0; i < 5; i++) {
    losses.push((await engine.trainStep(batch, { learningRate: 1e-3 })).loss);
  }
  add('losses', [5], losses);
  const metadata = new Map([['config', JSON.stringify(engine.config)]]);
  return serialiseSafetensors(tensors, metadata, 'the work of the peers');
}

/** Milliseconds of our training step on one thread and on two. */
async function ourTimes(): Promise<number[]> {
  const { config, batch, length } = usual;
  const times: number[] = [];
  for (const threads of [1, 2]) {
    const engine = await engineFor(config, fastestKind(), threads);
    const episodes = randomBatch(config, batch, length);
    times.push(await median(41, () => engine.trainStep(episodes, { learningRate: 1e-3 })));
    await engine.dispose();
  }
  return times;
}

function runPeer(script: string, args: readonly string[], threads: number): Promise<Ended> {
  const command = script.endsWith('.py') ? python : process.execPath;
  const count = String(threads);
  const env = {
    ...process.env,
    PEER_THREADS: count,
    OMP_NUM_THREADS: count,
    MKL_NUM_THREADS: count,
    OPENBLAS_NUM_THREADS: count,
    // JAX has no option for its threads: it takes one a core that it may run on.
    ...(threads === 1 && { XLA_FLAGS: '--xla_cpu_multi_thread_eigen=false' }),
  };
  return run(command, [pathOfPeer(script), ...args], env, { patience: PATIENCE });
}

function print(ours: readonly { threads: number; ms: number }[], results: readonly PeerResult[]) {
  const best = Math.min(...ours.map(({ ms }) => ms));
  const row = (...cells: string[]) =>
    console.log(
      cells.map((cell, i) => (i < 3 ? cell.padEnd([15, 16, 24][i]!) : cell.padStart(11))).join(''),
    );
  console.log();
  row('', 'version', '', 'threads', 'ms a step', 'of ours', 'logits off');
  for (const { threads, ms } of ours) {
    row('mann', '', fastestKind(), `${threads}`, ms.toFixed(1), (ms / best).toFixed(2), '');
  }
  for (const result of results) {
    const { name, version, variant, threads, ms } = result;
    const off = result.logitError.toExponential(0);
    const error = agrees(result) ? off : `DIFFERS: ${off}`;
    row(name, version, variant, `${threads}`, ms.toFixed(1), (ms / best).toFixed(2), error);
  }
  console.log();
  for (const { name } of peers) {
    const own = results.filter((result) => result.name === name).map(({ ms }) => ms);
    if (own.length === 0) continue;
    const ratio = Math.min(...own) / best;
    const words =
      ratio >= 1
        ? `takes ${ratio.toFixed(1)} times as long`
        : `is ahead: ${ratio.toFixed(2)} of our time`;
    console.log(`${name} at its best ${words}`);
  }
}
