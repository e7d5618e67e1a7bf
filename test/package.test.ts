import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The files that npm would pack, as paths in the package. */
function packed(): string[] {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [report] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }));
  return report.files.map(({ path }: { path: string }) => path);
}

it("the package's files name no source map that it does not hold", () => {
  const files = packed();
  const code = files.filter((file) => /\.[cm]?[jt]s$/.test(file));
  expect(code.length).toBeGreaterThan(100);
  const missing = code.flatMap((file) => {
    const named = readFileSync(join(root, file), 'utf8').match(/sourceMappingURL=(\S+)/)?.[1];
    return named && !files.includes(join(dirname(file), named)) ? [`${file}: ${named}`] : [];
  });
  expect(missing).toEqual([]);
});
