/** The ONNX checker, ONNX Runtime for Python and ONNX's own evaluator. */
import { expect, it } from 'vitest';
import { createEngine } from '../../dist/engine/create.js';
import { modelConfig } from '../../dist/model/config.js';
import { shapesOf } from '../../dist/model/shapes.js';
import { onnxModel } from '../../dist/onnx/model.js';
import { forms } from '../engine/forms.ts';
import { someWeights } from '../engine/random-networks.ts';
import { errorOf } from '../golden.ts';
import { type Asked, hasPeer, runInPython, why } from './python.ts';
import { answersOf, decidedEpisodes } from './runtime.ts';

it('every form passes the ONNX checker, and runs in Python as in the reference engine', async ({
  skip,
}) => {
  skip(!hasPeer, why);
  const all: (Asked & { name: string; right: Record<string, number[]> })[] = [];
  for (const [form, options] of Object.entries(forms)) {
    const config = modelConfig(options);
    const { D } = shapesOf(config);
    const parameters = someWeights(config, 3);
    const engine = await createEngine(config, { kind: 'reference', parameters });
    for (const step of [false, true]) {
      const episodes = await decidedEpisodes(config, parameters, 2, step ? [1] : [4, 3]);
      const { logits, familiarity } = answersOf(config, await engine.forward(episodes));
      const isMean = (_: number, n: number) => n % (2 * D) < D;
      const right: Record<string, number[]> = {
        ...(config.output === 'gaussian'
          ? { mean: logits.filter(isMean), deviation: logits.filter((_, n) => n % (2 * D) >= D) }
          : { logits }),
        ...(familiarity.length > 0 && { familiarity }),
      };
      const model = onnxModel({ config, parameters }, { step });
      const name = `${form}${step ? ', one step' : ''}`;
      all.push({ name, config, model, episodes, evaluate: true, right });
    }
    await engine.dispose();
  }
  const answered = runInPython(all);
  expect(answered.length).toBe(all.length);
  for (const [i, { name, config, right }] of all.entries()) {
    const { outputs, metadata } = answered[i]!;
    expect(JSON.parse(metadata.config!)).toEqual(config);
    for (const what of ['runtime', 'evaluator']) {
      const got = outputs[what]!;
      expect(Object.keys(got)).toEqual(Object.keys(right));
      for (const [output, numbers] of Object.entries(right)) {
        expect(errorOf(got[output]!, numbers), `${name}: ${output}, ${what}`).toBeLessThan(1e-4);
      }
    }
  }
});
