import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { type ModelConfig, type ModelOptions, modelConfig } from '../../dist/model/config.js';
import { type OnnxOptions, onnxModel } from '../../dist/onnx/model.js';
import { type GraphProto, ModelProtoSchema } from '../../dist/onnx/schema/onnx_pb.js';
import { forms } from '../engine/forms.ts';
import { someEpisodes, someWeights } from '../engine/random-networks.ts';
import { errorOf } from '../golden.ts';
import { Exported } from './runtime.ts';

function modelOf(config: ModelConfig, options: OnnxOptions = {}) {
  const parameters = someWeights(config, 3);
  return fromBinary(ModelProtoSchema, onnxModel({ config, parameters }, options).bytes);
}

/** Inputs or outputs with their sizes, as one would read them aloud. */
const portsOf = (ports: GraphProto['input']) =>
  ports.map(({ name, type }) => {
    const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
    const sizes = tensor?.shape?.dim.map(({ value }) => String(value.value));
    return `${name} [${sizes?.join(', ')}]`;
  });

/** All nodes, those in the body of a loop too. */
const nodesOf = (graph: GraphProto): GraphProto['node'] =>
  graph.node.flatMap((node) => [node, ...node.attribute.flatMap(({ g }) => (g ? nodesOf(g) : []))]);

describe('a model', () => {
  it('has inputs and outputs of fixed names, whose batch and time are free', () => {
    const { graph } = modelOf(modelConfig(forms['default with familiarity']));
    expect(portsOf(graph!.input)).toEqual([
      'drawings [batch, time, 4, 5]',
      'previous_labels [batch, time, 3]',
      'state.cell [rows, 5]',
      'state.hidden [rows, 5]',
      'state.memory [rows, 7, 4]',
      'state.read_vectors [rows, 1, 4]',
      'state.usage [rows, 7]',
      'state.embedding [rows, 6]',
    ]);
    expect(portsOf(graph!.output)).toEqual([
      'logits [batch, time, 3]',
      'familiarity [batch, time]',
      'next_state.cell [batch, 5]',
      'next_state.hidden [batch, 5]',
      'next_state.memory [batch, 7, 4]',
      'next_state.read_vectors [batch, 1, 4]',
      'next_state.usage [batch, 7]',
      'next_state.embedding [batch, 6]',
    ]);
    for (const { docString } of [...graph!.input, ...graph!.output])
      expect(docString).toMatch(/\w/);
  });

  it.each<[string, ModelOptions, string[], string[]]>([
    [
      'an NTM that gets read weights',
      forms['NTM of one head, on pixels, that gets read weights'],
      ['state.cell', 'state.hidden', 'state.memory', 'state.read_weights', 'state.write_weights'],
      ['logits [batch, 3]'],
    ],
    ['no memory and no LSTM', forms['feed-forward, without memory'], [], ['logits [batch, 3]']],
    [
      'stacked layers',
      forms['stacked LSTM on a conv'],
      ['cell', 'hidden', 'cell2', 'hidden2', 'cell3', 'hidden3'].map((name) => `state.${name}`),
      ['logits [batch, 3]'],
    ],
    ['strings', forms['labels of four characters'], [], ['logits [batch, 4, 3]']],
    [
      'a normal distribution',
      forms['numbers with deviations'],
      [],
      ['mean [batch, 2]', 'deviation [batch, 2]'],
    ],
  ])('of one step has the state and the answers of its form: %s', (_, options, states, answers) => {
    const { graph } = modelOf(modelConfig(options), { step: true });
    const names = graph!.input.map(({ name }) => name).filter((name) => name.startsWith('state.'));
    if (states.length > 0) expect(names).toEqual(states);
    expect(portsOf(graph!.output)).toEqual([
      ...answers,
      ...portsOf(graph!.output).filter((port) => port.startsWith('next_state.')),
    ]);
    expect(graph!.output.length).toBe(answers.length + names.length);
  });

  it('names what comes before by what it is', () => {
    const inputsOf = (options: ModelOptions) =>
      portsOf(modelOf(modelConfig(options), { step: true }).graph!.input).slice(0, 2);
    expect(inputsOf(forms['bits from an LSTM'])).toEqual([
      'drawings [batch, 4, 5]',
      'previous_targets [batch, 3]',
    ]);
    expect(inputsOf({ ...forms.flat, inputHeight: 1 })).toEqual([
      'inputs [batch, 5]',
      'previous_labels [batch, 3]',
    ]);
  });

  it('says what it is: version, configuration, labels, and what goes in and comes out', () => {
    const config = modelConfig(forms.default);
    const model = modelOf(config, { version: '1.2.3' });
    const about = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
    expect(JSON.parse(about.config!)).toEqual(config);
    expect(about.version).toBe('1.2.3');
    expect(JSON.parse(about.labels!)).toEqual(['0', '1', '2']);
    expect(JSON.parse(about.inputs!)).toMatchObject({
      previous_labels: expect.stringMatching(/label of the step before as a one-hot of 3/),
    });
    expect(model).toMatchObject({ producerName: 'mann', producerVersion: '1.2.3', irVersion: 8n });
    expect(model.opsetImport).toMatchObject([{ domain: '', version: 17n }]);
    const strings = modelOf(modelConfig(forms['labels of four characters'])).metadataProps;
    expect(strings.find(({ key }) => key === 'labels')?.value).toBe('["a","b","c"]');
  });

  it.each(Object.entries(forms))('uses each name once, of plain characters: %s', (_, options) => {
    for (const step of [false, true]) {
      const { graph } = modelOf(modelConfig(options), { step });
      const names = [
        ...[...graph!.input, ...graph!.initializer].map(({ name }) => name),
        ...nodesOf(graph!).flatMap(({ output }) => output),
      ];
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((name) => !/^[\w.]+$/.test(name))).toEqual([]);
      const loops = nodesOf(graph!).filter(({ opType }) => opType === 'Scan');
      expect(loops.length).toBe(step ? 0 : 1);
    }
  });

  it('has the weights of the checkpoint, by name', () => {
    const config = modelConfig(forms.default);
    const parameters = someWeights(config, 3);
    const { graph } = modelOf(config);
    const shapes = new Map(graph!.initializer.map(({ name, dims }) => [name, dims.map(Number)]));
    for (const [name, { shape }] of parameters) {
      const isConv = shape.length === 4; // [3, 3, in, out] there, [out, in, 3, 3] here
      expect(shapes.get(name)).toEqual(isConv ? [shape[3], shape[2], shape[0], shape[1]] : shape);
    }
  });

  it('is small where the weights are, however large the memory', () => {
    const config = modelConfig({
      ...{ ...forms.flat, lstmSize: 1, nbReads: 1 },
      ...{ memorySize: 1 << 16, memoryDim: 1 << 14 }, // 4 GB
    });
    const parameters = someWeights(config, 3);
    const weights = [...parameters.values()].reduce((sum, { data }) => sum + 4 * data.length, 0);
    expect(onnxModel({ config, parameters }).bytes.length).toBeLessThan(weights + 2e6);
  });

  it('refuses weights of another network', () => {
    const [config, other] = [modelConfig(forms.default), modelConfig(forms.flat)];
    const parameters = someWeights(other, 3);
    expect(() => onnxModel({ config, parameters })).toThrow(
      /^network: tensor encoder\.1\.kernel \[3,3,1,3\] is missing$/,
    );
  });
});

