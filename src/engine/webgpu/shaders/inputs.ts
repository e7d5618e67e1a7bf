/** From a batch to the rows that the network works on: drawings drawn or copied, and the labels of the step before. */
import type { Layout } from './layout.js';
import { type Binding, bindings, each } from './wgsl.js';

export const INPUT_INVOCATIONS = 128;

/** What both ways end in: where pixel `p` of row `row` goes, and the constant beside it. */
function toRow(l: Layout): { buffers: Binding[]; pixel: string; end: string } {
  const hasEncoder = l.blocks.embedding !== undefined;
  const { input } = l;
  const ones = `inputs[row * ${input.width}u + ${input.one}u] = 1.0;`;
  const buffers: Binding[] = [{ name: 'inputs', type: 'array<f32>', write: true }];
  if (hasEncoder) buffers.push({ name: 'pictures', type: 'array<f32>', write: true });
  const pixel = hasEncoder
    ? `pictures[row * ${l.picture}u + p] = ink;`
    : `inputs[row * ${input.width}u + ${input.embedding}u + p] = ink;
       ${l.direct ? `if (hasNext) { inputs[(row + 1u) * ${input.width}u + ${input.previous}u + p] = ink; }` : ''}`;
  const picture = hasEncoder ? `pictures[row * ${l.picture}u + ${l.P}u] = 1.0;` : '';
  // e_{-1} is zero itself
  const start =
    !hasEncoder && l.direct
      ? `if (t == 0u) { ${each(INPUT_INVOCATIONS, l.E, `inputs[row * ${input.width}u + ${input.previous}u + it] = 0.0;`)} }`
      : '';
  return { buffers, pixel, end: `if (tid == 0u) { ${ones} ${picture} }\n${start}` };
}

const HEAD = `@compute @workgroup_size(${INPUT_INVOCATIONS})
fn main(@builtin(local_invocation_index) tid: u32, @builtin(workgroup_id) wid: vec3u) {
  let row = wid.x + wid.y * 32768u;
  let t = row % sizes.length;
  let hasNext = t + 1u < sizes.length;`;

/** Batches as they are: [rows, X]. */
export function unpackShader(l: Layout): string {
  const { P, F, X } = l.shapes;
  const { buffers, pixel, end } = toRow(l);
  return `${bindings([{ name: 'raw', type: 'array<f32>' }, ...buffers])}
${HEAD}
  if (row >= sizes.rows) { return; }
  ${each(INPUT_INVOCATIONS, P, `let p = it; let ink = raw[row * ${X}u + p]; ${pixel}`)}
  ${each(INPUT_INVOCATIONS, F, `inputs[row * ${l.input.width}u + ${l.input.label}u + it] = raw[row * ${X}u + ${P}u + it];`)}
  ${end}
}`;
}

/**
 * Drawings drawn as `warpAll` does: four taps a pixel, ground beyond the border, the strongest ink at 1. Labels are the
 * targets of the step before.
 */
export function drawShader(l: Layout, width: number): string {
  const { P, C, F } = l.shapes;
  const { buffers, pixel, end } = toRow(l);
  return `${bindings([
    { name: 'atlas', type: 'array<u32>' }, // the side of drawings first
    { name: 'drawings', type: 'array<u32>' },
    { name: 'resampling', type: 'array<f32>' }, // [rows, 6]
    { name: 'targets', type: 'array<u32>' },
    ...buffers,
  ])}
var<workgroup> inks: array<f32, ${P}>;
var<workgroup> strongest: array<f32, ${INPUT_INVOCATIONS}>;
fn tap(first: u32, side: i32, row: i32, column: i32) -> f32 {
  if (row < 0 || column < 0 || row >= side || column >= side) { return 0.0; }
  let at = first + u32(row * side + column);
  return f32((atlas[at / 4u] >> ((at % 4u) * 8u)) & 255u);
}
${HEAD}
  if (row < sizes.rows) {
    let side = i32(atlas[0]);
    let first = 4u + drawings[row] * atlas[0] * atlas[0];
    let at = row * 6u;
    var most = 0.0;
    ${each(
      INPUT_INVOCATIONS,
      P,
      `let x = f32(it % ${width}u); let y = f32(it / ${width}u);
      let u = clamp(resampling[at] + x * resampling[at + 2u] + y * resampling[at + 4u], -1.0, f32(side));
      let v = clamp(resampling[at + 1u] + x * resampling[at + 3u] + y * resampling[at + 5u], -1.0, f32(side));
      let left = floor(u); let top = floor(v); let c = i32(left); let r = i32(top);
      let upper = mix(tap(first, side, r, c), tap(first, side, r, c + 1), u - left);
      let lower = mix(tap(first, side, r + 1, c), tap(first, side, r + 1, c + 1), u - left);
      let ink = mix(upper, lower, v - top);
      inks[it] = ink; most = max(most, ink);`,
    )}
    strongest[tid] = most;
  }
  workgroupBarrier();
  for (var h = ${INPUT_INVOCATIONS / 2}u; h > 0u; h /= 2u) {
    if (tid < h) { strongest[tid] = max(strongest[tid], strongest[tid + h]); }
    workgroupBarrier();
  }
  if (row >= sizes.rows) { return; }
  let divisor = select(strongest[0], 1.0, strongest[0] == 0.0);
  ${each(INPUT_INVOCATIONS, P, `let p = it; let ink = inks[it] / divisor; ${pixel}`)}
  ${each(
    INPUT_INVOCATIONS,
    F,
    `var is = 0.0;
    if (t > 0u && (targets[(row - 1u) * ${l.targets}u + it / ${C}u] & 0x7fffffffu) == it % ${C}u) { is = 1.0; }
    inputs[row * ${l.input.width}u + ${l.input.label}u + it] = is;`,
  )}
  ${end}
}`;
}

/** e_{t-1} of direct binding, where an encoder has made e_t. */
export function previousShader(l: Layout): string {
  const { input, E } = l;
  return `${bindings([{ name: 'inputs', type: 'array<vec4f>', write: true }])}
@compute @workgroup_size(${INPUT_INVOCATIONS})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.x + id.y * ${32768 * INPUT_INVOCATIONS}u;
  let row = index / ${E / 4}u; let p = index % ${E / 4}u;
  if (row >= sizes.rows) { return; }
  var e = vec4f(0);
  if (row % sizes.length != 0u) { e = inputs[((row - 1u) * ${input.width}u + ${input.embedding}u) / 4u + p]; }
  inputs[(row * ${input.width}u + ${input.previous}u) / 4u + p] = e;
}`;
}
