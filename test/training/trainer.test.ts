import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import { hasRelaxed } from '../../dist/engine/create.js';
import type { Batch, Engine } from '../../dist/engine/engine.js';
import { parseCheckpoint } from '../../dist/runs/checkpoint.js';
import { logLine } from '../../dist/runs/run-logs.js';
import { accuracyByInstance, countEpisodes } from '../../dist/tasks/classification/by-instance.js';
import type { TestEpisodes } from '../../dist/tasks/task.js';
import { evaluate } from '../../dist/training/evaluation/evaluate.js';
import { KeptMemory } from '../../dist/training/kept-memory.js';
import { makeRecipe } from '../../dist/training/recipe/recipe.js';
import { requireResumable } from '../../dist/training/resume.js';
import type { Progress } from '../../dist/training/trainer.js';
import {
  NoiseSource,
  throughFile,
  tinyEngine,
  tinyForms,
  tinyMeasure,
  tinyRecipe,
  tinyRun,
} from './tiny.js';

const fast = hasRelaxed() ? (['simd', 'relaxed'] as const) : (['simd'] as const);

describe.each(['reference', ...fast] as const)('exact resume, engine %s', (kind) => {
  describe.each(Object.entries(tinyForms))('%s', (_, model) => {
    const options = { kind, model };

    // In the midst of a stage, at its end, after an evaluation, before one, after a checkpoint.
    it.each([1, 3, 4, 5, 7, 13])('after %i batches, then the rest', async (stopAt) => {
      const whole = await tinyRun(options);
      const begun = await tinyRun({ ...options, stopAt });
      expect(begun.result).toMatchObject({ status: 'stopped', step: stopAt });
      const rest = await tinyRun({ ...options, resume: throughFile(begun.last!) });
      expect(rest.result).toMatchObject({ status: 'finished', step: 14 });
      expect(rest.saved.at(-1)).toEqual(whole.saved.at(-1));
      expect([...begun.lines, ...rest.lines]).toEqual(whole.lines);
    });
  });
});

describe.each(fast)('exact resume on another number of threads, engine %s', (kind) => {
  it.each([
    ['default', 1, 2],
    ['default', 2, 1],
    ['default', 0, 2],
    ['mlp', 1, 2],
    ['flat', 2, 1],
    ['lstm', 1, 2],
    ['lstm', 2, 1],
  ] as const)('%s, %i then %i', async (form, before, after) => {
    const engine = (threads: number) => tinyEngine(kind, tinyForms[form], threads);
    const whole = await tinyRun({ engine: await engine(0) });
    const begun = await tinyRun({ engine: await engine(before), stopAt: 7 });
    const resume = throughFile(begun.last!);
    const rest = await tinyRun({ engine: await engine(after), resume });
    expect(rest.saved.at(-1)).toEqual(whole.saved.at(-1));
    expect([...begun.lines, ...rest.lines]).toEqual(whole.lines);
  });
});

describe('what checkpoints could not say', () => {
  it.each<[string, object, RegExp]>([
    ['half a seed', { seed: 0.5 }, /^train: seed cannot be recorded in checkpoints: /],
    ['no seed', { seed: Number.NaN }, /^train: seed cannot be recorded/],
    [
      'more of the data set',
      { dataset: { name: 'a', digest: 'b', split: 'c', note: 'd' } },
      /note/,
    ],
    ['no digest', { dataset: { name: 'a', split: 'c' } }, /^train: dataset\.digest cannot be/],
    ['weights alone', { resume: { config: {}, step: 1, parameters: new Map() } }, /weights only/],
    ['nothing', { resume: {} }, /^the checkpoint to resume from: holds weights only/],
  ])('is refused before anything is trained: %s', async (_, options, message) => {
    const onProgress = () => expect.unreachable();
    await expect(tinyRun({ ...options, onProgress })).rejects.toThrow(message);
  });
});

