/** The code in the docstrings of everything that the package exports: it runs, with the names that the package has. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as mann from '../dist/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = (file: string) => readFileSync(join(root, 'src', file), 'utf8');

const library: Record<string, unknown> = { ...mann };

/** What a file exports from others, functions and classes alone, and where they are. */
function exported(file: string): [name: string, file: string][] {
  return [...source(file).matchAll(/^export \{([^}]*)\} from '\.\/([^']*)\.js';/gm)].flatMap(
    ([, names, from]) =>
      names!
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name && !name.startsWith('type '))
        .filter((name) => typeof library[name] === 'function')
        .map((name): [string, string] => [name, `${from}.ts`]),
  );
}

/** The comment above a declaration, without its stars. */
function docstringOf(name: string, file: string): string {
  const declaration = new RegExp(
    `/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\nexport (?:async )?(?:function|class) ${name}\\b`,
  );
  const text = declaration.exec(source(file))?.[1] ?? '';
  return text.replace(/^ \* ?/gm, '').trim();
}

/** What a docstring opens with: the code in its first sentences, and what that is said to be. */
function opening(docstring: string): { code: string; is: string | undefined } {
  const block = /```(?:ts|js)\n([\s\S]*?)```/.exec(docstring);
  const inline = /`([^`]*\([^`]*)`(?: is (-?\d+(?:\.\d+)?)\b)?/.exec(docstring);
  if (inline && !(block && block.index < inline.index)) return { code: inline[1]!, is: inline[2] };
  return { code: block?.[1] ?? '', is: undefined };
}

const all = [...exported('browser.ts'), ...exported('index.ts')];

/** They need files, a network of computers or a graphics processor, or take minutes: their names alone are looked at. */
const away = [
  ...['Learner', 'downloadOmniglot', 'loadOmniglot', 'loadFolder', 'trainAutoencoder'],
  'describeGpu',
];

const config = mann.modelConfig({
  ...{ inputHeight: 6, inputWidth: 6, encoderWidths: [2], embeddingSize: 4, lstmSize: 4 },
  ...{ memorySize: 6, memoryDim: 4, outputHidden: 0 },
});
const recipe = mann.makeRecipe({
  ...{ episodeLength: 8, iterations: 2, batchSize: 2, curriculum: 'none' },
});
const data = mann.glyphs({ classes: 24, drawings: 10 });
const parameters = mann.initialTensors(config, new mann.Random(1, 'weights'));
const checkpoint = { config, step: 1, parameters };
let engine: mann.Engine;
let folder: string;
const cwd = process.cwd();

/** What the code takes for granted. */
function surroundings(): Record<string, unknown> {
  const task = mann.drawingsTask(data);
  const test = task.testEpisodes(config, recipe, 1, 'test');
  const batch = test.next();
  return {
    ...library,
    ...{ config, recipe, data, parameters, checkpoint, engine, test, batch },
    // the real ones take minutes here
    glyphs: () => data,
    makeRecipe: () => recipe,
    ...{ tensors: parameters, source: task.trainingEpisodes(config, recipe, 1) },
    classes: task.train,
    random: new mann.Random(1),
    options: { inputHeight: 6, inputWidth: 6, augment: true },
    error: new Error('one'),
    bytes: mann.serialiseCheckpoint(checkpoint),
    ...{ path: 'a.safetensors', folder: 'logs' },
    measure: mann.accuracyByInstance(5),
    counts: { sum: [0, 193], total: [0, 200] },
    episodes: test.grade(batch, { logits: new Float32Array(2 * 8 * 5) }),
    logits: new Float32Array(2 * 8 * 5),
  };
}

/** Runs code. @returns its value, of a single expression */
async function resultOf(code: string): Promise<unknown> {
  const scope = surroundings();
  const Run = Object.getPrototypeOf(async () => undefined).constructor;
  const isExpression = !/^\s*(const|let|throw)\b|;/.test(code);
  const body = isExpression ? `return (${code});` : `{ ${code} }`;
  return new Run(...Object.keys(scope), body)(...Object.values(scope));
}

beforeAll(async () => {
  engine = await mann.createEngine(config, { kind: 'simd', threads: 0, parameters });
  folder = mkdtempSync(join(tmpdir(), 'mann-docstrings-'));
  process.chdir(folder);
  mkdirSync('runs/omniglot-mann-seed1', { recursive: true });
  await mann.saveCheckpoint('net.safetensors', checkpoint);
  await mann.saveCheckpoint('runs/omniglot-mann-seed1/checkpoint-0000001.safetensors', checkpoint);
});
afterAll(async () => {
  process.chdir(cwd);
  rmSync(folder, { recursive: true });
  await engine.dispose();
});

describe('the docstring of each function and class of the package', () => {
  it.each(all)('%s opens with a call of it', async (name, file) => {
    const { code, is } = opening(docstringOf(name, file));
    expect(code).toMatch(new RegExp(`\\b${name}(\\.\\w+)?\\(`));
    // what is called, but for methods, is exported or made in the code itself
    const scope = surroundings();
    for (const [, called] of code.matchAll(/(?<![.\w])([A-Za-z]\w*)\(/g)) {
      const isOwn = new RegExp(`(const|let) (\\{[^}]*)?\\b${called}\\b`).test(code);
      expect(isOwn || called! in scope || called! in globalThis, called).toBe(true);
    }
    if (away.includes(name)) return;
    if (/^throw /.test(code)) return expect(resultOf(code)).rejects.toThrow();
    const value = await resultOf(code);
    if (is !== undefined) expect(value).toBeCloseTo(Number(is), 2);
  });

  it('is looked for where there is one', () => {
    expect(all.length).toBeGreaterThan(35);
    expect(opening(docstringOf('chance', 'tasks/classification/by-instance.ts'))).toEqual({
      code: 'chance(5)',
      is: '20',
    });
  });
});