describe.each([
  ['whole episodes', false],
  ['one step', true],
])('the state of a model of %s', (_, step) => {
  it('goes on where it ended', async () => {
    const config = modelConfig(forms.default);
    const exported = await Exported.open(config, someWeights(config, 3), { step });
    const episodes = someEpisodes(config, 2, 8, 1);
    const whole = await exported.forward(episodes);
    const length = step ? 1 : 4;
    const got = new Float32Array(whole.logits.length);
    let state = exported.start();
    for (let t = 0; t < 8; t += length) {
      const result = await exported.steps(episodes, state, t, t + length);
      state = result.state;
      for (let b = 0; b < 2; b++) {
        const own = result.answers.logits.subarray(b * length * 3, (b + 1) * length * 3);
        got.set(own, (b * 8 + t) * 3);
      }
    }
    expect(errorOf(got, whole.logits)).toBeLessThan(1e-6);
    await exported.dispose();
  });

  it('is the start for episodes that have no row', async () => {
    const config = modelConfig(forms.flat);
    const exported = await Exported.open(config, someWeights(config, 3), { step });
    const [first, both] = [someEpisodes(config, 1, 1, 1), someEpisodes(config, 2, 1, 3)];
    const { state } = await exported.steps(first, exported.start()); // of one episode
    const { answers } = await exported.steps(both, state);
    const fresh = await exported.steps(both, exported.start());
    expect(answers.logits.slice(3)).toEqual(fresh.answers.logits.slice(3));
    expect(errorOf(answers.logits.slice(0, 3), fresh.answers.logits.slice(0, 3))).toBeGreaterThan(
      1e-3,
    );
    await exported.dispose();
  });
});
