/** Where the time of a training step goes, on one thread: the parts of the presets flat and default. */
import { Random } from '../../dist/common/random.js';
import { fastestKind } from '../../dist/engine/create.js';
import { WasmEngine } from '../../dist/engine/wasm/engine.js';
import { reserveMemory } from '../../dist/engine/wasm/memory.js';
import { modelConfig } from '../../dist/model/config.js';
import { modelPresets } from '../../dist/model/presets.js';
import { initialTensors } from '../../dist/model/tensors.js';
import { drawingsFor } from '../forms.ts';
import { fillPage } from '../page.ts';
import { middle, processorTime } from '../timing.ts';
import { ceilingHere } from './ceiling.ts';
import { flopsWithZeros, partFlops } from './flops.ts';
import { namedKernels, type Part, parts, profiled, sharesOf } from './profile.ts';

const PRESETS = ['flat', 'default'] as const;
const ROUNDS = 5;
/** Steps of a round whose time is measured, and steps that are profiled. */
const STEPS = 20;
const WARM_UP = 8;
/** Parts with a smaller share of the time get no rate: it would be mostly chance. */
const LEAST = 0.005;
const MATRICES: readonly Part[] = ['whole', 'controller', 'controllerBack', 'others', 'gradients'];

export interface PartTimes {
  readonly part: Part;
  /** Milliseconds in a step. */
  readonly ms: number;
  /** Operations of a step; 0: none that count. */
  readonly flops: number;
  /** Operations there would be if zeros were not passed over; 0: the same. */
  readonly withZeros: number;
}

export interface StepOfParts {
  readonly preset: (typeof PRESETS)[number];
  /** Milliseconds of a step. */
  readonly ms: number;
  readonly parts: readonly PartTimes[];
}

export interface PartFigures {
  /** GFLOP/s. */
  readonly ceiling: number;
  readonly steps: readonly StepOfParts[];
}

/** Measures, prints and fills docs/performance.md. */
export async function measureParts(header: {
  machine: string;
  date: string;
}): Promise<PartFigures> {
  const figures = await measure();
  console.log(tables(figures));
  await fillPage('parts', section(figures, header));
  return figures;
}

/** Everything takes turns, so that a slow phase of the machine does not affect one alone. */
async function measure(): Promise<PartFigures> {
  const kind = fastestKind();
  const module = await WebAssembly.compile(await namedKernels(kind));
  const measureCeiling = await ceilingHere(kind, processorTime);
  const works = PRESETS.map((preset) => {
    const config = modelConfig(modelPresets[preset]);
    const tensors = initialTensors(config, new Random(2, 'weights'));
    const engine = new WasmEngine(config, kind, module, reserveMemory({ shared: true }), []);
    engine.setParameters(tensors);
    const batch = drawingsFor(config);
    // The rate 0 leaves the weights as they are, and with them the numbers that relu makes 0.
    const step = () => engine.trainStep(batch, { learningRate: 0, clip: 10 });
    const counts = {
      flops: partFlops(config, batch, tensors),
      withZeros: flopsWithZeros(config, batch),
    };
    return { preset, step, counts, times: [] as number[], shares: [] as Map<Part, number>[] };
  });
  const ceilings: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const { step, times, shares } of works) {
      ceilings.push(measureCeiling());
      for (let i = round === 0 ? -WARM_UP : 0; i < STEPS; i++) {
        const start = processorTime();
        await step();
        if (i >= 0) times.push(processorTime() - start);
      }
      const profile = await profiled(async () => {
        for (let i = 0; i < STEPS; i++) await step();
      });
      shares.push(sharesOf(profile));
    }
  }
  const steps = works.map(({ preset, counts, times, shares }): StepOfParts => {
    const ms = middle(times);
    const names = Object.keys(parts) as Part[];
    const medians = names.map((part) => middle(shares.map((each) => each.get(part) ?? 0)));
    const all = medians.reduce((sum, share) => sum + share, 0);
    const own = names.map((part, i): PartTimes => {
      const [flops, withZeros] = [counts.flops[part] ?? 0, counts.withZeros[part] ?? 0];
      return { part, ms: (ms * medians[i]!) / all, flops, withZeros };
    });
    const present = own.filter((each) => each.ms > 0 || each.flops > 0);
    return { preset, ms, parts: present.sort((a, b) => b.ms - a.ms) };
  });
  return { ceiling: Math.max(...ceilings), steps };
}

// --- the page ----------------------------------------------------------------------------------------------

const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;
const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
/** GFLOP/s of some parts together. */
const rateOf = (some: readonly PartTimes[]): number =>
  sum(some.map(({ flops }) => flops)) / sum(some.map(({ ms }) => ms)) / 1e6;

