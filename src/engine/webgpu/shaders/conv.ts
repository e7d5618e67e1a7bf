/**
 * 3 x 3 convolutions with a border of zeros, relu and pooling: forward, and the gradients of inputs and weights. Drawings
 * lie in the workgroup's memory with their border, a number more for each place than it has channels, which keeps
 * neighbours in different banks.
 */
import type { Block, PaddedConv } from './layout.js';
import { bindings, each, unrolled } from './wgsl.js';

export const CONV_INVOCATIONS = 128;
export const WEIGHTS_INVOCATIONS = 256;

/** A layer with what lies around it. */
export interface ConvStep {
  readonly conv: PaddedConv;
  readonly block: Block;
  /** Numbers from a drawing to the next of what comes in and of what is kept. */
  readonly strideIn: number;
  readonly strideOut: number;
}

/** Numbers of a place in the workgroup's memory. */
const spaced = (channels: number): number => (channels === 1 ? 1 : channels + 1);

/** Squares of 2 x 2 that invocations work on: those that pooling keeps one number of, or enough to cover all places. */
const squaresOf = ({ height, width, pooled }: PaddedConv) =>
  pooled
    ? { rows: height >> 1, columns: width >> 1 }
    : { rows: (height + 1) >> 1, columns: (width + 1) >> 1 };

/** Where the gradient of a kept number lies in its square: four channels in the bytes of a number. */
export const squareNumbers = (conv: PaddedConv): number =>
  conv.pooled ? (conv.outHeight * conv.outWidth * conv.channels) / 4 : 0;

/** Drawings that a workgroup works on at once, so that small ones leave no invocation idle: in half of its memory. */
function drawingsOf(items: number, bytes: number, nearBytes: number): number {
  return Math.max(
    1,
    Math.min(Math.floor(CONV_INVOCATIONS / items), Math.floor(nearBytes / 2 / bytes)),
  );
}

/**
 * Four channels out of a square of 2 x 2 places in a0 to a3: from the 4 x 4 places around it.
 * @param corner the index in \`drawn\` of the square's first tap; @param weight the index in \`kernel\` of channel \`c\` and tap
 */
function square(channels: number, width: number, weight: (tap: number) => string): string {
  const at = spaced(channels);
  return `
    for (var c = 0u; c < ${channels}u; c++) {
      ${unrolled(16, (i) => `let x${i} = drawn[corner + ${((i >> 2) * (width + 2) + (i & 3)) * at}u + c];`)}
      ${unrolled(9, (tap) => {
        const [ky, kx] = [Math.floor(tap / 3), tap % 3];
        return `{ let w = ${weight(tap)}; ${unrolled(4, (q) => `a${q} = fma(vec4f(x${((q >> 1) + ky) * 4 + (q & 1) + kx}), w, a${q});`)} }`;
      })}
    }`;
}

/** Workgroups that a convolution has at most: each reads the kernel once for all of its drawings. */
const MOST_WORKGROUPS = 1056;

/** Workgroups for so many rows, of which each takes \`drawings\` at a time. */
export const convGrid = (rows: number, drawings: number): [number] => [
  Math.min(Math.ceil(rows / drawings), MOST_WORKGROUPS),
];

/** What comes in, into the workgroup's memory with its border; drawing \`d\` of \`count\`. */
function load(conv: PaddedConv, channels: number, count: number, value: string): string {
  const { height, width } = conv;
  const at = spaced(channels);
  const size = (height + 2) * (width + 2);
  return each(
    CONV_INVOCATIONS,
    count * size * channels,
    `let d = it / ${size * channels}u; let i = it % ${size * channels}u;
     let c = i % ${channels}u; let place = i / ${channels}u;
     let y = place / ${width + 2}u; let x = place % ${width + 2}u;
     var v = 0.0;
     if (y > 0u && x > 0u && y <= ${height}u && x <= ${width}u && row0 + d < sizes.rows) { ${value} }
     drawn[d * ${size * at}u + place * ${at}u + c] = v;`,
  );
}

/**
 * What forward and back have in common: sums over `summed` channels of the 3 x 3 places around, for each square of places
 * and each four channels of the result.
 */
