// The activations of an NTM's heads, forward beside backward, all in lanes.
import { G, R, W, floats } from '../../layout/shape';
import { add, exp, load, mul, ones, sigmoid, slopeOfSigmoid, slopeOfTanh, store, sub, tanh } from '../../algebra/vector';
import { READ, WRITE, addsOf, erasesOf, gatesOf, headsOf, sharpeningsOf, shiftsOf, strengthsOf } from './scratch';

/** A group's q in place: k = tanh, β = softplus, g = σ, s = softmax, γ = 1 + softplus; then e = σ and a = tanh. */
export function activate(q: usize): void {
  const vectors = floats(R * W * G), numbers = floats(R * G), row = floats(G);
  for (let kind = READ; kind <= WRITE; kind++) {
    tanhs(headsOf(q, kind), vectors);
    softplus(strengthsOf(q, kind), numbers, 0);
    sigmoids(gatesOf(q, kind), numbers);
    for (let r = 0; r < R; r++) {
      for (let half: usize = 0; half < row; half += 16) softmax(shiftsOf(q, kind) + (<usize>r) * 3 * row + half, row);
    }
    softplus(sharpeningsOf(q, kind), numbers, 1);
  }
  sigmoids(erasesOf(q), vectors);
  tanhs(addsOf(q), vectors);
}

/** From the gradient dq of the activations to that before them, in place of q. */
export function activateBackward(q: usize, dq: usize): void {
  const vectors = floats(R * W * G), numbers = floats(R * G), row = floats(G);
  for (let kind = READ; kind <= WRITE; kind++) {
    tanhsBackward(headsOf(q, kind), headsOf(dq, kind), vectors);
    softplusBackward(strengthsOf(q, kind), strengthsOf(dq, kind), numbers, 0);
    sigmoidsBackward(gatesOf(q, kind), gatesOf(dq, kind), numbers);
    for (let r = 0; r < R; r++) {
      for (let half: usize = 0; half < row; half += 16) {
        const offset = (<usize>r) * 3 * row + half;
        softmaxBackward(shiftsOf(q, kind) + offset, shiftsOf(dq, kind) + offset, row);
      }
    }
    softplusBackward(sharpeningsOf(q, kind), sharpeningsOf(dq, kind), numbers, 1);
  }
  sigmoidsBackward(erasesOf(q), erasesOf(dq), vectors);
  tanhsBackward(addsOf(q), addsOf(dq), vectors);
}

function tanhs(at: usize, bytes: usize): void {
  for (let n: usize = 0; n < bytes; n += 16) store(at + n, tanh(load(at + n)));
}
function tanhsBackward(at: usize, d: usize, bytes: usize): void {
  for (let n: usize = 0; n < bytes; n += 16) store(at + n, mul(load(d + n), slopeOfTanh(load(at + n))));
}

function sigmoids(at: usize, bytes: usize): void {
  for (let n: usize = 0; n < bytes; n += 16) store(at + n, sigmoid(load(at + n)));
}
function sigmoidsBackward(at: usize, d: usize, bytes: usize): void {
  for (let n: usize = 0; n < bytes; n += 16) store(at + n, mul(load(d + n), slopeOfSigmoid(load(at + n))));
}

/** least + softplus(x). */
function softplus(at: usize, bytes: usize, least: f32): void {
  for (let n: usize = 0; n < bytes; n += 4) {
    const x = f32.load(at + n);
    f32.store(at + n, least + Mathf.max(x, 0) + Mathf.log1p(Mathf.exp(-Mathf.abs(x))));
  }
}
/** softplus' = σ = 1 - e^-softplus. */
function softplusBackward(at: usize, d: usize, bytes: usize, least: f32): void {
  const from = f32x4.splat(least);
  for (let n: usize = 0; n < bytes; n += 16) {
    store(at + n, mul(load(d + n), sub(ones(), exp(sub(from, load(at + n))))));
  }
}

/** Three numbers of four samples, `row` bytes apart. */
function softmax(at: usize, row: usize): void {
  const a = load(at), b = load(at + row), c = load(at + 2 * row);
  const top = f32x4.max(f32x4.max(a, b), c); // NaN wins: it must be seen
  const x = exp(sub(a, top)), y = exp(sub(b, top)), z = exp(sub(c, top));
  const scale = f32x4.div(ones(), add(add(x, y), z));
  store(at, mul(x, scale));
  store(at + row, mul(y, scale));
  store(at + 2 * row, mul(z, scale));
}
function softmaxBackward(at: usize, d: usize, row: usize): void {
  const a = load(at), b = load(at + row), c = load(at + 2 * row);
  const da = load(d), db = load(d + row), dc = load(d + 2 * row);
  const mean = add(add(mul(a, da), mul(b, db)), mul(c, dc));
  store(at, mul(a, sub(da, mean)));
  store(at + row, mul(b, sub(db, mean)));
  store(at + 2 * row, mul(c, sub(dc, mean)));
}
