/** The order of dependencies that CONTRIBUTING.md lists: a folder imports only from those above it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const files = readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll('\\', '/'));
const folders = (of: string) =>
  readdirSync(new URL(of, root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** The rows of CONTRIBUTING.md for the folders in a folder, from the top. */
function listed(folder: string): string[] {
  const row = new RegExp(`^\\| \`${folder}([\\w-]+)/\` \\|`, 'gm');
  return [...read('CONTRIBUTING.md').matchAll(row)].map(([, name]) => name!);
}

/** Files by the names that stand for them in package.json, such as `#platform`: one for each platform. */
const standIns = new Map(
  Object.entries(JSON.parse(read('package.json')).imports as Record<string, object>).map(
    ([name, conditions]) => [
      name,
      Object.values(conditions).map((path: string) =>
        path.replace('./dist/', '').replace(/\.js$/, '.ts'),
      ),
    ],
  ),
);

/** The files that a file imports from, values or types. */
function importsOf(file: string): string[] {
  const text = read(`src/${file}`);
  const statements =
    /^(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm;
  const calls = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [...text.matchAll(statements), ...text.matchAll(calls)].flatMap(([, from, alone]) => {
    const name = from ?? alone ?? '';
    if (!name.startsWith('.')) return standIns.get(name) ?? [];
    const path = posix.join(dirname(file), name);
    return [path.endsWith('.js') ? path.replace(/\.js$/, '.ts') : `${path}.ts`]; // the kernels name no ending
  });
}

const graph = new Map(files.map((file) => [file, importsOf(file)]));
const edges = [...graph].flatMap(([file, imports]) =>
  imports.map((other) => [file, other] as const),
);

/** The imports from a folder further down. What lies in no folder is below all of them. */
function upward(order: readonly string[], within = ''): string[] {
  const rank = (file: string) => {
    const at = order.indexOf(file.slice(within.length).split('/')[0]!);
    return at < 0 ? order.length : at;
  };
  return edges
    .filter(([file, other]) => file.startsWith(within) && other.startsWith(within))
    .filter(([file, other]) => rank(other) > rank(file))
    .map(([file, other]) => `${file} imports ${other}`);
}

/** A file that imports itself through others, and these; undefined where there is none. */
function circle(): string[] | undefined {
  const done = new Set<string>();
  const follow = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const other of graph.get(file) ?? []) {
      const found = follow(other, [...path, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of files) {
    const found = follow(file, []);
    if (found) return found;
  }
  return undefined;
}

describe('the files of the library', () => {
  it('are found, and so is what they import', () => {
    expect(files.length).toBeGreaterThan(200);
    expect(edges.filter(([, other]) => !graph.has(other))).toEqual([]);
    expect(graph.get('training/trainer.ts')).toContain('engine/engine.ts');
    expect(graph.get('model/presets.ts')).toEqual(['model/fields.ts']); // a type
    expect(graph.get('kernels/index.ts')).toContain('kernels/layout/shape.ts');
    expect(graph.get('engine/create.ts')).toContain('engine/platform-web.ts');
    expect(graph.get('cli/main.ts')).toContain('cli/program.ts');
  });

  it.each(['src/', 'src/cli/'])('CONTRIBUTING.md lists every folder of %s once', (folder) => {
    expect(listed(folder).sort()).toEqual(folders(folder));
  });

  it.each(['', 'cli/'])('no folder of src/%s imports from one below it', (within) => {
    expect(upward(listed(`src/${within}`), within)).toEqual([]);
  });

  it('no file imports itself through others', () => {
    expect(circle()).toBeUndefined();
  });
});
