import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Programs of a page that can run as they are: those that need no files. */
const programs = ['README.md', 'docs/library.md'].flatMap((page) =>
  codesOf(page)
    .filter((code) => !code.includes('.png'))
    .map((code, i) => ({ page, i: i + 1, code })),
);

function codesOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1]!);
}

/** What a program prints in a project that has mann installed. */
function outputOf(code: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'mann-readme-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules', 'mann'));
    writeFileSync(join(folder, 'snippet.mjs'), code);
    return execFileSync('node', ['snippet.mjs'], { cwd: folder, encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the programs of the pages, in a project that has mann installed', () => {
  it.each(programs)('$page, number $i', ({ code }) => {
    const output = outputOf(code);
    if (code.includes('MANNCell')) expect(output).toBe('360\n');
    else expect(output).toMatch(/'1': \d/);
  });
});

describe('the task of docs/tasks.md', () => {
  const example = readFileSync(join(root, 'examples/own-task.js'), 'utf8');

  it('is examples/own-task.js, word for word', () => {
    expect(codesOf('docs/tasks.md')).toEqual([example]);
  });

  it('is learned: what has been told is recalled, and nothing else', () => {
    const lines = outputOf(example).trim().split('\n');
    const scores = lines.map((line) => line.match(/new: ([\d.]+), known: ([\d.]+)/)!.slice(1));
    const [fresh, known] = scores.at(-1)!.map(Number) as [number, number];
    expect(lines.at(-1)).toMatch(/^test /);
    expect(known).toBeGreaterThan(90); // an LSTM: 31
    expect(Math.abs(fresh - 100 / 16)).toBeLessThan(3);
    expect(Number(scores[0]![1])).toBeLessThan(60); // at first
  });

  it('is trained with an LSTM as the page says', () => {
    const lstm = example.replace("encoder: 'none'", "model: 'lstm', encoder: 'none'");
    const last = outputOf(lstm.replace(/memorySize: \d+, memoryDim: \d+, /, ''))
      .trim()
      .split('\n')
      .at(-1)!;
    expect(Number(/known: ([\d.]+)/.exec(last)![1])).toBeLessThan(50);
  });
});

describe("the package's browser entry", () => {
  it('reaches no module of Node', () => {
    const seen = new Set<string>();
    const visit = (file: string) => {
      if (seen.has(file)) return;
      seen.add(file);
      const code = readFileSync(file, 'utf8');
      for (const [, from] of code.matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
        expect(from, file).not.toMatch(/^node:|^@bufbuild/); // what writes ONNX is for Node
        if (from === '#platform') visit(join(root, 'dist/engine/platform-web.js'));
        else if (from!.startsWith('.')) visit(join(file, '..', from!));
      }
    };
    visit(join(root, 'dist/browser.js'));
    expect(seen.size).toBeGreaterThan(20);
  });
});
