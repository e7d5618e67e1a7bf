import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Locked {
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
}

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
/** The packages of a lock file, but for the project itself. */
const locked = (file: string): [string, Locked][] =>
  Object.entries<Locked>(JSON.parse(read(file)).packages).filter(([path]) => path !== '');
const installed = locked('package-lock.json');
/** What parts of the tests and benchmarks install when they are first run: scripts/on-demand.ts. */
const onDemand = ['test', 'bench']
  .flatMap((parent) =>
    readdirSync(new URL(`../${parent}`, import.meta.url)).map(
      (folder) => `${parent}/${folder}/package-lock.json`,
    ),
  )
  .filter((file) => existsSync(new URL(`../${file}`, import.meta.url)));
const { dependencies, scripts } = JSON.parse(read('package.json'));

describe('what npm ci brings', () => {
  it.each(['package-lock.json', ...onDemand])(
    'comes from the registry, each package with its digest: %s',
    (file) => {
      const packages = locked(file);
      expect(packages.length).toBeGreaterThan(20);
      // .npmrc has npm leave the registry's address out of the lock file: a package with one is from elsewhere.
      expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
      expect(packages.filter(([, { integrity }]) => !integrity)).toEqual([]);
    },
  );

  it('leaves out what only a part of the tests or benchmarks needs', () => {
    expect(onDemand).toContain('test/tfjs/package-lock.json');
    expect(onDemand).toContain('bench/domains/package-lock.json');
    expect(onDemand).toContain('test/onnx/package-lock.json');
    const names = /@tensorflow|onnxruntime|@fontsource|@iconify/;
    expect(installed.filter(([path]) => names.test(path))).toEqual([]);
  });

  it('runs no scripts but two, of development packages, that fetch nothing', () => {
    // esbuild's looks whether the program that npm has fetched is there, and webgpu's takes a mark of quarantine off its
    // own on macOS.
    const withScript = installed.filter(([, { hasInstallScript }]) => hasInstallScript);
    expect(withScript.map(([path]) => path)).toEqual([
      ...['node_modules/esbuild', 'node_modules/webgpu'],
    ]);
    expect(withScript.every(([, { dev }]) => dev)).toBe(true);
    expect(Object.keys(scripts).filter((name) => /install|prepare$/.test(name))).toEqual([]);
  });

  it('has a reason for every package that users get', () => {
    const reasons = read('CONTRIBUTING.md')
      .match(/^\| `.*$/gm)!
      .join('\n');
    for (const name of Object.keys(dependencies)) expect(reasons).toContain(`\`${name}\``);
  });
});
