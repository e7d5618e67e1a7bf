import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Programs of a page that can run as they are: those that need no files. */
const programs = ['README.md', 'docs/library.md'].flatMap((page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const codes = [...text.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1]!);
  return codes
    .filter((code) => !code.includes('.png'))
    .map((code, i) => ({ page, i: i + 1, code }));
});

describe('the programs of the pages, in a project that has mann installed', () => {
  it.each(programs)('$page, number $i', ({ code }) => {
    const folder = mkdtempSync(join(tmpdir(), 'mann-readme-'));
    try {
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(root, join(folder, 'node_modules', 'mann'));
      writeFileSync(join(folder, 'snippet.mjs'), code);
      const output = execFileSync('node', ['snippet.mjs'], { cwd: folder, encoding: 'utf8' });
      if (code.includes('MANNCell')) expect(output).toBe('360\n');
      else expect(output).toMatch(/'1': \d/);
    } finally {
      rmSync(folder, { recursive: true });
    }
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
        expect(from, file).not.toMatch(/^node:/);
        if (from === '#platform') visit(join(root, 'dist/engine/platform-web.js'));
        else if (from!.startsWith('.')) visit(join(file, '..', from!));
      }
    };
    visit(join(root, 'dist/browser.js'));
    expect(seen.size).toBeGreaterThan(20);
  });
});
