/** What the machine can do at most in 128-bit lanes: a loop of multiply-adds in registers, on every thread. */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { main as asc } from 'assemblyscript/asc';
import { hasRelaxed } from '../../dist/engine/create.js';

const ROUNDS = 4_000_000;
const FLOPS = 12 * 4 * 2 * ROUNDS;

/** GFLOP/s of so many threads at once, the best of seven runs: it is what the machine can do, not what it does. */
export async function ceiling(kind: 'simd' | 'relaxed', threads: number): Promise<number> {
  const module = await WebAssembly.compile(await compile(kind));
  const workers = Array.from(
    { length: threads },
    () => new Worker(spinner, { eval: true, execArgv: [], workerData: { module, rounds: ROUNDS } }),
  );
  const message = (worker: Worker) =>
    new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await Promise.all(workers.map(message)); // ready, and the loop compiled at its best
  const rates: number[] = [];
  for (let i = 0; i < 7; i++) {
    const done = workers.map(message);
    const start = performance.now();
    for (const worker of workers) worker.postMessage('go');
    await Promise.all(done);
    rates.push((threads * FLOPS) / (performance.now() - start) / 1e6);
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  return Math.max(...rates);
}

/**
 * The same of the calling thread alone, by a clock of its own: `clock` gives milliseconds.
 * @returns a function that measures the best of seven runs, GFLOP/s
 */
export async function ceilingHere(
  kind: 'simd' | 'relaxed',
  clock: () => number,
): Promise<() => number> {
  const { instance } = await WebAssembly.instantiate(await compile(kind));
  const spin = instance.exports.spin as (rounds: number) => number;
  const time = () => {
    const start = clock();
    spin(ROUNDS);
    return clock() - start;
  };
  for (let i = 0; i < 10; i++) time(); // the loop is compiled at its best
  return () => FLOPS / Math.min(...Array.from({ length: 7 }, time)) / 1e6;
}

const spinner = `
  const { parentPort, workerData } = require('node:worker_threads');
  if (process.versions.node.startsWith('20.')) {
    require('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
  const { spin } = new WebAssembly.Instance(workerData.module).exports;
  for (let i = 0; i < 3; i++) spin(workerData.rounds);
  parentPort.on('message', () => parentPort.postMessage(spin(workerData.rounds)));
  parentPort.postMessage('ready');
`;

async function compile(kind: 'simd' | 'relaxed'): Promise<Uint8Array<ArrayBuffer>> {
  if (kind === 'relaxed' && !hasRelaxed()) throw new Error('this machine has no relaxed SIMD');
  const source = readFileSync(new URL('../kernels/ceiling.ts', import.meta.url), 'utf8');
  let wasm = new Uint8Array();
  const options = ['--optimizeLevel', '3', '--runtime', 'stub', '--enable', 'simd'];
  if (kind === 'relaxed') options.push('--enable', 'relaxed-simd');
  const { error } = await asc(['ceiling.ts', '--outFile', 'ceiling.wasm', ...options], {
    readFile: (name) => (name === 'ceiling.ts' ? source : null),
    writeFile: (name, contents) => {
      if (name === 'ceiling.wasm') wasm = contents as Uint8Array<ArrayBuffer>;
    },
    listFiles: () => [],
  });
  if (error) throw error;
  return wasm;
}