function squaresPass(
  conv: PaddedConv,
  squares: { readonly rows: number; readonly columns: number },
  summed: number,
  four: number,
  nearBytes: number,
) {
  const { height, width } = conv;
  const items = squares.rows * squares.columns * four;
  const size = (height + 2) * (width + 2) * spaced(summed);
  const drawings = drawingsOf(items, 4 * size, nearBytes);
  const room = drawings * size + 4 * (width + 2) * spaced(summed);
  const kernel = 9 * summed * four;
  const isNear = 4 * room + 16 * kernel <= nearBytes;
  return {
    drawings,
    size,
    /** @param bring brings what comes in to `drawn`; @param weights four of the kernel, for `kernel[it]`; @param body with `corner` */
    code: (bring: string, weights: string, body: (near: boolean) => string) => `
var<workgroup> drawn: array<f32, ${room}>;
${isNear ? `var<workgroup> kernel: array<vec4f, ${kernel}>;` : ''}
@compute @workgroup_size(${CONV_INVOCATIONS})
fn main(@builtin(local_invocation_index) tid: u32, @builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) all: vec3u) {
  ${isNear ? each(CONV_INVOCATIONS, kernel, `kernel[it] = ${weights};`) : ''}
  for (var row0 = wid.x * ${drawings}u; row0 < sizes.rows; row0 += all.x * ${drawings}u) {
  ${bring}
  workgroupBarrier();
  ${each(
    CONV_INVOCATIONS,
    drawings * items,
    `let d = it / ${items}u; let o = it % ${four}u; let s = (it % ${items}u) / ${four}u;
     let sy = s / ${squares.columns}u; let sx = s % ${squares.columns}u;
     if (row0 + d < sizes.rows) {
       let corner = d * ${size}u + (2u * sy * ${width + 2}u + 2u * sx) * ${spaced(summed)}u;
       ${body(isNear)}
     }`,
  )}
  workgroupBarrier();
  }
}`,
  };
}

