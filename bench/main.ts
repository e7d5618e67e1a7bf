/**
 * `npm run bench`: what this machine does with the preset `flat` (B=16, T=50), and with the other forms beside it,
 * medians. Run it on an idle machine.
 *   --json FILE     keeps the figures
 *   --compare FILE  beside figures that were kept
 *   --peers         the same training step in other libraries, those installed (PYTHON names the interpreter,
 *                   PEERS_NODE_MODULES where the JavaScript ones lie); names after it: only these
 *   --sweep         how training time grows with the sizes; fills docs/performance.md and draws its charts
 *   --parts         where the time of a training step goes, by parts of the kernels; fills docs/performance.md
 *   --networks      a batch of `mann train` with each network of docs/results.md; writes docs/results/pace.json
 *   --gpu           the training step on a graphics processor, and in JAX and PyTorch on it, in float32:
 *     --presets default,flat         networks
 *     --episodes 16,64,256,1024      episodes in a batch
 *     --peers-episodes 16,64,256     the same for the other libraries; 0 for none of them
 *     --length 50                    drawings in an episode
 *     --seconds 240                  time for all of it: what there is no time for is left out, and said
 *     --engine webgpu                another one tries this out without a graphics processor
 *     --quick                        a few steps of small batches: does everything run?
 *   --gpu-host      what this CPU adds to the steps of a graphics processor in a training; needs no such processor. A number
 *                   after it: one so many times as fast
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writeFileAtomic } from '../dist/common/files/atomic-file.js';
import type { EngineKind } from '../dist/engine/engine.js';
import type { GpuOptions, GpuPreset } from './gpu/gpu.ts';
import { machine } from './timing.ts';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    compare: { type: 'string' },
    peers: { type: 'boolean' },
    sweep: { type: 'boolean' },
    parts: { type: 'boolean' },
    networks: { type: 'boolean' },
    gpu: { type: 'boolean' },
    'gpu-host': { type: 'boolean' },
    presets: { type: 'string' },
    episodes: { type: 'string' },
    'peers-episodes': { type: 'string' },
    length: { type: 'string' },
    seconds: { type: 'string' },
    engine: { type: 'string' },
    quick: { type: 'boolean' },
  },
});

const date = new Date().toISOString().slice(0, 10);
console.log(`${machine()}, ${date}\n`);

if (flags.sweep) {
  const { sweep } = await import('./sweep.ts');
  await sweep({ machine: machine(), date });
} else if (flags.parts) {
  const { measureParts } = await import('./parts/parts.ts');
  await keep(await measureParts({ machine: machine(), date }));
} else if (flags.networks) {
  const { networkTimes } = await import('./rest.ts');
  const milliseconds = networkTimes();
  for (const [name, ms] of Object.entries(milliseconds))
    console.log(name.padEnd(16), `${ms.toFixed(1)} ms`);
  const pace = { machine: machine(), date, milliseconds };
  await writeFileAtomic('docs/results/pace.json', `${JSON.stringify(pace, null, 2)}\n`);
} else if (flags.peers) {
  const { comparePeers } = await import('./peers/peers.ts');
  await comparePeers(positionals.map((name) => name.toLowerCase()));
} else if (flags.gpu) {
  const { measureGpu } = await import('./gpu/gpu.ts');
  await measureGpu(gpuOptions(), keep);
} else if (flags['gpu-host']) {
  const { measureHost } = await import('./gpu/host.ts');
  await measureHost(positionals[0] ? Number(positionals[0]) : 1);
} else {
  const [{ measure }, { compare }] = [await import('./cpu.ts'), await import('./compare.ts')];
  const figures = await measure(date);
  if (flags.compare) compare(JSON.parse(readFileSync(flags.compare, 'utf8')), figures);
  await keep(figures);
}

async function keep(figures: object): Promise<void> {
  if (!flags.json) return;
  await writeFileAtomic(flags.json, `${JSON.stringify({ date, ...figures }, null, 2)}\n`);
}

function gpuOptions(): GpuOptions {
  const { quick = false } = flags;
  const numbers = (flag: 'episodes' | 'peers-episodes' | 'length' | 'seconds', usual: string) =>
    (flags[flag] ?? usual).split(',').map((word) => {
      const number = Number(word);
      if (Number.isInteger(number) && number >= 0) return number;
      throw new Error(`--${flag} takes whole numbers, not ${word}`);
    });
  return {
    engine: (flags.engine ?? 'webgpu') as EngineKind,
    presets: (flags.presets ?? 'default,flat').split(',') as GpuPreset[],
    episodes: numbers('episodes', quick ? '2' : '16,64,256,1024'),
    peersEpisodes: numbers('peers-episodes', quick ? '2' : '16,64,256').filter((B) => B > 0),
    length: numbers('length', quick ? '10' : '50')[0]!,
    seconds: numbers('seconds', '240')[0]!,
    quick,
  };
}
