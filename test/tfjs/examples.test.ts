import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = (example: string, ...args: string[]) =>
  execFileSync('node', [`examples/tfjs/${example}`, ...args], {
    ...{ cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  });

describe('the examples of mann/tfjs', () => {
  it('glyphs, in under 80 lines, trains and tests', () => {
    const lines = readFileSync(`${root}examples/tfjs/glyphs.js`, 'utf8').trim().split('\n');
    expect(lines.length).toBeLessThan(80);
    const output = run('glyphs.js', '2');
    expect(output).toMatch(/instance 4: \d+\.\d% right/);
    expect(output).toMatch(/as a checkpoint: \d+ bytes/);
  });

  it('copy learns to copy', () => {
    const [, recall] = run('copy.js').match(/recall: ([\d.]+)%/)!;
    expect(Number(recall)).toBeGreaterThan(90); // guessing gives 17
  }, 180_000);
});
