/** What shaders are put together from. */

/** The sizes of a batch and the numbers of an update: what changes without a new shader. */
export const SIZES = `
struct Sizes {
  episodes: u32, length: u32, rows: u32, // rows = episodes · length
  slice: u32, slices: u32, // sums over all rows are made of so many slices
  first: u32, // the first part of a batch: gradients begin anew
  share: f32, // 1 / episodes of the whole batch
  rate: f32, correct1: f32, correct2: f32, epsilon: f32, clip: f32,
}`;

/** σ, tanh and softplus of a number. Built-in tanh is inexact near 0 on some devices. */
export const FUNCTIONS = `
fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-x)); }
fn tangens(x: f32) -> f32 {
  let a = abs(x);
  if (a < 0.15) {
    let y = x * x;
    return x * (1.0 + y * (-0.33333333 + y * (0.13333333 + y * (-0.05396825 + y * 0.02186949))));
  }
  let t = exp(-2.0 * a);
  return sign(x) * (1.0 - t) / (1.0 + t);
}
fn softplus(x: f32) -> f32 { return max(x, 0.0) + log(1.0 + exp(-abs(x))); }
`;

/** A name for what a shader works on; the engine gives the buffer. */
export interface Binding {
  readonly name: string;
  /** In WGSL, for example `array<vec4f>`. */
  readonly type: string;
  readonly write?: boolean;
}

/**
 * Declarations of the sizes and of buffers, in this order.
 * @param numbers of the pass alone: the declaration of a uniform at binding 1, where there is one
 */
export function bindings(list: readonly Binding[], numbers = ''): string {
  const first = numbers ? 2 : 1;
  const lines = list.map(({ name, type, write }, i) => {
    const access = write ? 'read_write' : 'read';
    return `@group(0) @binding(${first + i}) var<storage, ${access}> ${name}: ${type};`;
  });
  return `${SIZES}\n@group(0) @binding(0) var<uniform> sizes: Sizes;\n${numbers}\n${lines.join('\n')}\n`;
}

/**
 * `items` pieces of work shared out among the invocations of a workgroup; `body` finds its own in `it`.
 * @param reversed the last invocations begin, so that work beside work of the first ones finds idle ones
 */
export function each(invocations: number, items: number, body: string, reversed = false): string {
  const id = reversed ? `(${invocations - 1}u - tid)` : 'tid';
  if (items === invocations) return `{ let it = ${id}; ${body} }\n`;
  if (items < invocations) return `{ let it = ${id}; if (it < ${items}u) { ${body} } }\n`;
  return `for (var it = ${id}; it < ${items}u; it += ${invocations}u) { ${body} }\n`;
}

/** Code for 0 to `count` - 1, written out. */
export const unrolled = (count: number, code: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => code(i)).join('\n');

/** The same as a sum. */
export const sum = (count: number, term: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => term(i)).join(' + ');

/** What lies in a workgroup's memory: arrays by name, in numbers; those that are taken four at a time as such. */
export interface Near {
  readonly name: string;
  readonly type: 'f32' | 'u32' | 'vec4f';
  readonly numbers: number;
}

/** Their declarations, and the bytes that they take. */
export function declareNear(list: readonly Near[]): { declarations: string; bytes: number } {
  const declarations = list.map(({ name, type, numbers }) => {
    const count = type === 'vec4f' ? numbers / 4 : numbers;
    return `var<workgroup> ${name}: array<${type}, ${count}>;`;
  });
  const bytes = 4 * list.reduce((all, { numbers }) => all + numbers, 0);
  return { declarations: declarations.join('\n'), bytes };
}