describe('a memory that is kept between episodes', () => {
  const memoryOf = ({ last }: Awaited<ReturnType<typeof tinyRun>>) => last!.training.kept;
  const wiped = { ...tinyRecipe, keepMemory: false };

  it.each(['default', 'flat', 'ntm'] as const)('goes into the next one, of %s', async (form) => {
    const model = tinyForms[form];
    const kept = await tinyRun({ model });
    const other = await tinyRun({ model, recipe: wiped });
    const first = (run: typeof kept) => run.lines[0];
    expect(memoryOf(other)).toBeUndefined();
    expect(first(kept)).not.toBe(first(other)); // the second batch has begun with another memory
    const { memory, usage } = memoryOf(kept)!;
    expect([memory.length, usage.length]).toEqual([2 * 6 * 4, 2 * 6]);
    expect(memory.some((x) => Math.abs(x) > 1e-3)).toBe(true);
    // of the first batch nothing is kept yet
    const [one, same] = await Promise.all([
      tinyRun({ model, stopAt: 1 }),
      tinyRun({ model, stopAt: 1, recipe: wiped }),
    ]);
    expect(one.last!.parameters).toEqual(same.last!.parameters);
  });

  it('belongs to the checkpoint: without it a training goes on otherwise', async () => {
    const whole = await tinyRun();
    const begun = await tinyRun({ stopAt: 7 });
    const { kept: _, ...rest } = begun.last!.training;
    const blank = await tinyRun({ resume: { ...begun.last!, training: rest } });
    expect(blank.last!.parameters).not.toEqual(whole.last!.parameters);
    expect(() => throughFile({ ...begun.last!, training: rest })).toThrow(
      /the memory kept between episodes: memory is missing/,
    );
  });

  it('is none in a network without memory', async () => {
    const model = tinyForms.lstm;
    const [kept, other] = await Promise.all([
      tinyRun({ model, stopAt: 7 }),
      tinyRun({ model, stopAt: 7, recipe: wiped }),
    ]);
    expect(memoryOf(kept)).toBeUndefined();
    expect(kept.last!.parameters).toEqual(other.last!.parameters);
  });

  it('is kept in evaluations too: from the second batch on answers are others', async () => {
    const engine = await tinyEngine();
    const tests = () => new NoiseSource(new Random(5)).tests();
    const lossOf = async (batches: number, keepMemory?: boolean) =>
      (await evaluate(engine, tests(), batches, keepMemory === undefined ? {} : { keepMemory }))
        .loss;
    expect(await lossOf(1, true)).toBe(await lossOf(1));
    expect(await lossOf(3, true)).not.toBe(await lossOf(3));
    expect(await lossOf(3, false)).toBe(await lossOf(3));
    // by hand: each batch begins with what the one before it left, and nothing else of it
    const source = tests();
    const kept = new KeptMemory(engine);
    let sum = 0;
    for (let batch = 0; batch < 3; batch++) {
      const own = kept.into(source.next());
      const { memory, usage, ...others } = own.start!;
      const { memory: none, usage: unused, ...zeros } = engine.zeroState(2);
      expect(others).toEqual(zeros);
      if (batch > 0) expect([memory, usage]).not.toEqual([none, unused]);
      const forward = await engine.forward(own);
      kept.take(forward);
      expect(kept.state).toEqual({ memory: forward.end!.memory, usage: forward.end!.usage });
      sum += forward.loss / 3;
    }
    expect(await lossOf(3, true)).toBeCloseTo(sum, 12);
  });
});

describe('going beyond the end', () => {
  it('at a constant rate is the same as never having stopped', async () => {
    const recipe = { ...tinyRecipe, schedule: 'constant' as const };
    const whole = await tinyRun({ recipe });
    const first = await tinyRun({ recipe: { ...recipe, iterations: 9 } });
    expect(first.result.status).toBe('finished');
    const rest = await tinyRun({ recipe, resume: throughFile(first.last!) });
    expect(rest.saved.at(-1)).toEqual(whole.saved.at(-1));
  });

  it('there is nothing to do, and nothing is done', async () => {
    const whole = await tinyRun();
    const again = await tinyRun({ resume: whole.last! });
    expect(again).toMatchObject({ result: { status: 'finished', step: 14 }, saved: [], lines: [] });
  });
});

describe('events', () => {
  it('come where they should, and checkpoints too', async () => {
    const progress: Progress[] = [];
    const { lines, saved, result } = await tinyRun({ onProgress: (p) => progress.push(p) });
    expect(progress.map((p) => p.batch)).toEqual(Array.from({ length: 14 }, (_, i) => i + 1));
    expect(progress.map((p) => p.position.length)).toEqual([3, 4, 3, 5, 5, ...Array(9).fill(6)]);
    expect(progress[0]!.learningRate).toBe(1e-3);
    for (const { loss, speed, secondsLeft, scores } of progress) {
      expect(loss).toBeGreaterThan(0);
      expect(speed).toBeGreaterThan(0);
      expect(secondsLeft).toBeGreaterThanOrEqual(0);
      expect(scores['1']).toBeGreaterThanOrEqual(0);
    }
    const isLog = (line: string) => line.startsWith('{');
    expect(lines.filter((line) => !isLog(line)).map((row) => Number.parseInt(row, 10))).toEqual([
      2, 4, 6, 8, 10, 12, 14,
    ]);
    const logs = lines.filter(isLog).map((line) => JSON.parse(line));
    expect(logs.map((line) => line.batch)).toEqual([4, 8, 12, 14]);
    expect(logs[0]).toMatchObject({
      episodes: 8,
      classes: 2,
      length: 5,
      evaluation: { episodes: 4 },
    });
    expect(saved.map((bytes) => parseCheckpoint(bytes, 'f').step)).toEqual([5, 10, 14]);
    expect(JSON.parse(logLine(result.evaluation!, tinyMeasure))).toEqual(logs.at(-1));
  });

  it('evaluations leave training alone', async () => {
    const withThem = await tinyRun();
    const without = await tinyRun({ evaluation: undefined });
    expect(without.lines.some((line) => line.startsWith('{'))).toBe(false);
    expect(without.saved.at(-1)).toEqual(withThem.saved.at(-1));
  });

  it('saves log lines before the checkpoint of the same batch, so that none can be missing', async () => {
    const order: string[] = [];
    await tinyRun({
      recipe: { ...tinyRecipe, iterations: 4, checkpointEvery: 4 },
      onReport: async ({ batch }) => {
        await Promise.resolve();
        order.push(`report ${batch}`);
      },
      onEvaluation: async ({ batch }) => {
        await Promise.resolve();
        order.push(`evaluation ${batch}`);
      },
      save: ({ step }) => {
        order.push(`save ${step}`);
      },
    });
    expect(order).toEqual(['report 2', 'report 4', 'evaluation 4', 'save 4']);
  });
});

