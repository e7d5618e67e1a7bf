/** From gradients to new weights: sums of slices, the norm, Adam (Kingma & Ba 2015). */
import type { Layout } from './layout.js';
import { bindings } from './wgsl.js';

export const UPDATE_INVOCATIONS = 256;

/** The sum of the slices' gradients, and the squares of each workgroup's. */
export function gradientShader(l: Layout): string {
  return `${bindings([
    { name: 'slices', type: 'array<vec4f>' },
    { name: 'gradients', type: 'array<vec4f>', write: true },
    { name: 'squares', type: 'array<f32>', write: true },
  ])}
var<workgroup> part: array<f32, ${UPDATE_INVOCATIONS}>;
@compute @workgroup_size(${UPDATE_INVOCATIONS})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) tid: u32, @builtin(workgroup_id) wid: vec3u) {
  let i = id.x;
  var g = vec4f(0);
  if (i < ${l.total / 4}u) {
    for (var s = 0u; s < sizes.slices; s++) { g += slices[s * ${l.total / 4}u + i]; }
    if (sizes.first == 0u) { g += gradients[i]; }
    gradients[i] = g;
  }
  part[tid] = dot(g, g);
  workgroupBarrier();
  for (var h = ${UPDATE_INVOCATIONS / 2}u; h > 0u; h /= 2u) {
    if (tid < h) { part[tid] += part[tid + h]; }
    workgroupBarrier();
  }
  if (tid == 0u) { squares[wid.x] = part[0]; }
}`;
}

/** By how much gradients are scaled, so that their norm over all weights is at most `clip`. */
export function normShader(count: number): string {
  return `${bindings([
    { name: 'squares', type: 'array<f32>' },
    { name: 'scale', type: 'array<f32>', write: true },
  ])}
var<workgroup> part: array<f32, ${UPDATE_INVOCATIONS}>;
@compute @workgroup_size(${UPDATE_INVOCATIONS})
fn main(@builtin(local_invocation_index) tid: u32) {
  var s = 0.0;
  for (var i = tid; i < ${count}u; i += ${UPDATE_INVOCATIONS}u) { s += squares[i]; }
  part[tid] = s;
  workgroupBarrier();
  for (var h = ${UPDATE_INVOCATIONS / 2}u; h > 0u; h /= 2u) {
    if (tid < h) { part[tid] += part[tid + h]; }
    workgroupBarrier();
  }
  if (tid == 0u) {
    let norm = sqrt(part[0]);
    scale[0] = select(1.0, sizes.clip / norm, sizes.clip > 0.0 && norm > sizes.clip);
  }
}`;
}

/** moments: all first ones, then all second ones. */
export function adamShader(l: Layout): string {
  const count = l.total / 4;
  return `${bindings([
    { name: 'gradients', type: 'array<vec4f>' },
    { name: 'scale', type: 'array<f32>' },
    { name: 'moments', type: 'array<vec4f>', write: true },
    { name: 'weights', type: 'array<vec4f>', write: true },
  ])}
@compute @workgroup_size(${UPDATE_INVOCATIONS})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= ${count}u) { return; }
  let g = gradients[i] * scale[0];
  let first = 0.9 * moments[i] + 0.1 * g;
  let second = 0.999 * moments[${count}u + i] + 0.001 * g * g;
  moments[i] = first;
  moments[${count}u + i] = second;
  weights[i] -= sizes.rate * (first * sizes.correct1) / (sqrt(second * sizes.correct2) + sizes.epsilon);
}`;
}

/** Matrices turned over: what the loop back through time reads by rows. */
export function transposeShader(
  matrices: readonly { from: number; rows: number; columns: number; to: number }[],
): string {
  const list = matrices.map(
    ({ from, rows, columns, to }, i) =>
      `if (wid.z == ${i}u) { source = ${from}u; rows = ${rows}u; columns = ${columns}u; to = ${to}u; }`,
  );
  return `${bindings([
    { name: 'weights', type: 'array<f32>' },
    { name: 'turned', type: 'array<f32>', write: true },
  ])}
var<workgroup> tile: array<f32, 1056>; // 32 rows of 32, and one more that keeps columns in different banks
@compute @workgroup_size(32, 8)
fn main(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) wid: vec3u) {
  var source = 0u; var rows = 0u; var columns = 0u; var to = 0u;
  ${list.join('\n')}
  for (var y = l.y; y < 32u; y += 8u) {
    let r = wid.y * 32u + y; let c = wid.x * 32u + l.x;
    if (r < rows && c < columns) { tile[y * 33u + l.x] = weights[source + r * columns + c]; }
  }
  workgroupBarrier();
  for (var y = l.y; y < 32u; y += 8u) {
    let c = wid.x * 32u + y; let r = wid.y * 32u + l.x;
    if (r < rows && c < columns) { turned[to + c * rows + r] = tile[l.x * 33u + y]; }
  }
}`;
}
