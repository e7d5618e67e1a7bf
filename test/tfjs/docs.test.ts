import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/tfjs.md'), 'utf8');
/** The whole programs of docs/tfjs.md; fragments are marked js. */
const programs = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]!);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(root, 'node_modules', '.mann-docs-'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  for (const [i, code] of programs.entries()) writeFileSync(join(folder, `${i}.ts`), code);
  const compilerOptions = {
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...{ module: 'nodenext', target: 'es2022', types: ['node'], skipLibCheck: true },
    paths: { 'mann/tfjs': [join(root, 'dist/tfjs/index.d.ts')] },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
});
afterAll(() => rmSync(folder, { recursive: true }));

it("the programs of docs/tfjs.md compile in strict TypeScript, the custom loop's too", () => {
  expect(programs.some((code) => code.includes('cell.zeroState'))).toBe(true);
  const tsc = join(root, 'node_modules/.bin/tsc');
  const { stdout } = spawnSync(tsc, ['-p', '.', '--pretty', 'false'], {
    ...{ cwd: folder, encoding: 'utf8' },
  });
  expect(stdout).toBe('');
});

it.each([
  ['the model of a pretrained network', 'models/mann-omniglot-5way', /^\[ 2, 10, 5 \]\n$/],
  ['the custom loop', 'cell.zeroState', /^(\[ 16, 360 \]\n){50}$/],
])('%s runs', (_, part, right) => {
  const file = join(folder, `${programs.findIndex((code) => code.includes(part))}.js`);
  // what `mann/tfjs` is to a program that has mann installed
  const code = readFileSync(file, 'utf8').replace("'mann/tfjs'", "'../../dist/tfjs/index.js'");
  writeFileSync(file, code);
  const stdout = execFileSync('node', [file], { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  expect(stdout).toMatch(right);
});
