/** Saved learners that no learner saved. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Learner } from '../../dist/learner/learner.js';
import type { SavedLearner } from '../../dist/learner/saved.js';
import { letter } from '../learner/drawings.js';
import { untrained } from '../learner/weights.js';
import type { Attack, Group } from './attack.js';
import { nested } from './headers.js';

const weights = untrained();
const learner = await Learner.load(weights);
for (const name of ['L', 'T', 'L', 'Z']) learner.observe(letter(name), name);
const saved = learner.save();

/** The JSON of a learner, with something in it replaced. */
function attack(
  name: string,
  careless: string,
  change: (learner: SavedLearner) => unknown,
  replace: (json: string) => string = (json) => json,
): Attack {
  return {
    name,
    careless,
    make: (path) => writeFileSync(path, replace(JSON.stringify(change(structuredClone(saved))))),
  };
}

const added = (field: string) => (json: string) => json.replace('{', `{${field},`);

export const learners: Group = {
  title: 'Saved learners',
  how: '`Learner.restore(JSON.parse(text), weights)`; test/learner/learner.test.ts has more of them',
  attacks: [
    attack('brackets', 'runs out of stack', () => null, () => nested()),
    attack('brackets for a label', 'runs out of stack', (all) => all, (json) => json.replace('"L"', nested())),
    attack('an extra field', 'keeps it', (all) => ({ ...all, more: 1 })),
    attack('__proto__', 'gives every object a new field', (all) => all, added('"__proto__":{"labels":[]}')),
    attack('toString', 'knows that name from every object', (all) => all, added('"toString":1')),
    attack('a label of a megabyte', 'prints it', (all) => ({ ...all, labels: [...all.labels.slice(0, 2), 'Z'.repeat(1e6)], observations: [0, 1] })),
    attack('a label that clears the screen', 'prints it', (all) => ({ ...all, labels: [...all.labels.slice(0, 2), '\u001b[2J\u202e'], observations: [0, 1] })),
    attack('a memory of another size', 'reads beyond its end', (all) => ({ ...all, state: { ...all.state, memory: [] } })),
    attack('an infinite number', 'answers everything with NaN', (all) => all, (json) => json.replace(/"usage":\[[^,]*/, '"usage":[1e999')),
    attack('a number that is infinite in float32', 'checks it as a float64', (all) => ({ ...all, state: { ...all.state, cell: all.state.cell.map(() => 1e300) } })),
    attack('a share of zero', 'divides by the sum of the shares', (all) => ({ ...all, provenance: all.provenance.map(() => [[0, 0]]) })),
    attack('an observation twice in a slot', 'keeps the last', (all) => ({ ...all, provenance: all.provenance.map(() => [[0, 1], [0, 1]]) })),
    attack('an observation that was never made', 'looks up its label and finds nothing', (all) => ({ ...all, provenance: all.provenance.map(() => [[2 ** 40, 1]]) })),
    attack('other weights', 'continues with a state that means nothing to them', (all) => ({ ...all, weights: 'fnv1a64:0' })),
  ], // biome-ignore format: a table
  library: (path) => Learner.restore(JSON.parse(readFileSync(path, 'utf8')), weights),
};
