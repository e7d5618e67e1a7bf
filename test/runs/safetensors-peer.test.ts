/** Our files in the format's own package for Python, and its files here. MANN_PYTHON names another Python. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseCheckpoint, serialiseCheckpoint } from '../../dist/runs/checkpoint.js';
import { parseSafetensors } from '../../dist/runs/safetensors.js';
import { tinyRun } from '../training/tiny.js';

const python = process.env.MANN_PYTHON ?? 'python3';
const peer = fileURLToPath(new URL('../../bench/peers/safetensors_peer.py', import.meta.url));
const hasPeer = spawnSync(python, ['-c', 'import numpy, safetensors.numpy']).status === 0;

interface Found {
  metadata: Record<string, string>;
  /** dtype, shape, SHA-256. */
  tensors: Record<string, [string, number[], string]>;
}

describe('a checkpoint of the', () => {
  it.for(['reference', 'simd'] as const)(
    '%s engine is read by safetensors for Python, and comes back whole',
    async (kind, { skip }) => {
      skip(!hasPeer, `${python} has no safetensors: pip install safetensors numpy`);
      const folder = mkdtempSync(join(tmpdir(), 'mann-peer-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
      const { last } = await tinyRun({ kind, stopAt: 6 });
      const bytes = serialiseCheckpoint(last!);
      writeFileSync(ours, bytes);

      const output = execFileSync(python, [peer, ours, theirs], { encoding: 'utf8' });
      const found = JSON.parse(output) as Found;
      const { tensors, metadata } = parseSafetensors(bytes, 'ours');
      expect(found.metadata).toEqual(Object.fromEntries(metadata));
      expect(Object.keys(found.tensors).sort()).toEqual([...tensors.keys()].sort());
      for (const [name, { shape, data }] of tensors) {
        const numbers = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        const hash = createHash('sha256').update(numbers).digest('hex');
        const dtype = kind === 'reference' ? 'float64' : 'float32';
        expect(found.tensors[name]).toEqual([dtype, shape, hash]);
      }
      expect(parseCheckpoint(readFileSync(theirs), 'theirs')).toEqual(last);
    },
  );
});
