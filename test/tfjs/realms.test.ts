import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { modelPresets } from '../../dist/model/presets.js';
import { serialiseCheckpoint } from '../../dist/runs/checkpoint.js';
import { fromCheckpoint, MANNCell, toCheckpoint } from '../../dist/tfjs/index.js';
import { untrained } from '../learner/weights.ts';

const checkpoint = untrained(modelPresets.flat);
const bytes = serialiseCheckpoint(checkpoint);

it('fromCheckpoint takes bytes of another realm, and refuses what is no checkpoint', async () => {
  const foreign = runInNewContext('Uint8Array').from(bytes);
  expect(foreign instanceof Uint8Array).toBe(false);
  expect(await toCheckpoint(await fromCheckpoint(foreign))).toEqual(bytes);
  expect(await toCheckpoint(await fromCheckpoint(foreign.buffer))).toEqual(bytes);
  await expect(fromCheckpoint(undefined as never)).rejects.toThrow(
    'fromCheckpoint: a checkpoint is given by its path or URL, by its bytes, or parsed',
  );
});

it('toCheckpoint knows a cell of another copy of the library', async () => {
  const model = await fromCheckpoint(checkpoint);
  const layer = model.layers.find((each) => 'cell' in each) as unknown as { cell: MANNCell };
  layer.cell = new Proxy(layer.cell, {
    getPrototypeOf: () => Object.prototype,
    get: (cell, key) => Reflect.get(cell, key, cell),
  });
  expect(layer.cell instanceof MANNCell).toBe(false);
  expect(await toCheckpoint(model)).toEqual(bytes);
});
