/** Where everything lies in the buffers of the graphics processor: rows and columns padded to multiples of four. */
import type { ModelConfig } from '../../../model/config.js';
import { type ConvLayer, convLayers, shapesOf } from '../../../model/shapes.js';
import { tensorSpecs } from '../../../model/tensors.js';

/** A matrix in the buffer of weights; gradients and moments lie alike. */
export interface Block {
  /** In numbers, from the beginning of the buffer. */
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
}

/** One layer of the encoder and what it gives, [rows, out] with `stride` numbers from a drawing to the next. */
export interface EncoderLayer {
  readonly block: Block;
  /** A convolution; without it the layer is fully connected. */
  readonly conv?: PaddedConv;
  /** Numbers that it gives of a drawing, padded. */
  readonly out: number;
  /** Those, and a constant 1 with what pads it, before the fully connected layer that comes next. */
  readonly stride: number;
}

/** A convolution with its channels padded; the first layer's one channel is not. */
export interface PaddedConv extends ConvLayer {
  /** Rows and columns that are kept. */
  readonly outHeight: number;
  readonly outWidth: number;
}

/** The padded layout of a network: `layoutOf(config)`. Letters as in shapes.ts, of padded sizes. */
export type Layout = ReturnType<typeof layoutOf>;

export const padded = (size: number): number => Math.ceil(size / 4) * 4;

/** A constant 1 that biases are rows for, with three zeros. */
const ONE = 4;

export function layoutOf(config: ModelConfig) {
  const shapes = shapesOf(config);
  const { N, R, K } = shapes;
  const gated = shapes.gates > 0;
  const learned = R > 0 && config.keyStrength === 'learned';
  const direct = shapes.kept > 0;
  const P = padded(shapes.P);
  const E = padded(shapes.E);
  const F = padded(shapes.F);
  const H = padded(shapes.H);
  const W = padded(shapes.W);
  const Y = padded(shapes.Y);
  const D = padded(config.outputHidden);
  const RW = R * W;
  const isReadWeights = R > 0 && config.controllerInput === 'read-weights';
  const rin = isReadWeights ? padded(R * N) : RW;
  const Q = R > 0 ? 2 * RW + padded((gated ? R : 0) + (learned ? R : 0)) : 0;

  let total = 0;
  const block = (rows: number, columns: number): Block => {
    const at = total;
    total += rows * columns;
    return { at, rows, columns };
  };

  // A step's input: what the products before, in and after the loop through time take is contiguous.
  const previous = 0; // e_{t-1} of direct binding
  const label = direct ? E : 0;
  const embedding = label + F;
  const read = embedding + E; // rin
  const hidden = read + rin; // h_{t-1}
  const one = hidden + H;
  const input = { previous, label, embedding, read, hidden, one, width: one + ONE };
  /** A step's output: r_t, h_t, 1. */
  const output = { read: 0, hidden: RW, one: RW + H, width: RW + H + ONE };

  const encoder = encoderLayers(config, block);
  const features = encoder.at(-1);
  const blocks = {
    encoder,
    embedding: features && block(features.stride, E),
    lstm: block(input.width - label, 4 * H),
    heads: R > 0 ? block(H + ONE, Q) : undefined,
    bindKey: direct ? block(E, RW) : undefined,
    /** bind.value, then bind.label. */
    bindAdd: direct ? block(E + F, RW) : undefined,
    hidden: D > 0 ? block(output.width, D) : undefined,
    hiddenOut: D > 0 ? block(D, Y) : undefined,
    out: block(output.width, Y),
  };

  // What a step leaves for its way back.
  const scores = padded(R * N);
  const similarity = Q;
  const weights = similarity + scores;
  const norms = weights + scores;
  const cell = norms + padded(R > 0 ? N + R : 0);
  const leastUsed = cell + H;
  const record = {
    ...{ q: 0, similarity, weights, norms, cell, leastUsed },
    width: leastUsed + padded(R),
  };

  return {
    ...{ P, E, F, H, N, W, R, K, Y, D, G: 4 * H, Q, RW, rin },
    shapes,
    ...{ gated, learned, direct, isReadWeights },
    isAfter: config.lookup === 'after-write',
    everyHead: config.start === 'every-head',
    gamma: config.gamma,
    input,
    output,
    record,
    blocks,
    /** Numbers in all. */
    total,
    /** Columns of a batch's targets: labels, and whether a class is familiar. */
    targets: shapes.target + (shapes.Y > shapes.A ? 1 : 0),
    /** Numbers that come back of a row: its loss, and what it answers. */
    answer: 1 + shapes.Y,
    /** Four numbers of all slots each: the memory of an episode is [W / 4, N] of them. */
    cells: (W / 4) * N,
    /** [rin, h]: what goes round the loop. */
    around: rin + H,
    /** A drawing with a constant 1 beside it, where there is an encoder. */
    picture: P + ONE,
  };
}

