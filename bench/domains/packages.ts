/** The packages that drawings are made from: installed on demand, with no types, so what is used of them is here. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { installOnDemand } from '../../scripts/on-demand.ts';

const require = createRequire(import.meta.url);

export function installPackages(): void {
  installOnDemand({
    folder: 'bench/domains',
    what: 'Digits, typefaces and icons (110 MB)',
    command: 'npx tsx bench/domains/make.ts digits',
  });
}

/** What a package exports, or a JSON file of one. */
export const load = <T>(name: string): T => require(name);

/** The bytes of a package's file. */
export const bytesOf = (name: string): Buffer => readFileSync(require.resolve(name));
