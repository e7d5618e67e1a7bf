/** All steps of an episode forward: the equations of DESIGN.md's sections, by their numbers in Santoro et al. 2016. */
import type { Layout } from './layout.js';
import {
  type Cut,
  compared,
  comparedFours,
  four,
  isLeastUsed,
  partNumbers,
  partSum,
  partsSum,
  SOFTMAX_PARTS,
  slotSplits,
  vectorProduct,
} from './loop.js';
import { bindings, declareNear, each as eachOf, FUNCTIONS, unrolled } from './wgsl.js';

export function forwardShader(l: Layout, cut: Cut): { code: string; bytes: number } {
  const { invocations: S, episodes: B, isNear } = cut;
  const { H, N, R, W, Q, RW, G, rin, around, cells, input, output, record, blocks } = l;
  const each = (items: number, body: string, reversed = false) => eachOf(S, items, body, reversed);
  const hasMemory = R > 0;
  const row = `let row = (episode0 + e) * sizes.length + t;`;
  const loop = blocks.lstm.at + (input.read - input.label) * G; // the rows of rin and h
  const products = hasMemory ? [H, Q / 4] : [H];
  const parts = partNumbers(l, cut, products);
  const slots = slotSplits(l, cut);
  const barrier = 'workgroupBarrier();';
  const memoryBarrier = isNear ? barrier : 'workgroupBarrier(); storageBarrier();';

  /** Four numbers of slot i: of M_{t-1} (\`0u\`) or M_t (\`1u\`). */
  const M = (e: string, w: string, i: string, after: '0u' | '1u') =>
    isNear
      ? `near[${e} * ${cells}u + ${w} * ${N}u + ${i}]`
      : `memories[((episode0 + ${e}) * (sizes.length + 1u) + t + ${after}) * ${cells}u + ${w} * ${N}u + ${i}]`;
  const save = (at: string) => `records[row * ${record.width}u + ${at}]`;
  const adds = (e: string, r: number, w: string) =>
    four('keys', `(${e} * ${2 * RW}u + ${RW + r * W}u + ${w} * 4u)`);
  /** w^w of head r at slot i; \`weights\` still holds w^r_{t-1}. */
  const write = (e: string, r: string, i: string) =>
    l.gated
      ? `(gates[${e} * ${2 * R}u + ${r}] * weights[(${e} * ${R}u + ${r}) * ${N}u + ${i}] + (1.0 - gates[${e} * ${2 * R}u + ${r}]) * ${isLeastUsed(l, e, i)})` // (22)
      : isLeastUsed(l, e, i);

  const recurrent = vectorProduct(cut, {
    columns: H,
    rows: around / 4,
    weight: (k, column) => `parameters[${loop / 4}u + ${k} * ${H}u + ${column}]`,
    vector: (e, g) => four('state', `(${e * around}u + ${g} * 4u)`),
  });
  const gate = (n: number, add = '') =>
    `gatesOf[z + ${n * H}u] + ${partSum(cut, H, 'e', `n + ${n * H}u`)}${add}`;
  const controller = each(
    B * H,
    `let e = it / ${H}u; let n = it % ${H}u; ${row} let z = row * ${G}u + n;
     let i = sigmoid(${gate(0)}); let j = tangens(${gate(1)});
     let f = sigmoid(${gate(2, ' + 1.0')}); let o = sigmoid(${gate(3)});
     let c = f * cell[it] + i * j; let h = o * tangens(c);
     cell[it] = c; state[e * ${around}u + ${rin}u + n] = h;
     gatesOf[z] = i; gatesOf[z + ${H}u] = j; gatesOf[z + ${2 * H}u] = f; gatesOf[z + ${3 * H}u] = o;
     ${save(`${record.cell}u + n`)} = c;
     outputs[row * ${output.width}u + ${output.hidden}u + n] = h;
     if (n == 0u) { outputs[row * ${output.width}u + ${output.one}u] = 1.0; }
     if (t + 1u < sizes.length) { inputs[(row + 1u) * ${input.width}u + ${input.hidden}u + n] = h; }`,
  );
  /** The least used slots of u_{t-1} (21): of equal ones the higher index first. */
  const leastUsed = each(
    B * N,
    `let e = it / ${N}u; let i = it % ${N}u; let u = usage[it]; var rank = 0u;
     for (var j = 0u; j < ${N}u; j++) { let v = usage[e * ${N}u + j]; rank += select(0u, 1u, v < u || (v == u && j > i)); }
     if (rank < ${R}u) { ${row} leastUsed[e * ${R}u + rank] = i; ${save(`${record.leastUsed}u + rank`)} = f32(i); }`,
    true,
  );
  const heads = () =>
    vectorProduct(cut, {
      columns: Q / 4,
      rows: H / 4,
      weight: (k, column) => `parameters[${blocks.heads!.at / 4}u + ${k} * ${Q / 4}u + ${column}]`,
      vector: (e, g) => four('state', `(${e * around + rin}u + ${g} * 4u)`),
    });
  const strengths = l.gated ? R : 0; // their place after the add vectors
  const activations = () =>
    each(
      B * Q,
      `let e = it / ${Q}u; let j = it % ${Q}u; ${row}
     var q = parameters[${(blocks.heads!.at + H * Q) / 4}u + j / 4u][j & 3u] + ${partSum(cut, Q / 4, 'e', 'j')};
     ${l.direct ? `if (j < ${2 * RW}u) { q += bound[row * ${2 * RW}u + j]; }` : ''}
     if (j < ${2 * RW}u) { q = tangens(q); keys[e * ${2 * RW}u + j] = q; }
     ${l.gated ? `else if (j < ${2 * RW + R}u) { q = sigmoid(q); gates[e * ${2 * R}u + j - ${2 * RW}u] = q; }` : ''}
     ${l.learned ? `else if (j < ${2 * RW + strengths + R}u) { gates[e * ${2 * R}u + ${R}u + j - ${2 * RW + strengths}u] = 1.0 + softplus(q); }` : ''}
     ${save('j')} = q;`,
    );
  const comparedSlots = (after: '0u' | '1u') =>
    each(
      B * R * N,
      `let e = it / ${R * N}u; let r = (it / ${N}u) % ${R}u; let i = it % ${N}u; ${row}
     var mm = 0.0; var km = 0.0; var kk = 0.0;
     for (var w = 0u; w < ${comparedFours(l)}u; w++) {
       let m = ${compared(l, 'w', M('e', 'w', 'i', after))};
       let at = e * ${2 * RW}u + r * ${W}u + w * 4u; let k = ${compared(l, 'w', four('keys', 'at'))};
       mm += dot(m, m); km += dot(k, m); kk += dot(k, k);
     }
     let slot = sqrt(mm); let key = sqrt(kk);
     if (r == 0u) { ${save(`${record.norms}u + i`)} = slot; }
     if (i == 0u) { ${save(`${record.norms + N}u + r`)} = key; }
     let s = km / (key * slot + 1e-8); // (17)
     ${save(`${record.similarity}u + r * ${N}u + i`)} = s;
     written[it] = s * ${l.learned ? `gates[e * ${2 * R}u + ${R}u + r]` : '1.0'};`,
    );
  const softmaxParts = each(
    B * R * SOFTMAX_PARTS,
    `let er = it / ${SOFTMAX_PARTS}u; let c = it % ${SOFTMAX_PARTS}u; var most = -1e30; var all = 0.0;
     for (var i = c; i < ${N}u; i += ${SOFTMAX_PARTS}u) { most = max(most, written[er * ${N}u + i]); }
     for (var i = c; i < ${N}u; i += ${SOFTMAX_PARTS}u) { all += exp(written[er * ${N}u + i] - most); }
     largest[it] = most; sums[it] = all;`,
    true,
  );
  const readWeights = each(
    B * R * N,
    `let er = it / ${N}u; let e = er / ${R}u; let r = er % ${R}u; let i = it % ${N}u; ${row}
     var most = -1e30; var all = 0.0;
     for (var c = 0u; c < ${SOFTMAX_PARTS}u; c++) { most = max(most, largest[er * ${SOFTMAX_PARTS}u + c]); }
     for (var c = 0u; c < ${SOFTMAX_PARTS}u; c++) { all += sums[er * ${SOFTMAX_PARTS}u + c] * exp(largest[er * ${SOFTMAX_PARTS}u + c] - most); }
     let w = exp(written[it] - most) / all; // (18)
     written[it] = ${write('e', 'r', 'i')};
     weights[it] = w; ${save(`${record.weights}u + r * ${N}u + i`)} = w;
     ${
       l.isReadWeights
         ? `state[e * ${around}u + r * ${N}u + i] = w;
            if (t + 1u < sizes.length) { inputs[(row + 1u) * ${input.width}u + ${input.read}u + r * ${N}u + i] = w; }`
         : ''
     }`,
  );
  /** M_{t-1} with the least used slot zeroed, and what is written (23). */
  const writing = each(
    B * cells,
    `let e = it / ${cells}u; let x = it % ${cells}u; let w = x / ${N}u; let i = x % ${N}u;
     var m = select(${M('e', 'w', 'i', '0u')}, vec4f(0), leastUsed[e * ${R}u] == i);
     ${unrolled(R, (r) => `m = fma(${adds('e', r, 'w')}, vec4f(${write('e', `${r}u`, 'i')}), m);`)}
     memories[((episode0 + e) * (sizes.length + 1u) + t + 1u) * ${cells}u + x] = m;
     ${isNear ? 'near[it] = m;' : ''}`,
  );
  const using = each(
    B * N,
    `let e = it / ${N}u; let i = it % ${N}u; var u = ${l.gamma} * usage[it]; // (20)
     ${unrolled(R, (r) => `u += weights[(e * ${R}u + ${r}u) * ${N}u + i] + written[(e * ${R}u + ${r}u) * ${N}u + i];`)}
     usage[it] = u;`,
    true,
  );
  const reading = each(
    B * (W / 4) * slots,
    `let c = it % ${slots}u; let w = (it / ${slots}u) % ${W / 4}u; let e = it / ${(slots * W) / 4}u;
     ${unrolled(R, (r) => `var s${r} = vec4f(0);`)}
     for (var i = c; i < ${N}u; i += ${slots}u) {
       let m = ${M('e', 'w', 'i', '1u')};
       ${unrolled(R, (r) => `s${r} = fma(m, vec4f(weights[(e * ${R}u + ${r}u) * ${N}u + i]), s${r});`)}
     }
     ${unrolled(R, (r) => `part[(c * ${B}u + e) * ${RW / 4}u + ${(r * W) / 4}u + w] = s${r};`)}`,
  );
  const readVectors = each(
    B * RW,
    `let e = it / ${RW}u; let j = it % ${RW}u; ${row} let v = ${partsSum(B, slots, RW, 'e', 'j')}; // (19)
     outputs[row * ${output.width}u + j] = v;
     ${
       l.isReadWeights
         ? ''
         : `state[e * ${around}u + j] = v;
            if (t + 1u < sizes.length) { inputs[(row + 1u) * ${input.width}u + ${input.read}u + j] = v; }`
     }`,
  );

  const addressing = () =>
    l.isAfter
      ? [
          writing,
          memoryBarrier,
          comparedSlots('1u'),
          barrier,
          softmaxParts,
          barrier,
          readWeights,
          barrier,
        ]
      : [comparedSlots('0u'), barrier, softmaxParts, writing, memoryBarrier, readWeights, barrier];
  const step = [
    recurrent,
    ...(hasMemory ? [leastUsed] : []),
    barrier,
    controller,
    barrier,
    ...(hasMemory
      ? [
          heads(),
          barrier,
          activations(),
          barrier,
          ...addressing(),
          using,
          reading,
          barrier,
          readVectors,
          barrier,
        ]
      : []),
  ];

  const near = declareNear([
    { name: 'part', type: 'vec4f', numbers: parts },
    { name: 'state', type: 'f32', numbers: B * around },
    { name: 'cell', type: 'f32', numbers: B * H },
    ...(hasMemory
      ? ([
          { name: 'keys', type: 'f32', numbers: B * 2 * RW },
          { name: 'gates', type: 'f32', numbers: B * 2 * R },
          { name: 'weights', type: 'f32', numbers: B * R * N },
          { name: 'written', type: 'f32', numbers: B * R * N }, // the scores before
          { name: 'usage', type: 'f32', numbers: B * N },
          { name: 'leastUsed', type: 'u32', numbers: B * R },
          { name: 'largest', type: 'f32', numbers: B * R * SOFTMAX_PARTS },
          { name: 'sums', type: 'f32', numbers: B * R * SOFTMAX_PARTS },
        ] as const)
      : []),
    ...(hasMemory && isNear
      ? ([{ name: 'near', type: 'vec4f', numbers: 4 * B * cells }] as const)
      : []),
  ]);

  const start = l.everyHead ? `it % ${N}u == 0u` : `it % ${R * N}u == 0u`;
  const code = `${bindings([
    { name: 'parameters', type: 'array<vec4f>' },
    { name: 'inputs', type: 'array<f32>', write: true },
    { name: 'gatesOf', type: 'array<f32>', write: true },
    { name: 'records', type: 'array<f32>', write: true },
    { name: 'outputs', type: 'array<f32>', write: true },
    ...(hasMemory ? [{ name: 'memories', type: 'array<vec4f>', write: true }] : []),
    ...(l.direct ? [{ name: 'bound', type: 'array<f32>' }] : []),
  ])}
${near.declarations}
${FUNCTIONS}
@compute @workgroup_size(${S})
fn main(@builtin(local_invocation_index) tid: u32, @builtin(workgroup_id) wid: vec3u) {
  let episode0 = wid.x * ${B}u;
  ${each(B * H, 'cell[it] = 0.0;')}
  ${
    hasMemory
      ? `${each(B * R * N, `weights[it] = select(0.0, 1.0, ${start});`)}
  ${each(B * N, `usage[it] = select(0.0, 1.0, it % ${N}u == 0u);`)}
  ${each(
    B * cells,
    `let e = it / ${cells}u; let x = it % ${cells}u; let w = (x / ${N}u) * 4u;
     let m = select(vec4f(0), vec4f(1e-6), vec4u(w, w + 1u, w + 2u, w + 3u) < vec4u(${l.shapes.W}u));
     memories[(episode0 + e) * (sizes.length + 1u) * ${cells}u + x] = m; ${isNear ? 'near[it] = m;' : ''}`,
  )}`
      : ''
  }
  ${each(
    B * around,
    `let e = it / ${around}u; let j = it % ${around}u; var v = 0.0;
     ${l.isReadWeights ? `if (j < ${R * N}u) { v = select(0.0, 1.0, ${l.everyHead ? `j % ${N}u == 0u` : 'j == 0u'}); }` : ''}
     state[it] = v; inputs[(episode0 + e) * sizes.length * ${input.width}u + ${input.read}u + j] = v;`,
  )}
  ${memoryBarrier}
  for (var t = 0u; t < sizes.length; t++) {
    ${step.join('\n    ')}
  }
}`;
  return { code, bytes: near.bytes };
}