/** The layers before the linear one to the embedding. */
function encoderLayers(
  config: ModelConfig,
  block: (rows: number, columns: number) => Block,
): EncoderLayer[] {
  if (config.encoder === 'none') return [];
  const last = config.encoderWidths.length - 1;
  if (config.encoder === 'mlp') {
    let inputs = padded(config.inputHeight * config.inputWidth) + ONE;
    return config.encoderWidths.map((width) => {
      const out = padded(width);
      const layer = { block: block(inputs, out), out, stride: out + ONE };
      inputs = layer.stride;
      return layer;
    });
  }
  return convLayers(config).layers.map((layer, i) => {
    const channelsIn = i === 0 ? layer.channelsIn : padded(layer.channelsIn);
    const channels = padded(layer.channels);
    const [outHeight, outWidth] = layer.pooled
      ? [layer.height >> 1, layer.width >> 1]
      : [layer.height, layer.width];
    const out = outHeight * outWidth * channels;
    return {
      block: block(9 * channelsIn + 1, channels), // the bias last
      conv: { ...layer, channelsIn, channels, outHeight, outWidth },
      out,
      stride: i === last ? out + ONE : out,
    };
  });
}

/**
 * Where each number of each tensor lies in the buffer of weights: `placesOf(config, layout).get('out.bias')`. What lies
 * between is zero and stays so, since its gradients are.
 */
export function placesOf(config: ModelConfig, layout: Layout): Map<string, Int32Array> {
  const { shapes, blocks, input, output } = layout;
  const { E, F, H, W, R, RW, rin } = layout;

  const inHeads = (j: number) => Math.floor(j / shapes.W) * W + (j % shapes.W);
  const inGates = (j: number) => Math.floor(j / shapes.H) * H + (j % shapes.H);
  const inRead = (j: number) => (layout.isReadWeights ? j : inHeads(j));
  const inOutput = (j: number) =>
    j < shapes.H ? output.hidden + j : output.read + inHeads(j - shapes.H);
  const inQ = (j: number) => {
    const size = R * shapes.W;
    if (j < size) return inHeads(j);
    return j < 2 * size ? RW + inHeads(j - size) : 2 * RW + (j - 2 * size);
  };
  const inLstm = (j: number) => {
    const [e, f, r] = [shapes.E, shapes.F, shapes.rin];
    if (j < e) return F + j;
    if (j < e + f) return j - e;
    if (j < e + f + r) return F + E + inRead(j - e - f);
    return F + E + rin + (j - e - f - r);
  };
  const same = (j: number) => j;

  type Place = readonly [Block, row: (j: number) => number, column: (j: number) => number];
  const bias = (block: Block, row: number, column = same): Place => [block, () => row, column];
  const lstmOne = input.one - input.label;
  const places = new Map<string, Place>([
    ['lstm.kernel', [blocks.lstm, inLstm, inGates]],
    ['lstm.bias', bias(blocks.lstm, lstmOne, inGates)],
    ['out.kernel', [blocks.out, inOutput, same]],
    ['out.bias', bias(blocks.out, output.one)],
  ]);
  if (blocks.heads) {
    places.set('heads.kernel', [blocks.heads, same, inQ]);
    places.set('heads.bias', bias(blocks.heads, H, inQ));
  }
  if (blocks.bindKey && blocks.bindAdd) {
    places.set('bind.key', [blocks.bindKey, same, inHeads]);
    places.set('bind.value', [blocks.bindAdd, same, inHeads]);
    places.set('bind.label', [blocks.bindAdd, (j) => E + j, inHeads]);
  }
  if (blocks.hidden && blocks.hiddenOut) {
    places.set('hidden.kernel', [blocks.hidden, inOutput, same]);
    places.set('hidden.bias', bias(blocks.hidden, output.one));
    places.set('hidden.out', [blocks.hiddenOut, same, same]);
  }

  /** Rows of what a layer gives as the next one counts them, its channels unpadded and padded. */
  let inLayer: (j: number) => number = same;
  blocks.encoder.forEach(({ block, conv }, i) => {
    const name = `encoder.${i + 1}`;
    const channels = config.encoderWidths[i]!;
    if (conv) {
      const from = i === 0 ? 1 : config.encoderWidths[i - 1]!;
      const ofTap = (j: number) => Math.floor(j / from) * conv.channelsIn + (j % from);
      places.set(`${name}.kernel`, [block, ofTap, same]);
      inLayer = (j) => Math.floor(j / channels) * conv.channels + (j % channels);
    } else places.set(`${name}.kernel`, [block, same, same]);
    places.set(`${name}.bias`, bias(block, block.rows - (conv ? 1 : ONE)));
  });
  if (blocks.embedding) {
    places.set('encoder.out.kernel', [blocks.embedding, inLayer, same]);
    places.set('encoder.out.bias', bias(blocks.embedding, blocks.embedding.rows - ONE));
  }

  return new Map(
    tensorSpecs(config).map(({ name, shape, size }) => {
      const [block, row, column] = places.get(name)!;
      const columns = shape.at(-1)!;
      const at = Int32Array.from(
        { length: size },
        (_, i) => block.at + row(Math.floor(i / columns)) * block.columns + column(i % columns),
      );
      return [name, at];
    }),
  );
}
