/** The encoder's part of a plan. */

import {
  type ConvStep,
  convBackShader,
  convForwardShader,
  convGrid,
  convSumShader,
  convWeightsShader,
  squareNumbers,
  WEIGHT_SHARES,
} from '../shaders/conv.js';
import type { EncoderLayer, Layout } from '../shaders/layout.js';
import type { Matrix } from '../shaders/product.js';
import { type Makers, type Pass, weightsOf } from './pass.js';
import type { Tuning } from './tuning.js';

/** Drawings to embeddings in the rows of inputs, and the way back to the encoder's weights. */
export function encoderPasses(
  l: Layout,
  { nearBytes }: Tuning,
  { room, product, gradients }: Makers,
): { forward: Pass[]; backward: Pass[] } {
  const { blocks, input } = l;
  const forward: Pass[] = [];
  const backward: Pass[] = [];
  if (!blocks.embedding) return { forward, backward };

  /** What comes into layer i, and what it gives back. */
  const given = (i: number): Matrix =>
    i === 0
      ? { buffer: 'pictures', at: 0, stride: l.picture }
      : { buffer: `layer ${i}`, at: 0, stride: blocks.encoder[i - 1]!.stride };
  const back = (i: number, { out }: EncoderLayer): Matrix => {
    return { buffer: `layer ${i + 1} back`, at: 0, stride: out };
  };

  blocks.encoder.forEach((layer, i) => {
    const { block, conv, out, stride } = layer;
    room(`layer ${i + 1}`, { row: stride, ...(stride > out && { one: out }) });
    room(`layer ${i + 1} back`, { row: out });
    if (!conv) {
      forward.push(
        product(`layer ${i + 1}`, {
          ...{ a: given(i), b: weightsOf(block), c: given(i + 1) },
          ...{ m: 'rows', n: out, k: block.rows, relu: true },
        }),
      );
      return;
    }
    const step = { conv, block, strideIn: given(i).stride, strideOut: stride };
    const { code, drawings } = convForwardShader(step, nearBytes);
    if (conv.pooled) room(`places ${i + 1}`, { row: squareNumbers(conv) });
    room(`shares ${i + 1}`, { fixed: WEIGHT_SHARES * block.rows * block.columns });
    forward.push({
      label: `convolution ${i + 1}`,
      code,
      buffers: [
        ...['weights', given(i).buffer, given(i + 1).buffer],
        ...(conv.pooled ? [`places ${i + 1}`] : []),
      ],
      grid: ({ rows }) => convGrid(rows, drawings),
    });
  });
  const last = blocks.encoder.length - 1;
  const features = given(last + 1);
  const embeddings: Matrix = { buffer: 'inputs', at: input.embedding, stride: input.width };
  const embeddingBack: Matrix = { buffer: 'embeddingBack', at: 0, stride: l.E };
  forward.push(
    product('embedding', {
      ...{ a: features, b: weightsOf(blocks.embedding), c: embeddings },
      ...{ m: 'rows', n: l.E, k: blocks.embedding.rows },
    }),
  );

  backward.push(
    gradients('embedding gradients', { a: features, b: embeddingBack, of: blocks.embedding }),
  );
  if (last >= 0) {
    const layer = blocks.encoder[last]!;
    backward.push(
      product(`layer ${last + 1} back`, {
        ...{ a: embeddingBack, b: weightsOf(blocks.embedding), c: back(last, layer) },
        ...{ m: 'rows', n: layer.out, k: l.E, isTransposed: true, where: features },
      }),
    );
  }
  for (let i = last; i >= 0; i--) {
    const layer = blocks.encoder[i]!;
    const below = blocks.encoder[i - 1];
    const from = back(i, layer);
    if (!layer.conv) {
      backward.push(
        gradients(`layer ${i + 1} gradients`, { a: given(i), b: from, of: layer.block }),
      );
      if (below) {
        backward.push(
          product(`layer ${i} back`, {
            ...{ a: from, b: weightsOf(layer.block), c: back(i - 1, below), where: given(i) },
            ...{ m: 'rows', n: below.out, k: layer.out, isTransposed: true },
          }),
        );
      }
      continue;
    }
    const step = {
      ...{ conv: layer.conv, block: layer.block },
      ...{ strideIn: given(i).stride, strideOut: layer.stride },
    };
    backward.push(
      ...convBackward(
        step,
        i,
        given(i).buffer,
        from.buffer,
        below && back(i - 1, below).buffer,
        nearBytes,
      ),
    );
  }
  return { forward, backward };
}

/** Gradients of a convolution's weights, and of what came in, unless that were drawings. */
function convBackward(
  step: ConvStep,
  i: number,
  given: string,
  back: string,
  below: string | undefined,
  nearBytes: number,
): Pass[] {
  const places = step.conv.pooled ? [`places ${i + 1}`] : [];
  const shares = `shares ${i + 1}`;
  const ofWeights = convWeightsShader(step);
  const passes: Pass[] = [
    {
      label: `convolution ${i + 1} gradients`,
      code: ofWeights.code,
      buffers: [given, back, shares, ...places],
      grid: () => [WEIGHT_SHARES, ofWeights.blocks],
    },
    {
      label: `convolution ${i + 1} gradients summed`,
      code: convSumShader(step),
      buffers: [shares, 'slices'],
      grid: () => [Math.ceil(ofWeights.numbers / 64)],
    },
  ];
  if (below) {
    const { code, drawings } = convBackShader(step, nearBytes);
    passes.push({
      label: `convolution ${i + 1} back`,
      code,
      buffers: ['weights', back, given, below, ...places],
      grid: ({ rows }) => convGrid(rows, drawings),
    });
  }
  return passes;
}
