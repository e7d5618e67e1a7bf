/** Files of sweeps that no one would write who wants to train a network. */
import { writeFileSync } from 'node:fs';
import { readDefinition } from '../../dist/sweeps/file/read-definition.js';
import { type Attack, type Group, makeSparse } from './attack.js';

const attack = (name: string, careless: string, text: string): Attack => ({
  name,
  careless,
  make: (path) => writeFileSync(path, text),
});

/** Lines that each stand for several of the one before. */
const lines = (count: number, uses: number) =>
  Array.from({ length: count }, (_, i) => {
    const items = Array(uses).fill(i === 0 ? '1' : `*a${i - 1}`);
    return `a${i}: &a${i} [${items.join(', ')}]\n`;
  }).join('');

export const sweepFiles: Group = {
  title: 'Files of sweeps',
  how: '`mann sweep IT`; test/sweeps/definition.test.ts and test/cli/sweep.test.ts have more of them',
  attacks: [
    attack('an empty file', 'looks for runs in nothing', ''),
    { name: 'a file of a terabyte', careless: 'reads it', make: (path) => makeSparse(path, 2 ** 40) },
    attack('a billion laughs', 'makes a billion values of ten lines', `${lines(9, 10)}runs: [*a8]`),
    attack('a list in itself', 'never comes to its end', 'runs: &a [*a]'),
    attack('options in themselves', 'never comes to their end', 'base: &a {gamma: *a}'),
    attack('brackets', 'runs out of stack', '['.repeat(50_000)),
    attack('ten thousand keys', 'compares each with all others for minutes', Array.from({ length: 10_000 }, (_, i) => `k${i}: 1\n`).join('')),
    attack('a tag of code', 'runs it', 'base: !!js/function "function () { process.exit(0) }"'),
    attack('a key twice', 'takes the last', 'base: {gamma: 0.9, gamma: 0.8}'),
    attack('two documents', 'reads the first', 'base: {gamma: 0.9}\n---\nbase: {gamma: 0.8}'),
    attack('__proto__', 'gives every object a new field', 'base: {__proto__: {resume: true}}'),
    attack('constructor', 'knows that name from every object', 'base: {constructor: 1}'),
    attack('a run that leaves its folder', 'writes there', 'runs: [{name: ../../up}]'),
    attack('a name that clears the screen', 'prints it', 'runs: [{name: "\\e[2J"}]'),
    attack('an option that clears the screen', 'prints it', 'base: {"\\e[2J": 1}'),
    attack('dashes', 'has two in front of the option', 'base: {--gamma: 1}'),
    attack('no value', 'takes the next option for it', 'base: {gamma: null}'),
  ], // biome-ignore format: a table
  library: (path) => readDefinition(path),
  commands: (path) => [
    ['sweep', path],
    ['sweep', path, '--dry-run', '--json'],
  ],
};

export const sweepOptions: Group = {
  title: 'Runs and options in files of sweeps',
  how: '`mann sweep IT`',
  attacks: [
    attack('a thousand million million runs', 'makes them', `axes: {${['a', 'b', 'c', 'd', 'e'].map((axis) => `${axis}: [${Array.from({ length: 1000 }, (_, i) => i)}]`)}}`),
    attack('two runs of one folder', 'has both write to it', 'runs: [{name: a}, {name: A}]'),
    attack('another option in a value', 'is told to overwrite a run', 'base: {preset: "flat --resume"}'),
    attack('an option for a value', 'takes it for one', 'base: {gamma: --demo}'),
    attack('a command in a value', 'has a shell run it', 'base: {dataset: "$(touch hacked); `touch hacked`"}'),
    attack('a folder', 'writes there', 'base: {save-dir: /tmp/elsewhere}'),
    attack('logs', 'writes there', 'base: {log-dir: /tmp/elsewhere}'),
    attack('resume', 'resumes a run of somebody else', 'base: {resume: true}'),
    attack('as-child', 'takes hidden options too', 'base: {as-child: true}'),
    attack('debug', 'prints its stack', 'base: {debug: true}'),
    attack('a value that clears the screen', 'prints it', 'base: {preset: "\\e[2J"}'),
    attack('a training twice', 'trains it twice', 'runs: [{name: a, gamma: 0.95}, {name: b}]'),
    attack('a network that does not fit', 'allocates it', 'base: {memory-locations: 1000000, memory-word-size: 1000000}'),
  ], // biome-ignore format: a table
  commands: (path) => [
    ['sweep', path],
    ['sweep', path, '--dry-run', '--json'],
  ],
};
