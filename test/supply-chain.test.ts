import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Locked {
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
}

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const lock: Record<string, Locked> = JSON.parse(read('package-lock.json')).packages;
const installed = Object.entries(lock).filter(([path]) => path !== '');
const { dependencies, scripts } = JSON.parse(read('package.json'));

describe('what npm ci brings', () => {
  it('comes from the registry, each package with its digest', () => {
    // .npmrc has npm leave the registry's address out of the lock file: a package with one is from elsewhere.
    expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    expect(installed.filter(([, { integrity }]) => !integrity)).toEqual([]);
  });

  it('runs no script but two, of development packages, that fetch nothing', () => {
    // esbuild's looks whether the program that npm has fetched is there; core-js's prints an appeal.
    const withScript = installed.filter(([, { hasInstallScript }]) => hasInstallScript);
    expect(withScript.map(([path]) => path).sort()).toEqual([
      'node_modules/core-js',
      'node_modules/esbuild',
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