describe('stopping', () => {
  it('before the first batch', async () => {
    const { result, saved } = await tinyRun({ signal: AbortSignal.abort() });
    expect(result).toMatchObject({ status: 'stopped', step: 0 });
    expect(saved.length).toBe(1);
  });

  it('in the midst of an evaluation, which is made up for', async () => {
    const whole = await tinyRun();
    const stop = new AbortController();
    const begun = await tinyRun({
      signal: stop.signal,
      onEvaluationProgress: () => stop.abort(),
    });
    expect(begun.result).toMatchObject({ status: 'stopped', step: 4 });
    expect(begun.last!.training.logged).toBe(false);
    const rest = await tinyRun({ resume: throughFile(begun.last!) });
    expect(rest.saved.at(-1)).toEqual(whole.saved.at(-1));
    expect([...begun.lines, ...rest.lines]).toEqual(whole.lines);
  });

  it('in the last evaluation: the run is not finished before that is done', async () => {
    const stop = new AbortController();
    let evaluations = 0;
    const begun = await tinyRun({
      signal: stop.signal,
      onEvaluationProgress: (batch) => {
        if (batch === 1 && ++evaluations === 4) stop.abort();
      },
    });
    expect(begun.result).toMatchObject({ status: 'stopped', step: 14 });
    const rest = await tinyRun({ resume: throughFile(begun.last!) });
    expect(rest.result).toMatchObject({ status: 'finished', step: 14 });
    expect(rest.saved.at(-1)).toEqual((await tinyRun()).saved.at(-1));
  });
});

