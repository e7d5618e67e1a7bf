/**
 * Random networks and batches on the graphics processor and in the reference engine: `agreement.ts SEED COUNT`. Of each the
 * worst differences, of logits and loss, and of gradients.
 */
import fc from 'fast-check';
import { createEngine } from '../../../dist/engine/create.js';
import { gpuSupports } from '../../../dist/engine/webgpu/supports.js';
import { tasks } from '../../engine/any-network.ts';
import { isDecided, someEpisodes, someWeights } from '../../engine/random-networks.ts';
import { errorOf, errorOfGradients } from '../../golden.ts';

const [seed = 1, count = 3] = process.argv.slice(2).map(Number);
const differences: Record<string, { answers: number; gradients: number; where: string }> = {};
for (const { config, batch, length, seed: own } of fc.sample(tasks, {
  seed,
  numRuns: 20 * count,
})) {
  if (Object.keys(differences).length === count) break;
  if (gpuSupports(config) !== undefined) continue;
  const [parameters, episodes] = [
    someWeights(config, own),
    someEpisodes(config, batch, length, own),
  ];
  if (!(await isDecided(config, parameters, episodes))) continue;
  const on = async (kind: 'reference' | 'webgpu') => {
    const engine = await createEngine(config, { kind, parameters });
    const answers = await engine.gradients(episodes);
    await engine.dispose();
    return answers;
  };
  const [right, got] = [await on('reference'), await on('webgpu')];
  const { worst, where } = errorOfGradients(got.gradients, right.gradients);
  differences[`${batch} x ${length} ${JSON.stringify(config)}`] = {
    answers: Math.max(
      errorOf(got.logits, right.logits),
      errorOf(got.familiarity, right.familiarity),
      errorOf([got.loss], [right.loss]),
    ),
    ...{ gradients: worst, where },
  };
}
console.log(JSON.stringify(differences));
process.exit(0);
