// Where an NTM's heads read and write (Graves et al. 2014, section 3.3), one head at a time, forward beside backward:
//   w^c = softmax_i(β cos_i);  w^g = g w^c + (1 - g) w_{t-1}
//   w~(i) = sum over j of w^g((i - j) mod N) s(j), j from -1 to 1;  w = w~^γ / sum of w~^γ
import {
  contentsAt, dReadWeightsAt, dWriteWeightsAt, normsAt, readWeightsAt, similaritiesAt, writeWeightsAt,
} from '../../layout/batch';
import { lengthOf } from '../head-vectors';
import { cosines, scoresBackward, softmax } from '../lookup';
import { G, N, NP, T, floats } from '../../layout/shape';
import { log } from '../../algebra/logarithm';
import { add, exp, load, madd, mul, store, sub, sum } from '../../algebra/vector';
import {
  READ, alongKeysOf, coefficientsOf, dContent, dShifted, gatesOf, keysOf, logarithms, mixed, sharpeningsOf, shifted, shiftsOf,
  strengthsOf,
} from './scratch';

/** [RP][NP]: the weights of all heads of a kind after t steps. */
export function weightsAt(kind: i32, t: i32, b: i32): usize {
  return kind == READ ? readWeightsAt(t, b) : writeWeightsAt(t, b);
}
/** Their gradient, as carried from later steps. */
export function dWeightsAt(kind: i32, b: i32): usize {
  return kind == READ ? dReadWeightsAt(b) : dWriteWeightsAt(b);
}
/** The cosines of a kind's heads in step t; between lookUp and there, the products of keys and slots. */
export function similaritiesOf(kind: i32, t: i32, b: i32): usize {
  return similaritiesAt(kind * T + t, b);
}

/** The weights of head r in step t, when the products of its key and the slots are there. */
export function address(kind: i32, r: i32, t: i32, b: i32, q: usize): void {
  const offset = floats(r * NP);
  const similarity = similaritiesOf(kind, t, b) + offset;
  const content = contentsAt(kind * T + t, b) + offset;
  cosines(similarity, lengthOf(keysOf(kind), r), normsAt(t, b));
  softmax(similarity, f32.load(strengthsOf(q, kind) + floats(r * G)), content);
  mixAndShift(kind, r, content, weightsAt(kind, t, b) + offset, q);
  sharpen(f32.load(sharpeningsOf(q, kind) + floats(r * G)), weightsAt(kind, t + 1, b) + offset);
}

/**
 * From the gradient of head r's weights to what dq says of it (its key excepted), to the gradient of the weights before (in
 * place of it), and to the coefficients from which those of key and memory follow.
 */
export function addressBackward(kind: i32, r: i32, t: i32, b: i32, q: usize, dq: usize): void {
  const offset = floats(r * NP);
  const row = floats(NP);
  const content = contentsAt(kind * T + t, b) + offset;
  const before = weightsAt(kind, t, b) + offset;
  const w = weightsAt(kind, t + 1, b) + offset;
  const dw = dWeightsAt(kind, b) + offset;
  mixAndShift(kind, r, content, before, q);

  const top = logarithmsOfShifted(); //                                           w = w~^γ / sum of w~^γ
  const zero = f32x4.splat(0);
  let mean4 = zero;
  for (let i: usize = 0; i < row; i += 16) mean4 = madd(load(w + i), load(dw + i), mean4);
  const mean = f32x4.splat(sum(mean4));
  const gamma = f32x4.splat(f32.load(sharpeningsOf(q, kind) + floats(r * G)));
  let dGamma = zero, back = zero, stay = zero, on = zero;
  for (let i: usize = 0; i < row; i += 16) {
    const d = mul(load(w + i), sub(load(dw + i), mean));
    dGamma = madd(d, sub(load(logarithms + i), top), dGamma);
    const x = load(shifted + i);
    const dx = v128.and(f32x4.div(mul(gamma, d), x), f32x4.gt(x, zero));
    store(dShifted + i, dx);
    back = madd(dx, load(mixed + i + 4), back);
    stay = madd(dx, load(mixed + i), stay);
    on = madd(dx, load(mixed + i - 4), on);
  }
  f32.store(sharpeningsOf(dq, kind) + floats(r * G), sum(dGamma));
  const dShift = shiftsOf(dq, kind) + floats(3 * r * G);
  f32.store(dShift, sum(back));
  f32.store(dShift + floats(G), sum(stay));
  f32.store(dShift + floats(2 * G), sum(on));

  comeRound(dShifted); //                                                         w~(i), and w^g
  const shift = shiftsOf(q, kind) + floats(3 * r * G);
  const s0 = v128.load32_splat(shift), s1 = v128.load32_splat(shift + floats(G));
  const s2 = v128.load32_splat(shift + floats(2 * G));
  const g = f32.load(gatesOf(q, kind) + floats(r * G));
  const gate = f32x4.splat(g), rest = f32x4.splat(1 - g);
  let dGate = zero;
  for (let i: usize = 0; i < row; i += 16) {
    const d = madd(s0, load(dShifted + i - 4), madd(s1, load(dShifted + i), mul(s2, load(dShifted + i + 4))));
    dGate = madd(d, sub(load(content + i), load(before + i)), dGate);
    store(dContent + i, mul(gate, d));
    store(dw + i, mul(rest, d));
  }
  clearRest(dw);
  f32.store(gatesOf(dq, kind) + floats(r * G), sum(dGate));

  const dBeta = scoresBackward( //                                                w^c
    content, dContent, similaritiesOf(kind, t, b) + offset, normsAt(t, b),
    f32.load(strengthsOf(q, kind) + floats(r * G)), lengthOf(keysOf(kind), r),
    coefficientsOf(kind) + offset, alongKeysOf(kind) + floats(r),
  );
  f32.store(strengthsOf(dq, kind) + floats(r * G), dBeta);
}

