/** What the answers of a step cost, and the way back to the logits. */
import type { ModelConfig } from '../../../model/config.js';
import type { Layout } from './layout.js';
import { bindings } from './wgsl.js';

export const LOSS_INVOCATIONS = 64;

/** Masked steps have this bit in their targets. */
export const MASKED = 0x80000000;

/**
 * The answers without what pads them, and their loss: cross entropy of each softmax (one of `classes`, G of `strings`), and the logistic one of familiarity. Targets are
 * [rows, 1 or G], and one more number for familiarity.
 */
export function lossShader(l: Layout, config: ModelConfig): string {
  const { C, A, Y, target } = l.shapes;
  const groups = config.output === 'strings' ? l.shapes.G : 1;
  const familiarity = `{
    let right = targets[row * ${l.targets}u + ${target}u];
    let x = logits[row * ${l.Y}u + ${A}u];
    let small = exp(-abs(x));
    loss += max(x, 0.0) - f32(right) * x + log(1.0 + small);
    back[row * ${l.Y}u + ${A}u] = (select(small, 1.0, x >= 0.0) / (1.0 + small) - f32(right)) * sizes.share;
  }`;
  return `${bindings([
    { name: 'logits', type: 'array<f32>' },
    { name: 'targets', type: 'array<u32>' },
    { name: 'back', type: 'array<f32>', write: true },
    { name: 'losses', type: 'array<f32>', write: true },
    { name: 'answers', type: 'array<f32>', write: true },
    ...(Y > A ? [{ name: 'familiarity', type: 'array<f32>', write: true }] : []),
  ])}
@compute @workgroup_size(${LOSS_INVOCATIONS})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= sizes.rows) { return; }
  for (var a = 0u; a < ${A}u; a++) { answers[row * ${A}u + a] = logits[row * ${l.Y}u + a]; }
  ${Y > A ? `familiarity[row] = logits[row * ${l.Y}u + ${A}u];` : ''}
  var loss = 0.0;
  if ((targets[row * ${l.targets}u] & ${MASKED}u) != 0u) {
    for (var c = 0u; c < ${Y}u; c++) { back[row * ${l.Y}u + c] = 0.0; }
    losses[row] = 0.0;
    return;
  }
  for (var g = 0u; g < ${groups}u; g++) {
    let label = targets[row * ${l.targets}u + g];
    let at = row * ${l.Y}u + g * ${C}u;
    if (label >= ${C}u) { // none: it costs nothing
      for (var c = 0u; c < ${C}u; c++) { back[at + c] = 0.0; }
      continue;
    }
    var most = logits[at];
    for (var c = 1u; c < ${C}u; c++) { most = max(most, logits[at + c]); }
    var all = 0.0;
    for (var c = 0u; c < ${C}u; c++) { all += exp(logits[at + c] - most); }
    loss += log(all) + most - logits[at + label];
    for (var c = 0u; c < ${C}u; c++) {
      back[at + c] = (exp(logits[at + c] - most) / all - select(0.0, 1.0, c == label)) * sizes.share;
    }
  }
  ${Y > A ? familiarity : ''}
  losses[row] = loss;
}`;
}
