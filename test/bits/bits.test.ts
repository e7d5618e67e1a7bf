import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import * as mann from '../../dist/index.js';
import { bits } from './bits.js';
import pinned from './bits.json' with { type: 'json' };

const inNode = fileURLToPath(new URL('in-node.js', import.meta.url));

// Where a change of them is meant: node test/bits/in-node.js > test/bits/bits.json
it('a seed gives the pinned bits', async () => {
  expect(await bits(mann)).toEqual(pinned);
});

/** Other versions of Node, fetched from the registry: NODES="22 24" npm test. */
const versions = (process.env.NODES ?? '').split(/[\s,]+/).filter(Boolean);

it.each(versions)('and so in Node %s', { timeout: 300_000 }, async (version) => {
  const args = ['--yes', `--package=node@${version}`, 'node'];
  const run = (...more: string[]) => promisify(execFile)('npx', [...args, ...more]);
  expect((await run('--version')).stdout).toMatch(`v${version}`);
  expect(JSON.parse((await run(inNode)).stdout)).toEqual(pinned);
});
