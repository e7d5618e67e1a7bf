import fc from 'fast-check';
import { modelConfig } from '../../dist/model/config.js';

const someOf = <const T>(...values: readonly [T, ...T[]]) => fc.constantFrom<T>(...values);

/** Of the whole family. With words of one number the cosine is a step from -1 to 1, and rounding decides. */
const networks = fc
  .record({
    numClasses: fc.integer({ min: 1, max: 9 }),
    inputHeight: fc.integer({ min: 1, max: 9 }),
    inputWidth: fc.integer({ min: 2, max: 9 }),
    encoder: someOf('none', 'mlp', 'conv'),
    widths: fc.array(fc.integer({ min: 1, max: 19 }), { minLength: 1, maxLength: 4 }),
    embeddingSize: fc.integer({ min: 1, max: 19 }),
    controller: someOf('lstm', 'lstm', 'feedforward'),
    lstmSize: fc.integer({ min: 3, max: 19 }),
    numLayers: fc.integer({ min: 1, max: 3 }),
    controllerInput: someOf('read-vectors', 'read-weights'),
    memory: someOf('lrua', 'lrua', 'lrua', 'none', 'ntm'),
    memorySize: fc.integer({ min: 6, max: 35 }),
    memoryDim: fc.integer({ min: 3, max: 11 }),
    keyShare: fc.integer({ min: 0, max: 8 }),
    nbReads: fc.integer({ min: 1, max: 6 }),
    keyStrength: someOf('none', 'learned'),
    binding: someOf('controller', 'direct'),
    lookup: someOf('before-write', 'after-write'),
    writing: someOf('gated', 'least-used'),
    start: someOf('every-head', 'first-head'),
    outputHidden: someOf(0, 1, 4, 13),
    familiarity: someOf('none', 'learned'),
    output: someOf('classes', 'classes', 'strings', 'gaussian', 'bits'),
    labelLength: fc.integer({ min: 1, max: 5 }),
    targetSize: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ widths, embeddingSize, keyShare, ...o }) => {
    const most = 1 + Math.floor(Math.log2(Math.min(o.inputHeight, o.inputWidth)));
    return modelConfig({
      ...o,
      familiarity: o.output === 'classes' || o.output === 'strings' ? o.familiarity : 'none',
      ...(o.encoder !== 'none' && { embeddingSize }),
      encoderWidths: widths.slice(0, { none: 0, mlp: widths.length, conv: most }[o.encoder]),
      numLayers: o.controller === 'lstm' && o.memory === 'none' ? o.numLayers : 1,
      keySize: Math.max(2, o.memoryDim - keyShare),
    });
  });

/** A network, and the size and seed of a batch. */
export const tasks = fc.record({
  config: networks,
  batch: fc.integer({ min: 1, max: 11 }),
  length: fc.integer({ min: 1, max: 12 }),
  seed: fc.nat(),
});
