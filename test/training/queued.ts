/** An engine that behaves as one on a graphics processor: it takes calls ahead, and gives weights only when settled. */
import { inputsOf } from '../../dist/data/views.js';
import type { Batch, Engine, Forward } from '../../dist/engine/engine.js';

export interface Queued extends Engine {
  /** Calls under way now, and the most that were so at once. */
  underWay: number;
  most: number;
}

/**
 * Calls are worked off in order, each a while after it came. A batch is read when its turn comes, so it must not be
 * changed before its answer is there.
 * @param draws it is given views, and draws them itself
 * @throws where more than `ahead` calls are under way, and where weights are asked for that are not settled
 */
export function queued(engine: Engine, { ahead = 3, draws = false } = {}): Queued {
  let last: Promise<unknown> = Promise.resolve();
  let isSettled = true;
  const call = (work: (batch: Batch) => Promise<Forward>, batch: Batch): Promise<Forward> => {
    own.underWay++;
    own.most = Math.max(own.most, own.underWay);
    if (own.underWay > ahead) throw new Error(`${own.underWay} calls are under way`);
    const answer = last.then(async () => {
      try {
        await new Promise((resolve) => setTimeout(resolve, Math.random() < 0.2 ? 1 : 0));
        const { views, ...rest } = batch;
        return await work(
          views ? { ...rest, inputs: inputsOf({ ...rest, views }, engine.config) } : batch,
        );
      } finally {
        own.underWay--;
      }
    });
    last = answer.catch(() => {});
    return answer;
  };
  const settled =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      if (!isSettled || own.underWay > 0) throw new Error('not settled');
      return work.apply(engine, args);
    };
  const own: Queued = {
    config: engine.config,
    kind: engine.kind,
    threads: engine.threads,
    draws,
    ahead,
    underWay: 0,
    most: 0,
    parameters: settled(engine.parameters),
    setParameters: settled(engine.setParameters),
    optimizer: settled(engine.optimizer),
    setOptimizer: settled(engine.setOptimizer),
    step: settled(engine.step),
    gradients: settled(engine.gradients),
    zeroState: (batch) => engine.zeroState(batch),
    forward: (batch) => call((one) => engine.forward(one), batch),
    trainStep: (batch, options) => {
      isSettled = false;
      return call((one) => engine.trainStep(one, options), batch);
    },
    settle: async () => {
      await last;
      isSettled = true;
    },
    dispose: () => engine.dispose(),
  };
  return own;
}
