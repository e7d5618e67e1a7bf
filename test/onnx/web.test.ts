/** ONNX Runtime as WebAssembly, as browsers have it. (test/web/ has one.) */
import * as web from 'onnxruntime-web';
import { expect, it } from 'vitest';
import { createEngine } from '../../dist/engine/create.js';
import { modelConfig } from '../../dist/model/config.js';
import { forms } from '../engine/forms.ts';
import { someEpisodes, someWeights } from '../engine/random-networks.ts';
import { errorOf } from '../golden.ts';
import { Exported, type Runtime } from './runtime.ts';

it.each([
  'default with familiarity',
  'flat',
  'NTM',
  'stacked LSTM on a conv',
  'feed-forward, without memory',
] as const)('as WebAssembly agrees with the reference engine: %s', async (form) => {
  const config = modelConfig(forms[form]);
  const parameters = someWeights(config, 3);
  const episodes = someEpisodes(config, 2, 5, 2);
  const engine = await createEngine(config, { kind: 'reference', parameters });
  const right = await engine.forward(episodes);
  for (const step of [false, true]) {
    const exported = await Exported.open(config, parameters, { runtime: web as Runtime, step });
    const got = await exported.forward(episodes);
    expect(errorOf(got.logits, right.logits)).toBeLessThan(1e-4);
    expect(errorOf(got.familiarity, right.familiarity)).toBeLessThan(1e-4);
    await exported.dispose();
  }
});
