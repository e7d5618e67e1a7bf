/** The pretrained models in ONNX Runtime, in Node and in Python, against an engine over 200 episodes. */
import { describe, expect, it } from 'vitest';
import { shippedNames, shippedPath } from '../../dist/cli/networks/shipped.js';
import {
  type Batch,
  createEngine,
  EpisodeSampler,
  glyphs,
  loadCheckpoint,
  type ModelConfig,
  Random,
  shapesOf,
  splitClasses,
  type Tensors,
} from '../../dist/index.js';
import { onnxModel } from '../../dist/onnx/model.js';
import { isDecided } from '../engine/random-networks.ts';
import { hasPeer, runInPython, why } from './python.ts';
import { Exported } from './runtime.ts';

const EPISODES = 200;
/** Relative to the largest logit. */
const LIMIT = 1e-4;

/** Generated drawings: numbers are compared, whatever the network was trained on. */
function episodesFor(config: ModelConfig): Batch {
  const data = glyphs();
  const { numClasses, inputHeight, inputWidth, output, labelLength } = config;
  const spelling =
    output === 'strings' ? { characters: labelLength, alphabet: numClasses } : undefined;
  const options = {
    ...{ batchSize: EPISODES, numClasses, inputHeight, inputWidth, augment: true },
    spelling,
  };
  const sampler = new EpisodeSampler(data, splitClasses(data).test, options, new Random(1, 'onnx'));
  return sampler.next({ classes: numClasses, length: 10 * numClasses });
}

/**
 * The episodes whose logits differ, with whether rounding decided there which slots were least used: then what one program
 * answers is as right as what another one does.
 */
async function differing(
  config: ModelConfig,
  parameters: Tensors,
  episodes: Batch,
  got: ArrayLike<number>,
  right: ArrayLike<number>,
) {
  expect(got.length).toBe(right.length);
  const { X } = shapesOf(config);
  const { length: T, inputs } = episodes;
  const size = right.length / EPISODES;
  const largest = Array.from(right).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const different: boolean[] = [];
  let worst = 0;
  for (let b = 0; b < EPISODES; b++) {
    let difference = 0;
    for (let n = b * size; n < (b + 1) * size; n++) {
      difference = Math.max(difference, Math.abs(got[n]! - right[n]!));
    }
    if (difference < LIMIT * largest) {
      worst = Math.max(worst, difference / largest);
      continue;
    }
    const own = { ...episodes, batch: 1, inputs: inputs.subarray(b * T * X, (b + 1) * T * X) };
    different.push(await isDecided(config, parameters, own));
  }
  return { worst, decided: different.filter(Boolean).length, all: different.length };
}

describe.each(shippedNames())('%s', (name) => {
  it.for([
    ['onnxruntime-node, whole episodes', 'node'],
    ['onnxruntime-node, step after step', 'steps'],
    ["Python's onnxruntime", 'python'],
  ] as const)('answers as an engine does in %s', async ([title, where], { skip }) => {
    skip(where === 'python' && !hasPeer, why);
    const { config, parameters } = await loadCheckpoint(shippedPath(name));
    const episodes = episodesFor(config);
    const engine = await createEngine(config, { kind: 'simd', parameters });
    const right = await engine.forward(episodes);
    await engine.dispose();

    let got: ArrayLike<number>;
    if (where === 'python') {
      const model = onnxModel({ config, parameters });
      got = runInPython([{ config, model, episodes, evaluate: false }])[0]!.outputs.runtime!
        .logits!;
    } else {
      const exported = await Exported.open(config, parameters, { step: where === 'steps' });
      got = (await exported.forward(episodes)).logits;
      await exported.dispose();
    }
    const { worst, decided, all } = await differing(
      config,
      parameters,
      episodes,
      got,
      right.logits,
    );
    console.info(`${name}, ${title}: ${worst.toExponential(1)}, and ${all} episodes by rounding`);
    expect(decided).toBe(0);
    // four heads write to the same slots, which are soon as good as alike: our own engines differ in 13
    expect(all).toBeLessThan(name.startsWith('mann-original') ? 20 : 3);
  });
});
