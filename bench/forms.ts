/** The forms of the network beside each other: steps in turns, so that a change of the machine's pace meets all. */
import { fastestKind } from '../dist/engine/create.js';
import type { Batch, Engine } from '../dist/engine/engine.js';
import {
  glyphs,
  makeRecipe,
  modelConfig,
  modelPresets,
  splitClasses,
  testEpisodes,
} from '../dist/index.js';
import { medians, middle } from './timing.ts';
import { engineFor } from './work.ts';

const forms = {
  flat: modelConfig(modelPresets.flat),
  default: modelConfig(),
  mlp: modelConfig({ encoder: 'mlp', outputHidden: 0 }),
} as const;

export interface FormTimes {
  readonly form: string;
  readonly threads: number;
  /** Milliseconds, and the training step's ratio to that of `flat`. */
  readonly training: number;
  readonly forward: number;
  readonly ratio: number;
}

/** B = 16, T = 50, drawings of glyphs. */
export async function measureForms(): Promise<FormTimes[]> {
  const results: FormTimes[] = [];
  const names = Object.keys(forms) as (keyof typeof forms)[];
  for (const threads of [1, 2]) {
    const engines: Engine[] = [];
    for (const name of names) engines.push(await engineFor(forms[name], fastestKind(), threads));
    const batches = names.map((name) => drawingsFor(forms[name]));
    const update = { learningRate: 1e-3, clip: 10 };
    const training = engines.map((engine, i) => () => engine.trainStep(batches[i]!, update));
    const forward = engines.map((engine, i) => () => engine.forward(batches[i]!));
    const times = await medians(31, [...training, ...forward]);
    for (const [i, form] of names.entries()) {
      const own = { training: times[i]!, forward: times[names.length + i]! };
      results.push({ form, threads, ...own, ratio: own.training / times[0]! });
      await engines[i]!.dispose();
    }
  }
  return results;
}

/** Milliseconds of one drawing through the default network, online. */
export async function defaultOnlineStep(): Promise<number> {
  const engine: Engine = await engineFor(forms.default, fastestKind(), 0);
  const { inputs, length } = drawingsFor(forms.default);
  const X = inputs.length / (16 * length);
  let state = engine.zeroState(1);
  const times: number[] = [];
  for (let t = 0; t < 16 * length; t++) {
    const started = performance.now();
    state = engine.step(inputs.subarray(t * X, (t + 1) * X), state).state;
    times.push(performance.now() - started);
  }
  await engine.dispose();
  return middle(times);
}

/** 16 episodes of 50 drawings of glyphs. */
export function drawingsFor(config: (typeof forms)[keyof typeof forms]): Batch {
  const data = glyphs({ classes: 100 });
  return testEpisodes(data, splitClasses(data).test, config, makeRecipe(), 1, 'test').next();
}
