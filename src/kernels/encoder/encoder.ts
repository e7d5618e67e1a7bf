// The encoder: e_t of all steps from the drawings, before the controller begins, and its backward when the controller
// is done. An mlp's first layer is in drawings.ts, the convolutions are in conv.ts. All in lanes.
import { dEmbeddingAt, dFeaturesAt, dLayerAt, featuresAt, inputAt, layerAt, seenAt } from '../layout/batch';
import { convForward } from './conv';
import { convBackward } from './conv-back';
import { drawingsForward } from './drawings';
import { multiply } from '../algebra/gemm';
import { B, CONV, E, F, G, MLP, NONE, P, S, T, depth, encoder, floats, widthOf } from '../layout/shape';
import {
  features, packedEncoderOut, packedEncoderOutBack, packedLayer, packedLayerBack,
} from '../layout/tensors';
import { rectify, rectifyBackward, store } from '../algebra/vector';

export function encoderForward(rank: i32, s0: i32, s1: i32): void {
  if (encoder == NONE) return;
  if (encoder == CONV) {
    for (let t = 0; t < T; t++) convForward(t, rank, s0, s1);
  } else {
    drawingsForward(rank, s0, s1);
    relu(0, s0, s1);
    for (let layer = 1; layer < depth; layer++) {
      layerTimes(packedLayer(layer), widthOf(layer), widthOf(layer - 1), layer, s0, s1);
      relu(layer, s0, s1);
    }
  }
  const from = floats((features() + 1) * G);
  const to = floats((E + F + 1) * G);
  multiply(
    packedEncoderOut, E, features() + 1, G, featuresAt(0, s0), from * S, from, seenAt(0, s0), to * S, to, T, s1 - s0, false,
  );
}

export function encoderBackward(rank: i32, s0: i32, s1: i32): void {
  if (encoder == NONE) return;
  const from = floats(E * G);
  const to = floats(features() * G);
  multiply(
    packedEncoderOutBack, features(), E, G, dEmbeddingAt(0, s0), from * S, from, dFeaturesAt(0, s0), to * S, to,
    T, s1 - s0, false,
  );
  if (encoder == CONV) return convBackward(rank, s0, s1);
  for (let layer = depth - 1; layer >= 0; layer--) {
    reluBackward(layer, s0, s1);
    if (layer == 0) break;
    const own = floats(widthOf(layer) * G);
    const below = floats(widthOf(layer - 1) * G);
    multiply(
      packedLayerBack(layer), widthOf(layer - 1), widthOf(layer), G, dLayerAt(layer, 0, s0), own * S, own,
      dLayerAt(layer - 1, 0, s0), below * S, below, T, s1 - s0, false,
    );
  }
}

/** The sums of an mlp's layer. */
function layerTimes(packed: usize, units: i32, inputs: i32, layer: i32, s0: i32, s1: i32): void {
  const from = floats((inputs + 1) * G);
  const to = floats((units + 1) * G);
  multiply(
    packed, units, inputs + 1, G, layerAt(layer - 1, 0, s0), from * S, from, layerAt(layer, 0, s0), to * S, to,
    T, s1 - s0, false,
  );
}

function relu(layer: i32, s0: i32, s1: i32): void {
  const size = floats(widthOf(layer) * G);
  for (let t = 0; t < T; t++) {
    for (let s = s0; s < s1; s++) {
      rectify(layerAt(layer, t, s), size);
    }
  }
}
function reluBackward(layer: i32, s0: i32, s1: i32): void {
  const size = floats(widthOf(layer) * G);
  for (let t = 0; t < T; t++) {
    for (let s = s0; s < s1; s++) {
      rectifyBackward(dLayerAt(layer, t, s), layerAt(layer, t, s), size);
    }
  }
}

/** Before a batch: drawings as they are (direct binding without an encoder), labels and ones beside the embeddings. */
export function takeSeen(s0: i32, s1: i32): void {
  const one = f32x4.splat(1);
  for (let t = 0; t < T; t++) {
    for (let s = s0; s < s1; s++) {
      for (let lane = 0; lane < G && s * G + lane < B; lane++) {
        const x = inputAt(t, s * G + lane);
        if (encoder == NONE) toLane(x, seenAt(t, s) + floats(lane), P);
        toLane(x + floats(P), seenAt(t, s) + floats(E * G + lane), F);
      }
      for (let n = 0; n < G; n += 4) {
        store(seenAt(t, s) + floats((E + F) * G + n), one);
        if (encoder == NONE) continue;
        store(featuresAt(t, s) + floats(features() * G + n), one);
        for (let layer = 0; layer < depth && encoder == MLP; layer++) {
          store(layerAt(layer, t, s) + floats(widthOf(layer) * G + n), one);
        }
      }
    }
  }
}

/** `n` numbers of one sample between row-major and its lane. */
export function toLane(from: usize, to: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    f32.store(to, f32.load(from));
    from += 4;
    to += floats(G);
  }
}
export function fromLane(from: usize, to: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    f32.store(to, f32.load(from));
    from += floats(G);
    to += 4;
  }
}
