/** The training step in JAX and PyTorch on a graphics processor of NVIDIA's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../../dist/common/files/atomic-file.js';
import type { Batch, Engine } from '../../dist/engine/engine.js';
import { hasPythonPackage, pathOfPeer, python, run } from '../child.ts';
import {
  agrees,
  makeWork,
  type PeerLine,
  type PeerResult,
  resultOf,
  type Work,
} from '../peers/peers.ts';
import type { GpuOptions, GpuPreset } from './gpu.ts';

export interface GpuPeerResult extends PeerResult {
  readonly preset: GpuPreset;
  readonly episodes: number;
  /** Seconds to compile it, and for the first steps. */
  readonly prepared: number;
}

/** What a peer prints of one file of work. */
type Line = { readonly episodes: number } & (
  | (PeerLine & Pick<GpuPeerResult, 'prepared'>)
  | { readonly failed: string }
);

interface Peer {
  readonly name: string;
  readonly script: string;
  readonly package: string;
  /** In turn: what one gives no time for, the next one is asked. */
  readonly variants: readonly { readonly variant: string; readonly patience: number }[];
}

const peers: readonly Peer[] = [
  {
    name: 'JAX',
    script: 'jax_peer.py',
    package: 'jax',
    variants: [{ variant: 'scan', patience: 90 }],
  },
  {
    name: 'PyTorch',
    script: 'torch_peer.py',
    package: 'torch',
    variants: [
      { variant: 'compile', patience: 60 },
      { variant: 'graph', patience: 45 },
    ],
  },
];

export interface GpuPeersOptions {
  readonly onResult: (result: GpuPeerResult) => Promise<void>;
  readonly onLeftOut: (what: string, why: string) => void;
}

export class GpuPeers {
  readonly #device: 'cpu' | 'gpu';
  readonly #folder = mkdtempSync(join(tmpdir(), 'mann-peers-'));
  readonly #works: {
    readonly preset: GpuPreset;
    readonly episodes: number;
    readonly file: string;
    readonly given: Work;
  }[] = [];

  /** The peers run where the engine does. */
  constructor({ engine }: Pick<GpuOptions, 'engine'>) {
    this.#device = engine === 'webgpu' ? 'gpu' : 'cpu';
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }

  /** Something to do for all peers: what an engine makes of a batch. @param batch with its pixels */
  async addWork(preset: GpuPreset, engine: Engine, batch: Batch): Promise<void> {
    const episodes = batch.batch;
    const file = join(this.#folder, `${preset}-${episodes}.safetensors`);
    const given = { config: engine.config, parameters: engine.parameters(), batch };
    await writeFileAtomic(file, await makeWork(engine, batch));
    this.#works.push({ preset, episodes, file, given });
  }

  /** One network in all libraries. @param end as `performance.now()`: nothing takes longer */
  async measure(preset: GpuPreset, end: number, options: GpuPeersOptions): Promise<void> {
    if (!this.#works.some((work) => work.preset === preset)) return;
    for (const peer of peers) {
      if (await hasPythonPackage(peer.package)) await this.#ask(peer, preset, end, options);
      else options.onLeftOut(`${peer.name}, ${preset}`, `${python} has no package ${peer.package}`);
    }
  }

  async #ask(peer: Peer, preset: GpuPreset, end: number, options: GpuPeersOptions): Promise<void> {
    let open = this.#works.filter((work) => work.preset === preset);
    for (const { variant, patience } of peer.variants) {
      if (open.length === 0) return;
      const args = [...open.map(({ file }) => file), '--device', this.#device];
      // JAX would take three quarters of the memory at once.
      const env = { ...process.env, XLA_PYTHON_CLIENT_PREALLOCATE: 'false' };
      const { lines, trouble } = await run(
        python,
        [pathOfPeer(peer.script), ...args, '--variant', variant],
        env,
        { patience, until: end },
      );
      const said = lines
        .filter((line) => line.startsWith('{'))
        .map((line): Line => JSON.parse(line));
      const left: typeof open = [];
      for (const work of open) {
        const line = said.find(({ episodes }) => episodes === work.episodes);
        const result = await judge(line ?? { failed: trouble || 'no answer' }, work.given);
        if (typeof result !== 'string') {
          await options.onResult({ ...result, preset });
          continue;
        }
        options.onLeftOut(`${peer.name}, ${variant}, ${preset}, ${work.episodes} episodes`, result);
        left.push(work);
      }
      open = left;
    }
  }
}

/** The result of a peer, or why there is none. */
async function judge(
  line: Line | { readonly failed: string },
  given: Work,
): Promise<Omit<GpuPeerResult, 'preset'> | string> {
  if ('failed' in line) return line.failed;
  const result = await resultOf(line, given);
  if (agrees(result)) return result;
  const [logits, losses] = [result.logitError, result.lossError].map((e) => e.toExponential(0));
  return `its logits differ from ours by ${logits}, its losses by ${losses}`;
}
