import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import type { EngineKind, Forward } from '../../dist/engine/engine.js';
import type { ModelOptions } from '../../dist/model/config.js';
import { inOrder } from '../../dist/training/ahead.js';
import { evaluate } from '../../dist/training/evaluation/evaluate.js';
import { queued } from './queued.js';
import { NoiseSource, throughFile, tinyEngine, tinyForms, tinyRecipe, tinyRun } from './tiny.js';

const wiped = { ...tinyRecipe, keepMemory: false };
const engineOf = async (kind?: EngineKind, model?: ModelOptions) =>
  queued(await tinyEngine(kind, model));

describe.each(['reference', 'simd'] as const)('calls ahead, engine %s', (kind) => {
  const { default: usual, flat, lstm } = tinyForms;
  it.each(Object.entries({ usual, flat, lstm }))(
    'leave the same log lines and checkpoints: %s',
    async (_, model) => {
      const one = await tinyRun({ kind, model, recipe: wiped });
      const engine = await engineOf(kind, model);
      const several = await tinyRun({ engine, recipe: wiped });
      expect(engine.most).toBe(3);
      expect(several.lines).toEqual(one.lines);
      expect(several.saved).toEqual(one.saved);
      expect(engine.parameters()).toEqual(several.last!.parameters); // they are settled
    },
  );

  it.each([1, 3, 4, 5, 7, 11])('stop after %i batches, and go on', async (stopAt) => {
    const whole = await tinyRun({ kind, recipe: wiped });
    const begun = await tinyRun({ engine: await engineOf(kind), recipe: wiped, stopAt });
    expect(begun.result.status).toBe('stopped');
    // those that were under way are done
    expect(begun.result.step).toBeGreaterThanOrEqual(stopAt);
    expect(begun.result.step).toBeLessThan(stopAt + 3);
    const resume = throughFile(begun.last!);
    for (const engine of [await tinyEngine(kind), await engineOf(kind)]) {
      const rest = await tinyRun({ engine, recipe: wiped, resume });
      expect(rest.saved.at(-1)).toEqual(whole.saved.at(-1));
      expect([...begun.lines, ...rest.lines]).toEqual(whole.lines);
    }
  });
});

describe('calls ahead', () => {
  it('stop in the midst of an evaluation, and go on', async () => {
    const whole = await tinyRun({ recipe: wiped });
    const stop = new AbortController();
    const begun = await tinyRun({
      engine: await engineOf(),
      recipe: wiped,
      signal: stop.signal,
      onEvaluationProgress: () => stop.abort(),
    });
    expect(begun.result).toMatchObject({ status: 'stopped', step: 4 });
    const rest = await tinyRun({
      engine: await engineOf(),
      recipe: wiped,
      resume: throughFile(begun.last!),
    });
    expect(rest.saved.at(-1)).toEqual(whole.saved.at(-1));
    expect([...begun.lines, ...rest.lines]).toEqual(whole.lines);
  });

  it('are none where a memory is kept, or something is done before each batch', async () => {
    const kept = await engineOf();
    const one = await tinyRun();
    expect((await tinyRun({ engine: kept })).saved).toEqual(one.saved);
    expect(kept.most).toBe(1);
    const hooked = await engineOf();
    const before: [step: number, underWay: number][] = [];
    await tinyRun({
      engine: hooked,
      recipe: wiped,
      beforeBatch: (step) => void before.push([step, hooked.underWay]),
    });
    expect(before).toEqual(Array.from({ length: 14 }, (_, step) => [step, 0]));
  });

  it('of an evaluation give the same', async () => {
    const tests = () => new NoiseSource(new Random(5)).tests();
    const engine = await engineOf();
    const one = await evaluate(await tinyEngine(), tests(), 7);
    expect(await evaluate(engine, tests(), 7)).toEqual(one);
    expect(engine.most).toBe(3);
  });

  it('with a loss that is not finite end training at its batch, when all have come to rest', async () => {
    const inner = await tinyEngine();
    const { trainStep } = inner;
    let step = 0;
    inner.trainStep = async (...args) => {
      const result = await trainStep.apply(inner, args);
      return ++step === 7 ? { ...result, loss: Number.NaN } : result;
    };
    const engine = queued(inner);
    await expect(tinyRun({ engine, recipe: wiped })).rejects.toThrow(
      'training stopped at batch 7: the loss is NaN. The checkpoint of batch 5 is intact',
    );
    expect(engine.underWay).toBe(0);
  });

  it('that fail end training with the first failure, when all have come to rest', async () => {
    const inner = await tinyEngine();
    const { trainStep } = inner;
    let step = 0;
    inner.trainStep = async (...args) => {
      if (++step > 6) throw new Error(`failure ${step}`);
      return trainStep.apply(inner, args);
    };
    const engine = queued(inner);
    await expect(tinyRun({ engine, recipe: wiped })).rejects.toThrow('failure 7');
    expect(engine.underWay).toBe(0);
    const other = await engineOf();
    const onReport = () => Promise.reject(new Error('disk full'));
    await expect(tinyRun({ engine: other, recipe: wiped, onReport })).rejects.toThrow('disk full');
    expect(other.underWay).toBe(0);
  });
});

