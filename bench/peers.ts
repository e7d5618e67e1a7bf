/** The same training step in other libraries, each checked to give our numbers before it is timed. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { writeFileAtomic } from '../dist/common/atomic-file.js';
import { fastestKind } from '../dist/engine/create.js';
import type { Tensor } from '../dist/model/tensors.js';
import { serialiseSafetensors } from '../dist/runs/safetensors.js';
import { median } from './timing.ts';
import { engineFor, randomBatch, usual } from './work.ts';

interface Peer {
  readonly name: string;
  /** The script of `bench/peers/`, and what it is called with. */
  readonly script: string;
  readonly variants: readonly string[];
  /** What has to be there. */
  readonly needs: string;
  readonly install: string;
}

const python = process.env.PYTHON ?? 'python3';

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
interface PeerResult {
  readonly name: string;
  readonly version: string;
  readonly variant: string;
  readonly threads: number;
  readonly ms: number;
  readonly logitError: number;
  readonly lossError: number;
}

/** Minutes after which a peer is given up. */
const PATIENCE = 8;
const LOGITS_AGREE = 1e-4;
const LOSSES_AGREE = 1e-3;

/** @param only measure peers of these names alone */
export async function comparePeers(only: readonly string[] = []): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mann-peers-'));
  try {
    const work = join(folder, 'work.safetensors');
    await writeFileAtomic(work, await makeWork());
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
          const { ok, output, trouble } = await run(peer.script, [work, variant], threads);
          if (ok) results.push(JSON.parse(output.trim().split('\n').at(-1)!));
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
  if (script.endsWith('.py')) {
    const look = `import importlib.util, sys; sys.exit(importlib.util.find_spec("${needs}") is None)`;
    return (await start(python, ['-c', look], process.env)).ok;
  }
  const path = process.env.PEERS_NODE_MODULES;
  const from = path ? pathToFileURL(join(path, 'x.js')) : import.meta.url;
  try {
    createRequire(from).resolve(needs);
    return true;
  } catch {
    return false;
  }
}

/** Weights, a batch, and what they give: logits, and the losses of five updates. */
export async function makeWork(): Promise<Uint8Array> {
  const { config, batch: B, length: T } = usual;
  const batch = randomBatch(config, B, T);
  const engine = await engineFor(config, fastestKind(), 2);
  const tensors = new Map<string, Tensor>(engine.parameters());
  const add = (name: string, shape: number[], data: ArrayLike<number>) =>
    tensors.set(name, { shape, data: Float32Array.from(data) });
  add('inputs', [B, T, batch.inputs.length / (B * T)], batch.inputs);
  add('labels', [B, T], batch.targets);
  add('logits', [B, T, config.numClasses], (await engine.forward(batch)).logits);
  const losses: number[] = [];
  for (let i = 0; i < 5; i++) {
    losses.push((await engine.trainStep(batch, { learningRate: 1e-3 })).loss);
  }
  await engine.dispose();
  add('losses', [5], losses);
  return serialiseSafetensors(tensors, new Map(), 'the work of the peers');
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

interface Run {
  readonly ok: boolean;
  readonly output: string;
  readonly trouble: string;
}

function run(script: string, args: readonly string[], threads: number): Promise<Run> {
  const path = fileURLToPath(new URL(`peers/${script}`, import.meta.url));
  const isPython = script.endsWith('.py');
  const command = isPython ? python : process.execPath;
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
  return start(command, [path, ...args], env);
}

function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PATIENCE * 60_000,
    });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      errors += data;
    });
    child.on('error', ({ message }) => resolve({ ok: false, output, trouble: message }));
    child.on('close', (code, signal) => {
      const lines = errors.trim().split('\n');
      const last = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? '';
      const trouble = signal ? `given up after ${PATIENCE} minutes` : last;
      resolve({ ok: code === 0, output, trouble });
    });
  });
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
  for (const { name, version, variant, threads, ms, logitError, lossError } of results) {
    const agrees = logitError < LOGITS_AGREE && lossError < LOSSES_AGREE;
    const error = agrees ? logitError.toExponential(0) : `DIFFERS: ${logitError.toExponential(0)}`;
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