/** w^g and w~ of head r, into `mixed` and `shifted`. */
function mixAndShift(kind: i32, r: i32, content: usize, before: usize, q: usize): void {
  const row = floats(NP);
  const gate = v128.load32_splat(gatesOf(q, kind) + floats(r * G));
  for (let i: usize = 0; i < row; i += 16) {
    const old = load(before + i);
    store(mixed + i, madd(gate, sub(load(content + i), old), old));
  }
  comeRound(mixed);
  const shift = shiftsOf(q, kind) + floats(3 * r * G);
  const s0 = v128.load32_splat(shift), s1 = v128.load32_splat(shift + floats(G));
  const s2 = v128.load32_splat(shift + floats(2 * G));
  for (let i: usize = 0; i < row; i += 16) {
    const x = madd(s0, load(mixed + i + 4), madd(s1, load(mixed + i), mul(s2, load(mixed + i - 4))));
    store(shifted + i, x);
  }
  clearRest(shifted);
}

/** out = w~^γ / sum of w~^γ. */
function sharpen(gamma: f32, out: usize): void {
  const row = floats(NP);
  const top = logarithmsOfShifted();
  const power = f32x4.splat(gamma);
  // What is next to nothing is nothing: products with it would be slow.
  const least = f32x4.splat(-60);
  for (let i: usize = 0; i < row; i += 16) {
    const x = mul(power, sub(load(logarithms + i), top));
    store(out + i, v128.andnot(exp(x), f32x4.lt(x, least)));
  }
  clearRest(out);
  let all = f32x4.splat(0);
  for (let i: usize = 0; i < row; i += 16) all = add(all, load(out + i));
  const scale = f32x4.splat(<f32>1 / sum(all));
  for (let i: usize = 0; i < row; i += 16) store(out + i, mul(load(out + i), scale));
}

/** The logarithms of w~; gives the largest, four times. */
function logarithmsOfShifted(): v128 {
  const row = floats(NP);
  let top = f32x4.splat(-Infinity); // NaN wins: it must be seen
  for (let i: usize = 0; i < row; i += 16) {
    const x = log(load(shifted + i));
    store(logarithms + i, x);
    top = f32x4.max(top, x);
  }
  top = f32x4.max(top, v128.shuffle<f32>(top, top, 2, 3, 0, 1));
  return f32x4.max(top, v128.shuffle<f32>(top, top, 1, 0, 3, 2));
}

/** What comes before slot 0 is the last slot, and after that slot 0. */
function comeRound(at: usize): void {
  f32.store(at - 4, f32.load(at + floats(N - 1)));
  f32.store(at + floats(N), f32.load(at));
}

/** Slots that are not there. */
function clearRest(at: usize): void {
  for (let i = N; i < NP; i++) f32.store(at + floats(i), 0);
}