describe('numbers that are no longer finite', () => {
  /** Changes what an engine gives at an update. */
  async function spoilt(at: number, spoil: (engine: Engine, batch: Batch) => number | undefined) {
    const engine = await tinyEngine();
    const trainStep = engine.trainStep.bind(engine);
    let step = 0;
    engine.trainStep = async (batch, options) => {
      const result = await trainStep(batch, options);
      return ++step === at ? { ...result, loss: spoil(engine, batch) ?? result.loss } : result;
    };
    return engine;
  }
  const spoilTensor = (engine: Engine, name: string) => {
    const tensors = new Map(engine.parameters());
    const { shape, data } = tensors.get(name)!;
    tensors.set(name, { shape, data: data.map((x, i) => (i === 3 ? Number.NaN : x)) });
    engine.setParameters(tensors);
  };

  it('in the loss: names batch and tensor, keeps the last good checkpoint', async () => {
    const saved: number[] = [];
    const engine = await spoilt(7, (e) => {
      spoilTensor(e, 'heads.kernel');
      return Number.NaN;
    });
    const run = tinyRun({ engine, save: ({ step }) => void saved.push(step) });
    await expect(run).rejects.toThrow(
      'training stopped at batch 7: the loss is NaN (tensor heads.kernel holds NaN (at index 3)). ' +
        'The checkpoint of batch 5 is intact; try a smaller learning rate.',
    );
    await expect(run).rejects.toMatchObject({ name: 'UserError' });
    expect(saved).toEqual([5]);
  });

  it('in the weights only: no checkpoint is made of them', async () => {
    const saved: number[] = [];
    const engine = await spoilt(10, (e) => {
      spoilTensor(e, 'out.kernel');
      return undefined;
    });
    const run = tinyRun({ engine, save: ({ step }) => void saved.push(step) });
    await expect(run).rejects.toThrow(/batch 10: tensor out.kernel holds NaN/);
    expect(saved).toEqual([5]);
  });

  it('in the drawings', async () => {
    const engine = await spoilt(1, (_, batch) => {
      (batch.inputs as Float32Array)[2] = Number.POSITIVE_INFINITY;
      return Number.POSITIVE_INFINITY;
    });
    await expect(tinyRun({ engine })).rejects.toThrow(
      /batch 1: the loss is Infinity \(the batch's inputs hold infinity .*No checkpoint was saved yet/,
    );
  });
});

describe('errors of others', () => {
  it('a checkpoint that cannot be saved ends training', async () => {
    const save = () => Promise.reject(new Error('disk full'));
    await expect(tinyRun({ save })).rejects.toThrow('disk full');
  });

  it('episodes that cannot be drawn end training, after the engine has come to rest', async () => {
    const source = new NoiseSource(new Random(1));
    const next = source.next.bind(source);
    let drawn = 0;
    source.next = (task) => {
      if (++drawn === 3) throw new Error('no more drawings');
      return next(task);
    };
    const engine = await tinyEngine();
    const trainStep = engine.trainStep.bind(engine);
    let busy = 0;
    engine.trainStep = async (...args) => {
      busy++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      const result = await trainStep(...args);
      busy--;
      return result;
    };
    await expect(tinyRun({ engine, source })).rejects.toThrow('no more drawings');
    expect(busy).toBe(0);
  });

  it('a checkpoint of another network, or a recipe for one', async () => {
    const { last } = await tinyRun({ stopAt: 1 });
    const engine = await tinyEngine('reference', { ...tinyForms.lstm, lstmSize: 6 });
    await expect(tinyRun({ engine, resume: last! })).rejects.toThrow(
      'the checkpoint to resume from: a network of another configuration: memory is lrua there, none here',
    );
    await expect(tinyRun({ recipe: makeRecipe({ numClasses: 4 }) })).rejects.toThrow(
      'the recipe is for 4 classes, the network for 3',
    );
  });

  it('weights alone cannot be resumed', async () => {
    const { last } = await tinyRun({ stopAt: 1 });
    expect(() => requireResumable({ ...last!, optimizer: undefined }, 'a.file')).toThrow(
      /^a\.file: holds weights only/,
    );
  });
});

describe('drawing ahead', () => {
  it('draws batch k+1 while the engine works on batch k, and never one too many', async () => {
    const source = new NoiseSource(new Random(1));
    const next = source.next.bind(source);
    const order: string[] = [];
    let drawn = 0;
    source.next = (task) => {
      order.push(`draw ${++drawn}`);
      return next(task);
    };
    const engine = await tinyEngine();
    const trainStep = engine.trainStep.bind(engine);
    let step = 0;
    engine.trainStep = async (...args) => {
      const k = ++step;
      order.push(`begin ${k}`);
      const result = await trainStep(...args);
      order.push(`end ${k}`);
      return result;
    };
    await tinyRun({ engine, source, recipe: { ...tinyRecipe, iterations: 3 } });
    expect(order.filter((what) => what.startsWith('draw'))).toEqual(['draw 1', 'draw 2', 'draw 3']);
    expect(order.indexOf('draw 2')).toBeLessThan(order.indexOf('end 1'));
  });
});

describe('evaluate', () => {
  const never = () => {
    throw new Error('no memory is kept');
  };

  it('measures what the logits say', async () => {
    const labels = Uint8Array.of(0, 1, 0, 1);
    const batch = { batch: 1, length: 4, inputs: new Float32Array(0), labels, targets: labels };
    const logits = Float32Array.of(1, 0, 1, 0, 1, 0, 0, 1); // guesses 0 0 0 1
    const familiarity = Float32Array.of(-1, 1, 1, 1);
    const batches: number[] = [];
    const result = await evaluate(
      { threads: 1, forward: async () => ({ loss: 2.5, logits, familiarity }), zeroState: never },
      {
        measure: accuracyByInstance(2),
        grade: (episodes: typeof batch, answers) => countEpisodes(episodes, answers.logits),
        next: () => batch,
      } satisfies TestEpisodes<typeof batch>,
      3,
      { onProgress: (p) => batches.push(p.batch) },
    );
    expect(result).toMatchObject({ scores: { 1: 50, 2: 100 }, loss: 2.5, episodes: 3 });
    expect(result.familiarity).toEqual({ auroc: 75, known: 100, new: 50 });
    expect(Object.keys(result.ci95)).toEqual(['1', '2']);
    expect(batches).toEqual([1, 2, 3]);
  });

  it('needs batches', async () => {
    const source = new NoiseSource(new Random(1)).tests();
    for (const batches of [0, 1.5, Number.NaN]) {
      await expect(evaluate(await tinyEngine(), source, batches)).rejects.toThrow(
        `evaluate: batches must be a whole number from 1, not ${batches}`,
      );
    }
  });

  it('ends with the reason of the signal', async () => {
    const engine = await tinyEngine();
    const source = new NoiseSource(new Random(1)).tests();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(evaluate(engine, source, 2, { signal })).rejects.toThrow('enough');
  });
});
