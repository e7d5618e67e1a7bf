import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import { kindOf, type ModelOptions, modelConfig, savedConfig } from '../../dist/model/config.js';
import { modelPresets } from '../../dist/model/presets.js';
import { shapesOf } from '../../dist/model/shapes.js';
import { initialTensors, tensorSpecs } from '../../dist/model/tensors.js';
import { forms } from '../engine/forms.ts';

describe('what follows where nothing is said', () => {
  it.each<[ModelOptions, number[]]>([
    [{}, [16, 16, 16]],
    [{ inputHeight: 7, inputWidth: 28 }, [16, 16, 16]],
    [{ inputHeight: 4, inputWidth: 28 }, [16, 16, 16]],
    [{ inputHeight: 28, inputWidth: 3 }, [16, 16]],
    [{ inputHeight: 2, inputWidth: 2 }, [16, 16]],
    [{ inputHeight: 1, inputWidth: 400 }, [16]],
    [{ encoder: 'mlp' }, [256]],
    [{ encoder: 'mlp', inputHeight: 1, inputWidth: 1 }, [256]],
    [{ encoder: 'none' }, []],
    [modelPresets.flat, []],
    [{ encoder: 'mlp', encoderWidths: [9, 8] }, [9, 8]],
  ])('the layers of an encoder: %j', (options, widths) => {
    expect(modelConfig(options).encoderWidths).toEqual(widths);
  });

  it.each<[ModelOptions, number]>([
    [{}, 64],
    [{ encoder: 'mlp' }, 64],
    [{ encoder: 'none' }, 400],
    [{ encoder: 'none', inputHeight: 3, inputWidth: 7 }, 21],
    [{ encoder: 'none', inputHeight: 300, inputWidth: 300 }, 90_000],
    [{ embeddingSize: 12 }, 12],
    [{ encoder: 'none', inputHeight: 3, inputWidth: 7, embeddingSize: 21 }, 21],
  ])('the numbers of an embedding: %j', (options, size) => {
    const config = modelConfig(options);
    expect(config.embeddingSize).toBe(size);
    expect(shapesOf(config).E).toBe(size);
  });

  it.each<[ModelOptions, number]>([
    [{}, 48],
    [{ memoryDim: 40 }, 30],
    [{ memoryDim: 5 }, 4],
    [{ memoryDim: 1 }, 1],
    [{ binding: 'controller' }, 64],
    [modelPresets.flat, 40],
    [{ ...modelPresets.flat, binding: 'direct' }, 30],
    [{ keySize: 64 }, 64],
    [{ memory: 'ntm' }, 64],
    [{ ...modelPresets.flat, keySize: 7 }, 7],
  ])('the numbers of a slot that are compared: %j', (options, size) => {
    expect(modelConfig(options).keySize).toBe(size);
  });

  it.each<[ModelOptions, number]>([
    [{}, 0.95],
    [{ memorySize: 8 }, 0.95],
    [{ memorySize: 128 }, 0.975],
    [{ memorySize: 1024 }, 0.996875],
    [{ memorySize: 1024, gamma: 0.5 }, 0.5],
    [{ ...modelPresets.paper, memorySize: 1024 }, 0.95],
    [{ memory: 'ntm', memorySize: 1024 }, 0.95],
  ])('usage decays over as many steps as there are slots: %j', (options, gamma) => {
    expect(modelConfig(options).gamma).toBeCloseTo(gamma, 15);
  });

  it('undefined is not given', () => {
    expect(modelConfig({ encoderWidths: undefined, keySize: undefined, gamma: undefined })).toEqual(
      modelConfig(),
    );
  });

  it.each(Object.entries({ ...forms, ...modelPresets }))(
    'a whole network stays what it is, through JSON too: %s',
    (_, options) => {
      const config = modelConfig(options);
      expect(modelConfig(config)).toEqual(config);
      expect(savedConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
      expect(modelConfig(Object.freeze({ ...config }))).toEqual(config);
    },
  );
});

describe('the presets', () => {
  it('default', () => {
    expect(modelConfig()).toEqual({
      ...{ output: 'classes', labelLength: 5, targetSize: 1 },
      ...{ numClasses: 5, inputHeight: 20, inputWidth: 20 },
      ...{ encoder: 'conv', encoderWidths: [16, 16, 16], embeddingSize: 64 },
      ...{ controller: 'lstm', lstmSize: 200, numLayers: 1, controllerInput: 'read-vectors' },
      ...{ memory: 'lrua', memorySize: 64, memoryDim: 64, keySize: 48, nbReads: 1, gamma: 0.95 },
      ...{ keyStrength: 'learned', binding: 'direct', lookup: 'after-write' },
      ...{ writing: 'least-used', start: 'every-head', outputHidden: 128, familiarity: 'none' },
    });
  });

  const flat = {
    ...{ output: 'classes', labelLength: 5, targetSize: 1 },
    ...{ numClasses: 5, inputHeight: 20, inputWidth: 20 },
    ...{ encoder: 'none', encoderWidths: [], embeddingSize: 400 },
    ...{ controller: 'lstm', lstmSize: 200, numLayers: 1, controllerInput: 'read-vectors' },
    ...{ memory: 'lrua', memorySize: 128, memoryDim: 40, keySize: 40, nbReads: 4, gamma: 0.95 },
    ...{ keyStrength: 'learned', binding: 'controller', lookup: 'before-write' },
    ...{ writing: 'gated', start: 'every-head', outputHidden: 0, familiarity: 'none' },
  };
  it('flat, paper and original', () => {
    const original = { controllerInput: 'read-weights', start: 'first-head' };
    expect(modelConfig(modelPresets.flat)).toEqual(flat);
    expect(modelConfig(modelPresets.paper)).toEqual({ ...flat, keyStrength: 'none' });
    expect(modelConfig(modelPresets.original)).toEqual({
      ...{ ...flat, keyStrength: 'none', ...original },
    });
    expect(modelConfig(modelPresets.seed)).toEqual(modelConfig(modelPresets.original));
  });

  it('have their baselines', () => {
    for (const preset of Object.values(modelPresets)) {
      const { memory, ...rest } = modelConfig({ ...preset, model: 'lstm' });
      expect({ ...rest, memory: 'lrua' }).toEqual(modelConfig(preset));
      expect(memory).toBe('none');
    }
  });

  it('weigh what they should', () => {
    const weights = (options: ModelOptions) =>
      tensorSpecs(modelConfig(options)).reduce((sum, { size }) => sum + size, 0);
    // conv: 9·16+16 + 2·(9·256+16), 400·64+64; lstm: (64+5+64+200)·800+800; heads: 200·129+129;
    // bind: 2·64·64 + 5·64; hidden: 264·128+128 + 128·5; out: 264·5+5
    expect(weights({})).toBe(160 + 4640 + 25_664 + 267_200 + 25_929 + 8512 + 34_560 + 1325);
    expect(weights(modelPresets.flat)).toBe(765 * 800 + 800 + 200 * 328 + 328 + 360 * 5 + 5);
  });
});

describe('a file of an earlier version', () => {
  it('is of the preset flat where it says nothing', () => {
    expect(savedConfig({})).toEqual(modelConfig(modelPresets.flat));
    expect(savedConfig({ model: 'mann', lstmSize: 7, memorySize: 30 })).toEqual(
      modelConfig({ ...modelPresets.flat, lstmSize: 7, memorySize: 30 }),
    );
    expect(savedConfig({ inputHeight: 3, memoryDim: 9 })).toMatchObject({
      embeddingSize: 60,
      keySize: 9,
    });
  });

  it('may be an LSTM', () => {
    const saved = { model: 'lstm', numLayers: 2, memorySize: 128, nbReads: 4 } as const;
    expect(savedConfig(saved)).toEqual(modelConfig({ ...modelPresets.flat, ...saved }));
    expect(kindOf(savedConfig(saved))).toBe('lstm');
  });

  it('of this version says all', () => {
    expect(savedConfig(modelConfig())).toEqual(modelConfig());
  });
});

it('a network has a kind', () => {
  expect(kindOf(modelConfig())).toBe('mann');
  expect(kindOf(modelConfig({ controller: 'feedforward' }))).toBe('mann');
  expect(kindOf(modelConfig({ memory: 'ntm' }))).toBe('ntm');
  expect(kindOf(modelConfig({ model: 'lstm' }))).toBe('lstm');
  expect(kindOf(modelConfig({ memory: 'none', controller: 'feedforward' }))).toBe('feedforward');
});

describe('contradictions are refused', () => {
  const flat = modelPresets.flat;
  it.each<[object, string]>([
    [{ nbReads: 5, memorySize: 4 }, 'nbReads must not be greater than memorySize: each write head needs a least-used slot'],
    [{ keySize: 65 }, 'keySize must not be greater than memoryDim: the key is the first part of a slot'],
    [{ numLayers: 2 }, 'numLayers is for the LSTM baseline (--model lstm): the MANN has one controller layer'],
    [{ memory: 'none', controller: 'feedforward', numLayers: 2 }, 'numLayers is for LSTM layers: the feed-forward controller has one'],
    [{ encoder: 'none', encoderWidths: [16] }, 'encoderWidths must name the layers of an mlp or conv encoder, and none without an encoder'],
    [{ encoderWidths: [] }, 'encoderWidths must name the layers of an mlp or conv encoder, and none without an encoder'],
    [{ ...flat, embeddingSize: 64 }, 'embeddingSize needs an encoder: without one the embedding is the drawing itself'],
    [{ encoderWidths: [16, 16, 16, 16, 16, 16] }, 'encoderWidths: the drawing is too small for so many layers, each but the last halves its sides'],
    [{ inputHeight: 3, encoderWidths: [4, 4, 4] }, 'encoderWidths: the drawing is too small for so many layers, each but the last halves its sides'],
    [{ model: 'lstm', memory: 'lrua' }, 'model lstm and memory lrua contradict each other: leave one out'],
    [{ model: 'mann', memory: 'none' }, 'model mann and memory none contradict each other: leave one out'],
    [{ encoder: 'cnn' }, 'encoder must be none, mlp or conv'],
    [{ controller: 'gru' }, 'controller must be lstm or feedforward'],
    [{ memory: 'dnc' }, 'memory must be lrua, ntm or none'],
    [{ model: 'mann', memory: 'ntm' }, 'model mann and memory ntm contradict each other: leave one out'],
    [{ memory: 'ntm', numLayers: 2 }, 'numLayers is for the LSTM baseline (--model lstm): the MANN has one controller layer'],
    [{ binding: 'both' }, 'binding must be controller or direct'],
    [{ lookup: 'never' }, 'lookup must be before-write or after-write'],
    [{ writing: 'random' }, 'writing must be gated or least-used'],
    [{ start: 'zero' }, 'start must be every-head or first-head'],
    [{ encoderWidths: '16' }, 'encoderWidths must be a list of numbers'],
    [{ encoderWidths: ['16'] }, 'encoderWidths must be a number'],
    [{ encoderWidths: [16, 0] }, 'encoderWidths must be at least 1'],
    [{ encoderWidths: [16, -1] }, 'encoderWidths must be at least 1'],
    [{ encoderWidths: [1.5] }, 'encoderWidths must be a whole number'],
    [{ encoderWidths: [2 ** 20] }, 'encoderWidths must be at most 16384'],
    [{ encoder: 'mlp', encoderWidths: Array(9).fill(1) }, 'encoderWidths must name at most 8 layers'],
    [{ encoder: 'mlp', encoderWidths: Array(1e6).fill(1) }, 'encoderWidths must name at most 8 layers'],
    [{ embeddingSize: 0 }, 'embeddingSize must be at least 1'],
    [{ keySize: 0 }, 'keySize must be at least 1'],
    [{ outputHidden: -1 }, 'outputHidden must be at least 0'],
    [{ encoderWidth: [16] }, 'there is no option called encoderWidth'],
    [{ encoder: 'mlp', encoderWidths: [16384, 16384], inputHeight: 1 }, 'a network of more than 268,435,456 weights: no engine has room for it'],
    [{ inputHeight: 1024, inputWidth: 65536 }, 'a network of more than 268,435,456 weights: no engine has room for it'],
  ])('%j', (options, sentence) => {
    expect(() => modelConfig(options)).toThrow(
      expect.objectContaining({ name: 'UserError', message: `network configuration: ${sentence}` }),
    );
  }); // biome-ignore format: a table

  it('what means nothing to an NTM is no contradiction, and changes nothing', () => {
    const plain = modelConfig({ ...modelPresets.flat, memory: 'ntm', inputHeight: 2, lstmSize: 3 });
    const other = modelConfig({
      ...{ ...plain, keySize: 300, gamma: 0.5, keyStrength: 'none', binding: 'direct' },
      ...{ lookup: 'after-write', writing: 'least-used', start: 'first-head' },
    });
    expect(modelConfig({ memory: 'ntm', nbReads: 9, memorySize: 4 }).nbReads).toBe(9);
    expect(shapesOf(other)).toEqual(shapesOf(plain));
    expect(tensorSpecs(other)).toEqual(tensorSpecs(plain));
    expect(initialTensors(other, new Random(1, 'weights'))).toEqual(
      initialTensors(plain, new Random(1, 'weights')),
    );
    expect(shapesOf(plain)).toMatchObject({ K: 40, Q: 4 * 4 * 40 + 12 * 4, kept: 0 });
  });

  it('what means nothing without memory is no contradiction', () => {
    expect(modelConfig({ model: 'lstm', nbReads: 9, memorySize: 4 }).nbReads).toBe(9);
    expect(modelConfig({ memory: 'none', memoryDim: 3, keySize: 4 }).keySize).toBe(4);
  });
});