describe('items in order', () => {
  /** Works on 7 items; what happens is written down. */
  async function log(ahead: number, meanwhile: boolean): Promise<string[]> {
    const order: string[] = [];
    let drawn = 0;
    const work = inOrder({
      ...{ count: 7, ahead, meanwhile },
      draw: (spent: { name: string } | undefined) => {
        const item = spent ?? { name: '' };
        order.push(`draw ${++drawn}${spent ? ` over ${spent.name}` : ''}`);
        item.name = `${drawn}`;
        return item;
      },
      begin: async ({ name }) => {
        order.push(`begin ${name}`);
        return name;
      },
    });
    for await (const [item, answer] of work) {
      expect(item.name).toBe(answer);
      order.push(`done ${answer}`);
    }
    return order;
  }

  it('are drawn during the work before them, or after it', async () => {
    expect((await log(1, true)).slice(0, 9)).toEqual([
      ...['draw 1', 'begin 1', 'draw 2', 'done 1'],
      ...['begin 2', 'draw 3 over 1', 'done 2'],
      ...['begin 3', 'draw 4 over 2'],
    ]);
    expect((await log(1, false)).slice(0, 6)).toEqual([
      ...['draw 1', 'begin 1', 'done 1'],
      ...['draw 2 over 1', 'begin 2', 'done 2'],
    ]);
    expect((await log(3, true)).slice(0, 11)).toEqual([
      ...['draw 1', 'begin 1', 'draw 2', 'begin 2', 'draw 3', 'begin 3', 'draw 4', 'done 1'],
      ...['begin 4', 'draw 5 over 1', 'done 2'],
    ]);
  });

  it.each([1, 2, 3, 9])('are all worked on, and none too many, %i at once', async (ahead) => {
    const numbers = Array.from({ length: 7 }, (_, i) => i + 1);
    for (const meanwhile of [true, false]) {
      const order = await log(ahead, meanwhile);
      const those = (what: string) => order.filter((line) => line.startsWith(what));
      expect(those('draw')).toHaveLength(7);
      expect(those('begin')).toEqual(numbers.map((i) => `begin ${i}`));
      expect(those('done')).toEqual(numbers.map((i) => `done ${i}`));
    }
  });

  it('wait where they may not begin, and end where none ever may', async () => {
    let [underWay, most] = [0, 0];
    const done: number[] = [];
    const work = inOrder<number, void>({
      ...{ count: 9, ahead: 4, meanwhile: true },
      draw: () => 0,
      // one alone at 2 and 5, none from 7 on
      mayBegin: (index) => index < 7 && (underWay === 0 || ![2, 5].includes(index)),
      begin: async (_, index) => {
        most = Math.max(most, ++underWay);
        if ([2, 5].includes(index)) expect(underWay).toBe(1);
        await new Promise((resolve) => setTimeout(resolve));
        underWay--;
      },
    });
    for await (const _ of work) done.push(done.length);
    expect(done).toHaveLength(7);
    expect(most).toBe(3);
  });

  it('that are left by the reader come to rest', async () => {
    let underWay = 0;
    const answers = inOrder<number, Forward | undefined>({
      ...{ count: 9, ahead: 4, meanwhile: true },
      draw: () => 0,
      begin: async (_, index) => {
        underWay++;
        await new Promise((resolve) => setTimeout(resolve, 2 * index));
        underWay--;
        return undefined;
      },
    });
    for await (const _ of answers) break;
    expect(underWay).toBe(0);
  });
});
