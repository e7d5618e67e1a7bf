import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('mann/tfjs is built the same without the types of TensorFlow.js', () => {
  const folder = mkdtempSync(join(root, 'node_modules', '.mann-build-'));
  try {
    // The build passes --noCheck, since `npm ci` brings no TensorFlow.js; here it is.
    execFileSync('npx', ['tsc', '-p', 'src/tfjs', '--outDir', folder], { cwd: root });
    const files = readdirSync(join(folder, 'tfjs')).filter((file) => /\.[jt]s$/.test(file));
    expect(files).toContain('cell.d.ts');
    for (const file of files) {
      const read = (...path: string[]) => readFileSync(join(...path, 'tfjs', file), 'utf8');
      expect(read(root, 'dist'), file).toBe(read(folder));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