function tables({ ceiling, steps }: PartFigures): string {
  return steps
    .map(({ preset, ms, parts: own }) => {
      const row = (name: string, of: readonly PartTimes[]) => {
        const time = sum(of.map((each) => each.ms));
        const flops = sum(of.map((each) => each.flops));
        const rate = rateOf(of);
        const count = flops > 0 ? (flops / 1e6).toFixed(0) : '';
        const rates =
          count && time > LEAST * ms ? [rate.toFixed(1), percent(rate / ceiling)] : ['', ''];
        const cells = [
          name,
          time.toFixed(2),
          `${((100 * time) / ms).toFixed(1)}%`,
          count,
          ...rates,
        ];
        return `| ${cells.join(' | ')} |`;
      };
      return `### ${preset}: ${ms.toFixed(1)} ms, ${percent(rateOf(own) / ceiling)} of the ceiling

| part | ms | share of the time | MFLOP | GFLOP/s | share of the ceiling |
|---|--:|--:|--:|--:|--:|
${own.map((each) => row(parts[each.part], [each])).join('\n')}
${row('**all**', own)}
`;
    })
    .join('\n');
}

function section(figures: PartFigures, { machine, date }: { machine: string; date: string }) {
  const { ceiling, steps } = figures;
  const engine = fastestKind() === 'relaxed' ? 'relaxed SIMD' : 'SIMD';
  const both = (text: (step: StepOfParts) => string) => steps.map(text).join(' and ');
  const some = (step: StepOfParts, wanted: readonly Part[]) =>
    step.parts.filter(({ part }) => wanted.includes(part));
  const [flat, usual] = steps as [StepOfParts, StepOfParts];
  const time = (step: StepOfParts, wanted: readonly Part[]) =>
    sum(some(step, wanted).map(({ ms }) => ms)).toFixed(1);
  const share = (step: StepOfParts, wanted: readonly Part[]) =>
    percent(rateOf(some(step, wanted)) / ceiling);
  /** Milliseconds of a part with its zeros, at the rate of the matrix products. */
  const withZeros = (step: StepOfParts, wanted: readonly Part[]) => {
    const flops = sum(some(step, wanted).map((each) => each.withZeros));
    return (flops / rateOf(some(step, MATRICES)) / 1e6).toFixed(1);
  };
  const noProducts = (step: StepOfParts) =>
    step.parts.filter(({ flops }) => flops === 0).map(({ part }) => part);
  const ofTime = (step: StepOfParts, wanted: readonly Part[]) =>
    percent(sum(some(step, wanted).map(({ ms }) => ms)) / step.ms);
  const atEighty = (step: StepOfParts) =>
    (sum(step.parts.map(({ flops }) => flops)) / (0.8 * ceiling) / 1e6).toFixed(1);
  const drawings: Part[] = ['drawings', 'drawingsGradient'];

  return `The tables divide the training step of the presets \`flat\` and \`default\` (16 episodes of 50 generated drawings, ${engine}
engine, one thread) among the parts of the kernels. A sampling profiler gives the shares of the time. The time of a matrix
product goes to the function that calls it. Operations are counted from the sizes, a multiply-add as two: those of
products, convolutions and memory, without the zeros that the kernels skip. Parts under ${100 * LEAST}% of the time get no rate. The
ceiling is ${ceiling.toFixed(1)} GFLOP/s, the highest rate measured in the same run. Times are medians of processor time on ${machine}, ${date}.
\`npm run bench -- --parts\` measures again and fills this section.

${tables(figures)}
### Why it is less than 80%

At 80% of the ceiling the steps of ${both(({ preset }) => `\`${preset}\``)} would take ${both(atEighty)} ms. The matrix products
(controller, heads, output, embeddings, weight gradients) are ${both((step) => ofTime(step, MATRICES))} of the time and run at
${both((step) => share(step, MATRICES))} of the ceiling. The other parts are slower:

- **Drawings** (\`flat\`). The kernels skip the zeros of a drawing. Each number that is left selects a row of the weights. Forward, a
  vector of weights is loaded for each multiply-add (${share(flat, ['drawings'])} of the ceiling). For the gradient, a vector is loaded and stored for
  each (${share(flat, ['drawingsGradient'])}). Both products together take ${time(flat, drawings)} ms. With the zeros, at the rate of the matrix products, they would take ${withZeros(flat, drawings)} ms.
- **Convolutions** (\`default\`). Forward, the sums run at ${share(usual, ['convolutions'])} of the ceiling. Pooling and relu take another ${time(usual, ['pooling'])} ms without
  any products. Backward, the kernels go over lists of the places that pooling and relu let through, and one of the two
  products loads and stores a vector for each multiply-add (${share(usual, ['convolutionsBack'])}). That takes ${time(usual, ['convolutionsBack'])} ms. Over all places, at the rate of the matrix
  products, it would take ${withZeros(usual, ['convolutionsBack'])} ms.
- **Memory**. In the products with the slots, a loaded vector of the memory serves one multiply-add for each head. They run at
  ${share(flat, ['memory'])} with the four heads of \`flat\` and at ${share(usual, ['memory'])} with the one head of \`default\`. Norms, softmax and usage are roots,
  divisions, exponentials and searches with few multiply-adds. They take ${both((step) => time(step, ['addressing']))} ms.
- **Parts without products**: activations, packing, Adam, pooling and the rest take ${both((step) => time(step, noProducts(step)))} ms.

Reading the weights of the controller again in each of the 50 steps is not a reason. Its products run at
${both((step) => share(step, ['controller', 'controllerBack']))} of the ceiling. The products over all steps at once read few weights at a time, and those of
\`default\` run at ${share(usual, ['whole'])}.
`;
}
