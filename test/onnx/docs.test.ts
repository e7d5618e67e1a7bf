import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { mann } from '../cli/run.js';
import { python } from './python.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const page = read('docs/onnx.md');
/** The first block of code in a language. */
const blockOf = (language: string) => page.split(`\`\`\`${language}\n`)[1]!.split('```')[0]!;

it('docs/onnx.md has the programs of examples/onnx, word for word', () => {
  const example = read('examples/onnx/one-shot.py');
  expect(blockOf('python')).toBe(example.slice(example.indexOf('import numpy')));
  expect(read('examples/onnx/one-shot.html')).toContain(blockOf('js'));
});

it('the program in Python recognises what it has seen once', async ({ skip }) => {
  const has = spawnSync(python, ['-c', 'import numpy, onnxruntime']).status === 0;
  skip(!has, `${python} has no onnxruntime: pip install onnxruntime`);
  const folder = mkdtempSync(join(tmpdir(), 'mann-onnx-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const args = page.match(/^npx mann (export --onnx mann-\S+ network\.onnx)$/m)![1]!.split(' ');
  const exported = await mann(args, { cwd: folder });
  expect(exported.code).toBe(0);
  const size = exported.stdout.match(/^network\.onnx: [\d,]+ bytes/)![0];
  expect(page).toContain(size);
  const said = execFileSync(python, [join(root, 'examples/onnx/one-shot.py')], {
    ...{ cwd: folder, encoding: 'utf8' },
  });
  expect(said).toBe('[0 1 2 3 4]\n');
});