export function convForwardShader(
  { conv, block, strideIn, strideOut }: ConvStep,
  nearBytes: number,
) {
  const { height, width, channelsIn, channels, pooled, outWidth } = conv;
  const four = channels / 4;
  const pass = squaresPass(conv, squaresOf(conv), channelsIn, four, nearBytes);
  const kept = (place: string) =>
    `kept[((row0 + d) * ${strideOut}u + (${place}) * ${channels}u) / 4u + o]`;
  const store = pooled
    ? `var best = a0; var at = vec4u(0);
       ${unrolled(3, (q) => `{ let is = a${q + 1} > best; best = select(best, a${q + 1}, is); at = select(at, vec4u(${q + 1}), is); }`)}
       ${kept(`sy * ${outWidth}u + sx`)} = best;
       places[(row0 + d) * ${squareNumbers(conv)}u + (sy * ${outWidth}u + sx) * ${four}u + o] = at.x | (at.y << 8u) | (at.z << 16u) | (at.w << 24u);`
    : unrolled(
        4,
        (q) => `{ let y = 2u * sy + ${q >> 1}u; let x = 2u * sx + ${q & 1}u;
        if (y < ${height}u && x < ${width}u) { ${kept(`y * ${outWidth}u + x`)} = a${q}; } }`,
      );
  const code = `${bindings([
    { name: 'weights', type: 'array<vec4f>' },
    { name: 'given', type: 'array<f32>' },
    { name: 'kept', type: 'array<vec4f>', write: true },
    ...(pooled ? [{ name: 'places', type: 'array<u32>', write: true }] : []),
  ])}${pass.code(
    load(
      conv,
      channelsIn,
      pass.drawings,
      `v = given[(row0 + d) * ${strideIn}u + ((y - 1u) * ${width}u + x - 1u) * ${channelsIn}u + c];`,
    ),
    `weights[${block.at / 4}u + it]`,
    (isNear) => `let bias = weights[${(block.at + 9 * channelsIn * channels) / 4}u + o];
       ${unrolled(4, (q) => `var a${q} = bias;`)}
       ${square(channelsIn, width, (tap) => `${isNear ? 'kernel[' : `weights[${block.at / 4}u + `}(${tap * channelsIn}u + c) * ${four}u + o]`)}
       ${unrolled(4, (q) => `a${q} = max(a${q}, vec4f(0));`)}
       ${store}`,
  )}`;
  return { code, drawings: pass.drawings };
}

/** The gradients of kept numbers at their places among all places of the convolution: those of \`count\` drawings to \`drawn\`. */
function unpooled({ conv }: ConvStep, count: number, size: number): string {
  const { width, channels, pooled, outWidth, outHeight } = conv;
  const kept = outHeight * outWidth * channels;
  if (!pooled) {
    const place = `((y - 1u) * ${outWidth}u + x - 1u)`;
    return load(
      conv,
      channels,
      count,
      `v = back[(row0 + d) * ${kept}u + ${place} * ${channels}u + c];`,
    );
  }
  // only one place in four has a gradient
  const at = spaced(channels);
  return `${each(CONV_INVOCATIONS, count * size, 'drawn[it] = 0.0;')}
  workgroupBarrier();
  ${each(
    CONV_INVOCATIONS,
    count * kept,
    `let d = it / ${kept}u; let i = it % ${kept}u; let c = i % ${channels}u; let square = i / ${channels}u;
     if (row0 + d < sizes.rows) {
       let q = (places[(row0 + d) * ${squareNumbers(conv)}u + i / 4u] >> ((c % 4u) * 8u)) & 255u;
       let y = 2u * (square / ${outWidth}u) + q / 2u + 1u; let x = 2u * (square % ${outWidth}u) + q % 2u + 1u;
       drawn[d * ${size}u + (y * ${width + 2}u + x) * ${at}u + c] = back[(row0 + d) * ${kept}u + i];
     }`,
  )}`;
}

/**
 * The gradient of what came in, where it was positive: of what the layer below has kept. A convolution with the kernel
 * turned about, from channels out to channels in.
 */
export function convBackShader(step: ConvStep, nearBytes: number) {
  const { conv, block, strideIn } = step;
  const { height, width, channelsIn, channels, pooled } = conv;
  const squares = { rows: (height + 1) >> 1, columns: (width + 1) >> 1 };
  const four = channelsIn / 4;
  const pass = squaresPass(conv, squares, channels, four, nearBytes);
  /** Four channels in of channel `c` out: the kernel, turned about. */
  const turned = (tap: string, c: string, i: string) => {
    const first = `(${block.at}u + (${tap} * ${channelsIn}u + ${i} * 4u) * ${channels}u + ${c})`;
    return `vec4f(${[0, 1, 2, 3].map((n) => `weights[${first} + ${n * channels}u]`)})`;
  };
  const code = `${bindings([
    { name: 'weights', type: 'array<f32>' },
    { name: 'back', type: 'array<f32>' },
    { name: 'given', type: 'array<vec4f>' },
    { name: 'givenBack', type: 'array<vec4f>', write: true },
    ...(pooled ? [{ name: 'places', type: 'array<u32>' }] : []),
  ])}${pass.code(
    unpooled(step, pass.drawings, pass.size),
    turned(
      `(8u - it / ${four * channels}u)`,
      `((it / ${four}u) % ${channels}u)`,
      `(it % ${four}u)`,
    ),
    (isNear) => `${unrolled(4, (q) => `var a${q} = vec4f(0);`)}
       ${square(channels, width, (tap) => (isNear ? `kernel[(${tap * channels}u + c) * ${four}u + o]` : turned(`${8 - tap}u`, 'c', 'o')))}
       ${unrolled(
         4,
         (q) => `{ let y = 2u * sy + ${q >> 1}u; let x = 2u * sx + ${q & 1}u;
         if (y < ${height}u && x < ${width}u) {
           let place = (y * ${width}u + x) * ${four}u + o;
           let was = given[(row0 + d) * ${strideIn / 4}u + place];
           givenBack[(row0 + d) * ${height * width * four}u + place] = select(vec4f(0), a${q}, was > vec4f(0));
         } }`,
       )}`,
  )}`;
  return { code, drawings: pass.drawings };
}

/** Workgroups that share all drawings among them when the gradients of weights are summed. */
export const WEIGHT_SHARES = 264;

/**
 * The gradients of a layer's weights. An invocation has one channel in and one out, and sums over the numbers that
 * were kept: each came from one place, so three of four products are never made. Each workgroup sums a share of the drawings.
 */
export function convWeightsShader({ conv, block, strideIn }: ConvStep) {
  const { height, width, channelsIn, channels, pooled, outHeight, outWidth } = conv;
  const pairs = channelsIn * channels;
  const parts = Math.max(1, Math.floor(WEIGHTS_INVOCATIONS / pairs)); // of the kept places
  const blocks = Math.ceil(pairs / WEIGHTS_INVOCATIONS);
  const at = spaced(channelsIn);
  const size = (height + 2) * (width + 2);
  const kept = outHeight * outWidth;
  const numbers = block.rows * channels;
  const code = `${bindings([
    { name: 'given', type: 'array<f32>' },
    { name: 'back', type: 'array<f32>' },
    { name: 'shares', type: 'array<f32>', write: true },
    ...(pooled ? [{ name: 'places', type: 'array<u32>' }] : []),
  ])}
var<workgroup> drawn: array<f32, ${size * at}>;
var<workgroup> gradient: array<f32, ${kept * channels}>;
var<workgroup> places0: array<u32, ${kept * channels}>;
${parts > 1 ? `var<workgroup> summed: array<f32, ${parts * pairs}>;` : ''}
@compute @workgroup_size(${WEIGHTS_INVOCATIONS})
fn main(@builtin(local_invocation_index) tid: u32, @builtin(workgroup_id) wid: vec3u) {
  let share = (sizes.rows + ${WEIGHT_SHARES - 1}u) / ${WEIGHT_SHARES}u;
  let pair = wid.y * ${WEIGHTS_INVOCATIONS}u + tid % ${Math.min(pairs, WEIGHTS_INVOCATIONS)}u;
  let part = tid / ${Math.min(pairs, WEIGHTS_INVOCATIONS)}u;
  let o = pair % ${channels}u; let c = pair / ${channels}u;
  let isOne = pair < ${pairs}u && part < ${parts}u;
  ${unrolled(9, (tap) => `var g${tap} = 0.0;`)}
  var bias = 0.0;
  ${each(WEIGHTS_INVOCATIONS, size * at, 'drawn[it] = 0.0;')}
  for (var n = 0u; n < share; n++) {
    let row = wid.x * share + n;
    let isRow = row < sizes.rows;
    workgroupBarrier();
    ${each(
      WEIGHTS_INVOCATIONS,
      height * width * channelsIn,
      `let i = it % ${channelsIn}u; let place = it / ${channelsIn}u;
       var v = 0.0; if (isRow) { v = given[row * ${strideIn}u + it]; }
       drawn[((place / ${width}u + 1u) * ${width + 2}u + place % ${width}u + 1u) * ${at}u + i] = v;`,
    )}
    ${each(
      WEIGHTS_INVOCATIONS,
      kept * channels,
      `let k = it % ${channels}u; let place = it / ${channels}u;
       var y = place / ${outWidth}u; var x = place % ${outWidth}u;
       ${
         pooled
           ? `y = 2u * y; x = 2u * x;
       if (isRow) { let q = (places[row * ${squareNumbers(conv)}u + it / 4u] >> ((k % 4u) * 8u)) & 255u; y += q / 2u; x += q % 2u; }`
           : ''
       }
       var g = 0.0; if (isRow) { g = back[row * ${kept * channels}u + it]; }
       gradient[it] = g;
       places0[it] = (y * ${width + 2}u + x) * ${at}u;`,
    )}
    workgroupBarrier();
    if (isOne) {
      for (var place = part; place < ${kept}u; place += ${parts}u) {
        let g = gradient[place * ${channels}u + o];
        let corner = places0[place * ${channels}u + o] + c;
        ${unrolled(9, (tap) => `g${tap} = fma(g, drawn[corner + ${(Math.floor(tap / 3) * (width + 2) + (tap % 3)) * at}u], g${tap});`)}
        bias += g;
      }
    }
  }
  ${unrolled(10, (tap) => {
    const value = tap < 9 ? `g${tap}` : 'bias';
    const place = tap < 9 ? `(${tap * channelsIn}u + c) * ${channels}u + o` : `${9 * pairs}u + o`;
    const isOwner = tap < 9 ? 'isOne && part == 0u' : 'isOne && part == 0u && c == 0u';
    if (parts === 1)
      return `if (${isOwner}) { shares[wid.x * ${numbers}u + ${place}] = ${value}; }`;
    return `workgroupBarrier();
      if (isOne) { summed[part * ${pairs}u + pair] = ${value}; }
      workgroupBarrier();
      if (${isOwner}) { var s = 0.0; for (var i = 0u; i < ${parts}u; i++) { s += summed[i * ${pairs}u + pair]; } shares[wid.x * ${numbers}u + ${place}] = s; }`;
  })}
}`;
  return { code, blocks, numbers };
}

/** The shares of all workgroups, summed into the first slice of the gradients. */
export function convSumShader({ block, conv }: ConvStep): string {
  const numbers = block.rows * conv.channels;
  return `${bindings([
    { name: 'shares', type: 'array<f32>' },
    { name: 'slices', type: 'array<f32>', write: true },
  ])}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= ${numbers}u) { return; }
  ${unrolled(4, (q) => `var s${q} = 0.0;`)}
  for (var n = 0u; n < ${WEIGHT_SHARES}u; n += 4u) {
    ${unrolled(4, (q) => `s${q} += shares[(n + ${q}u) * ${numbers}u + i];`)}
  }
  slices[${block.at}u + i] = (s0 + s1) + (s2 + s3);
}`;
}
