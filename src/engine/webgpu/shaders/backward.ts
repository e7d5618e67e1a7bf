/** All steps of an episode back through time, the last one first: each part undoes the one of its name in forward.ts. */
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
import { bindings, declareNear, each as eachOf, FUNCTIONS, sum, unrolled } from './wgsl.js';

/** Where the matrices turned over lie that the loop reads: the controller's of [rin, h], then the heads'. */
export function turnedMatrices(l: Layout) {
  const { G, around, blocks, input, H, Q } = l;
  const lstm = {
    from: blocks.lstm.at + (input.read - input.label) * G,
    ...{ rows: around, columns: G, to: 0 },
  };
  const heads = blocks.heads && { from: blocks.heads.at, rows: H, columns: Q, to: G * around };
  return heads ? [lstm, heads] : [lstm];
}

/** What the way back keeps of each head and slot. */
export function backwardNumbers({ gated }: Layout): string[] {
  return ['toRead', 'toScores', 'toNorms', ...(gated ? ['written'] : [])];
}

/** @param isNear the gradients to weights lie in the workgroup's memory, too */
export function backwardShader(
  l: Layout,
  cut: Cut & { readonly areWeightsNear: boolean },
): { code: string; bytes: number } {
  const { invocations: S, episodes: B, isNear, areWeightsNear } = cut;
  const { H, N, R, W, Q, RW, G, rin, around, cells, record } = l;
  const each = (items: number, body: string, reversed = false) => eachOf(S, items, body, reversed);
  const hasMemory = R > 0;
  const row = `let row = (episode0 + e) * sizes.length + t;`;
  const parts = partNumbers(l, cut, hasMemory ? [around / 4, H / 4] : [around / 4]);
  const slots = slotSplits(l, cut);
  const barrier = 'workgroupBarrier();';
  const isAllNear = isNear && areWeightsNear;
  const memoryBarrier = isAllNear ? barrier : 'workgroupBarrier(); storageBarrier();';

  const M = (e: string, x: string, after: '0u' | '1u') =>
    `memories[((episode0 + ${e}) * (sizes.length + 1u) + t + ${after}) * ${cells}u + ${x}]`;
  /** The gradient to M. */
  const dM = (e: string, x: string) =>
    isNear ? `near[${e} * ${cells}u + ${x}]` : `memoryBack[(episode0 + ${e}) * ${cells}u + ${x}]`;
  /** Numbers of each head and slot: where they are too many, they lie in a buffer. */
  const bySlot = backwardNumbers(l);
  const ofSlot = (name: string) => (x: string) =>
    areWeightsNear
      ? `${name}[${x}]`
      : `bySlot[(episode0 * ${bySlot.length}u + ${bySlot.indexOf(name) * B}u) * ${R * N}u + ${x}]`;
  /** The gradient to w^r, and that to w^w, which becomes the one to similarities. */
  const weightsBack = ofSlot('toRead');
  const scoresBack = ofSlot('toScores');
  /** What of the slot itself is in the gradient to it, through its norm. */
  const normsBack = ofSlot('toNorms');
  const written = ofSlot('written');
  const saved = (e: string, at: string) =>
    `records[((episode0 + ${e}) * sizes.length + t) * ${record.width}u + ${at}]`;
  /** w^r_{t-1}(i) of head r. */
  const before = (e: string, r: string, i: string) => {
    const start = l.everyHead ? `${i} == 0u` : `(${r} == 0u && ${i} == 0u)`;
    return `select(records[select(0u, ((episode0 + ${e}) * sizes.length + t - 1u) * ${record.width}u, t > 0u) + ${record.weights}u + (${r}) * ${N}u + ${i}], select(0.0, 1.0, ${start}), t == 0u)`;
  };
  const key = (e: string, r: string, w: string) =>
    four('keys', `(${e} * ${2 * RW}u + (${r}) * ${W}u + ${w} * 4u)`);
  const add = (e: string, r: string, w: string) =>
    four('keys', `(${e} * ${2 * RW}u + ${RW}u + (${r}) * ${W}u + ${w} * 4u)`);
  const back = (e: string, r: string, w: string) =>
    four('readBack', `(${e} * ${RW}u + (${r}) * ${W}u + ${w} * 4u)`);
  const strength = (e: string, r: string) => `gates[${e} * ${2 * R}u + ${R}u + ${r}]`;
  const sumOf = (array: string, er: string) =>
    sum(SOFTMAX_PARTS, (c) => `${array}[(${er}) * ${SOFTMAX_PARTS}u + ${c}u]`);

  /** What comes from the outputs of this step and, in \`part\`, from the next one. */
  const begin = [
    each(
      B * around,
      `let e = it / ${around}u; let j = it % ${around}u; ${row}
       let v = ${partSum(cut, around / 4, 'e', 'j')};
       if (j >= ${rin}u) { hiddenBack[e * ${H}u + j - ${rin}u] = v + outputsBack[row * ${RW + H}u + ${RW}u + j - ${rin}u]; }
       ${
         hasMemory
           ? l.isReadWeights
             ? `else if (j < ${R * N}u) { let x = e * ${R * N}u + j; ${weightsBack('x')} = ${weightsBack('x')} + v; }`
             : `else { readBack[e * ${RW}u + j] = v + outputsBack[row * ${RW + H}u + j]; }`
           : ''
       }`,
    ),
    ...(hasMemory
      ? [
          l.isReadWeights
            ? each(
                B * RW,
                `let e = it / ${RW}u; let j = it % ${RW}u; ${row} readBack[it] = outputsBack[row * ${RW + H}u + j];`,
              )
            : '',
          each(
            B * 2 * RW,
            `let e = it / ${2 * RW}u; keys[it] = ${saved('e', `it % ${2 * RW}u`)};`,
            true,
          ),
          each(
            B * R,
            `let e = it / ${R}u; let r = it % ${R}u;
             leastUsed[it] = u32(${saved('e', `${record.leastUsed}u + r`)});
             gates[e * ${2 * R}u + r] = ${l.gated ? saved('e', `${2 * RW}u + r`) : '0.0'};
             gates[e * ${2 * R}u + ${R}u + r] = ${l.learned ? `1.0 + softplus(${saved('e', `${2 * RW + (l.gated ? R : 0)}u + r`)})` : '1.0'};`,
          ),
        ]
      : []),
  ].join('\n');

  /** (22): w^w, which the way back through (23) needs. */
  const writeWeights = each(
    B * R * N,
    `let e = it / ${R * N}u; let r = (it / ${N}u) % ${R}u; let i = it % ${N}u; let gate = gates[e * ${2 * R}u + r];
     ${written('it')} = gate * ${before('e', 'r', 'i')} + (1.0 - gate) * ${isLeastUsed(l, 'e', 'i')};`,
    true,
  );
  /** (19): to w^r and to M_t. */
  const reading = () =>
    [
      ...(l.gated ? [writeWeights] : []),
      each(
        B * R * N,
        `let e = it / ${R * N}u; let r = (it / ${N}u) % ${R}u; let i = it % ${N}u; var s = 0.0;
         for (var w = 0u; w < ${W / 4}u; w++) { s += dot(${back('e', 'r', 'w')}, ${M('e', `w * ${N}u + i`, '1u')}); }
         ${weightsBack('it')} = ${weightsBack('it')} + s;`,
      ),
      each(
        B * cells,
        `let e = it / ${cells}u; let x = it % ${cells}u; let w = x / ${N}u; let i = x % ${N}u; var m = ${dM('e', 'x')};
         ${unrolled(R, (r) => `m = fma(${back('e', `${r}u`, 'w')}, vec4f(${saved('e', `${record.weights + r * N}u + i`)}), m);`)}
         ${dM('e', 'x')} = m;`,
      ),
    ].join('\n');

  /** The mean that softmax takes away, in parts. */
  const means = each(
    B * R * SOFTMAX_PARTS,
    `let er = it / ${SOFTMAX_PARTS}u; let c = it % ${SOFTMAX_PARTS}u; let e = er / ${R}u; let r = er % ${R}u; var s = 0.0;
     for (var i = c; i < ${N}u; i += ${SOFTMAX_PARTS}u) { s += ${saved('e', `${record.weights}u + r * ${N}u + i`)} * ${weightsBack(`er * ${N}u + i`)}; }
     mean[it] = s;`,
    true,
  );
  /** (18), (17): to similarities, to β, and of the key's norm; where gated, (22): to the gate and to w^r_{t-1}. */
  const scores = each(
    B * R * SOFTMAX_PARTS,
    `let er = it / ${SOFTMAX_PARTS}u; let c = it % ${SOFTMAX_PARTS}u; let e = er / ${R}u; let r = er % ${R}u;
     let average = ${sumOf('mean', 'er')};
     let norm = ${saved('e', `${record.norms + N}u + r`)}; let beta = ${strength('e', 'r')};
     var toStrength = 0.0; var toNorm = 0.0; ${l.gated ? `var toGate = 0.0; let gate = gates[e * ${2 * R}u + r];` : ''}
     for (var i = c; i < ${N}u; i += ${SOFTMAX_PARTS}u) {
       let x = er * ${N}u + i; let s = ${saved('e', `${record.similarity}u + r * ${N}u + i`)}; let slot = ${saved('e', `${record.norms}u + i`)};
       let d = ${saved('e', `${record.weights}u + r * ${N}u + i`)} * (${weightsBack('x')} - average);
       let g = d * beta / (norm * slot + 1e-8);
       toStrength += d * s; toNorm += g * s * slot;
       ${
         l.gated && !l.isAfter
           ? `let write = ${scoresBack('x')}; toGate += write * (${before('e', 'r', 'i')} - ${isLeastUsed(l, 'e', 'i')});
              ${weightsBack('x')} = gate * write;`
           : `${weightsBack('x')} = 0.0;`
       }
       ${scoresBack('x')} = g; ${normsBack('x')} = select(0.0, g * s * norm / slot, slot > 0.0);
     }
     strengthBack[it] = toStrength; normBack[it] = toNorm; ${l.gated && !l.isAfter ? 'gateBack[it] = toGate;' : ''}`,
  );
  /** To the keys, in parts, and to the memory that was looked at. */
  const looking = () =>
    [
      each(
        B * comparedFours(l) * slots,
        `let c = it % ${slots}u; let w = (it / ${slots}u) % ${comparedFours(l)}u; let e = it / ${comparedFours(l) * slots}u;
         ${unrolled(R, (r) => `var s${r} = vec4f(0);`)}
         for (var i = c; i < ${N}u; i += ${slots}u) { let m = ${compared(l, 'w', M('e', `w * ${N}u + i`, l.isAfter ? '1u' : '0u'))};
           ${unrolled(R, (r) => `s${r} = fma(m, vec4f(${scoresBack(`(e * ${R}u + ${r}u) * ${N}u + i`)}), s${r});`)} }
         ${unrolled(R, (r) => `part[(c * ${B}u + e) * ${RW / 4}u + ${(r * W) / 4}u + w] = s${r};`)}`,
        true,
      ),
      each(
        B * comparedFours(l) * N,
        `let e = it / ${comparedFours(l) * N}u; let x = it % ${comparedFours(l) * N}u; let w = x / ${N}u; let i = x % ${N}u;
         var ofNorm = 0.0; var k = vec4f(0);
         ${unrolled(
           R,
           (r) => `{ let x = (e * ${R}u + ${r}u) * ${N}u + i; ofNorm += ${normsBack('x')};
           k = fma(${key('e', `${r}u`, 'w')}, vec4f(${scoresBack('x')}), k); }`,
         )}
         let d = k - ofNorm * ${M('e', 'x', l.isAfter ? '1u' : '0u')};
         ${dM('e', 'x')} = ${dM('e', 'x')} + ${compared(l, 'w', 'd')};`,
      ),
    ].join('\n');
  /** The gradient of the keys, from its parts. */
  const keyBack = (j: string) => `{ let r = ${j} / ${W}u; let k = keys[e * ${2 * RW}u + ${j}];
     let norm = ${saved('e', `${record.norms + N}u + r`)}; let ofNorm = ${sumOf('normBack', `e * ${R}u + r`)};
     var d = 0.0;
     if (${j} % ${W}u < ${l.K}u) { d = ${partsSum(B, slots, RW, 'e', j)} - select(0.0, ofNorm / norm, norm > 0.0) * k; }
     zBack[e * ${Q}u + ${j}] = d * (1.0 - k * k); }`;
  const keysBack = each(B * RW, `let e = it / ${RW}u; let j = it % ${RW}u; ${keyBack('j')}`);

  /** (23): to w^w. */
  const writeBack = () =>
    each(
      B * R * N,
      `let e = it / ${R * N}u; let r = (it / ${N}u) % ${R}u; let i = it % ${N}u; var s = 0.0;
     for (var w = 0u; w < ${W / 4}u; w++) { s += dot(${add('e', 'r', 'w')}, ${dM('e', `w * ${N}u + i`)}); }
     ${scoresBack('it')} = s;`,
    );
  /** (23): to the add vectors, in parts. */
  const addParts = () =>
    each(
      B * (W / 4) * slots,
      `let c = it % ${slots}u; let w = (it / ${slots}u) % ${W / 4}u; let e = it / ${(slots * W) / 4}u;
     ${unrolled(R, (r) => `var s${r} = vec4f(0);`)}
     for (var i = c; i < ${N}u; i += ${slots}u) { let m = ${dM('e', `w * ${N}u + i`)};
       ${unrolled(R, (r) => `s${r} = fma(m, vec4f(${written(`(e * ${R}u + ${r}u) * ${N}u + i`)}), s${r});`)} }
     ${unrolled(R, (r) => `part[(c * ${B}u + e) * ${RW / 4}u + ${(r * W) / 4}u + w] = s${r};`)}`,
      true,
    );
  const addsOf = (value: string) =>
    each(
      B * RW,
      `let e = it / ${RW}u; let j = it % ${RW}u; let a = keys[e * ${2 * RW}u + ${RW}u + j];
     zBack[e * ${Q}u + ${RW}u + j] = (${value}) * (1.0 - a * a);`,
      true,
    );
  const addsBack = () => addsOf(partsSum(B, slots, RW, 'e', 'j'));
  /** Where all heads write to the least used slots alone, those hold it. */
  const addsOfLeastUsed = () =>
    addsOf(
      sum(R, (q) => {
        const at = `((j % ${W}u) / 4u) * ${N}u + leastUsed[e * ${R}u + ${q}u]`;
        return `${dM('e', `(${at})`)}[j % 4u]`;
      }),
    );
  const gatesAfter = each(
    B * R * SOFTMAX_PARTS,
    `let er = it / ${SOFTMAX_PARTS}u; let c = it % ${SOFTMAX_PARTS}u; let e = er / ${R}u; let r = er % ${R}u;
     var toGate = 0.0; let gate = gates[e * ${2 * R}u + r];
     for (var i = c; i < ${N}u; i += ${SOFTMAX_PARTS}u) { let x = er * ${N}u + i; let write = ${scoresBack('x')};
       toGate += write * (${before('e', 'r', 'i')} - ${isLeastUsed(l, 'e', 'i')}); ${weightsBack('x')} = gate * write; }
     gateBack[it] = toGate;`,
  );
  /** (23): the least used slot was zeroed. */
  const zeroed = each(
    (B * W) / 4,
    `let e = it / ${W / 4}u; let w = it % ${W / 4}u; ${dM('e', `(w * ${N}u + leastUsed[e * ${R}u])`)} = vec4f(0);`,
  );

  /** Gates and strengths of q, and the whole of it to its buffer. */
  const q = () =>
    each(
      B * Q,
      `let e = it / ${Q}u; let j = it % ${Q}u; ${row} var d = 0.0;
     if (j < ${2 * RW}u) { d = zBack[it]; }
     ${l.gated ? `else if (j < ${2 * RW + R}u) { let r = j - ${2 * RW}u; let g = gates[e * ${2 * R}u + r]; d = (${sumOf('gateBack', `e * ${R}u + r`)}) * g * (1.0 - g); }` : ''}
     ${l.learned ? `else if (j < ${2 * RW + (l.gated ? R : 0) + R}u) { let r = j - ${2 * RW + (l.gated ? R : 0)}u; d = (${sumOf('strengthBack', `e * ${R}u + r`)}) * sigmoid(${saved('e', 'j')}); }` : ''}
     zBack[it] = d; headsBack[row * ${Q}u + j] = d;`,
    );

  const addressing = () => {
    const adds = l.gated ? [writeBack(), addParts()] : [addsOfLeastUsed()];
    if (l.isAfter) {
      return [
        ...[means, memoryBarrier, scores, memoryBarrier, looking(), memoryBarrier, keysBack],
        // the parts of keys have been read before those of adds come
        ...(l.gated
          ? [
              memoryBarrier,
              ...adds,
              memoryBarrier,
              gatesAfter,
              addsBack(),
              zeroed,
              memoryBarrier,
              q(),
            ]
          : [...adds, memoryBarrier, zeroed, q()]),
      ];
    }
    return [
      ...[...adds, means, memoryBarrier, scores, ...(l.gated ? [addsBack()] : []), zeroed],
      ...[memoryBarrier, looking(), memoryBarrier, keysBack, barrier, q()],
    ];
  };

  const turned = turnedMatrices(l);
  const toHidden = () =>
    vectorProduct(cut, {
      columns: H / 4,
      rows: Q / 4,
      weight: (k, column) => `turned[${turned[1]!.to / 4}u + ${k} * ${H / 4}u + ${column}]`,
      vector: (e, g) => four('zBack', `(${e * Q}u + ${g} * 4u)`),
    });
  const controller = each(
    B * H,
    `let e = it / ${H}u; let n = it % ${H}u; ${row} let z = row * ${G}u + n;
     let h = hiddenBack[it]${hasMemory ? ` + ${partSum(cut, H / 4, 'e', 'n')}` : ''};
     let i = gatesOf[z]; let j = gatesOf[z + ${H}u]; let f = gatesOf[z + ${2 * H}u]; let o = gatesOf[z + ${3 * H}u];
     let was = select(records[select(0u, (row - 1u) * ${record.width}u, t > 0u) + ${record.cell}u + n], 0.0, t == 0u);
     let c = tangens(${saved('e', `${record.cell}u + n`)});
     let d = cellBack[it] + h * o * (1.0 - c * c);
     cellBack[it] = d * f;
     let back = array<f32, 4>(d * j * i * (1.0 - i), d * i * (1.0 - j * j), d * was * f * (1.0 - f), h * c * o * (1.0 - o));
     ${unrolled(4, (n) => `zBack[e * ${G}u + ${n * H}u + n] = back[${n}]; gatesOf[z + ${n * H}u] = back[${n}];`)}`,
  );
  const toState = vectorProduct(cut, {
    columns: around / 4,
    rows: G / 4,
    weight: (k, column) => `turned[${k} * ${around / 4}u + ${column}]`,
    vector: (e, g) => four('zBack', `(${e * G}u + ${g} * 4u)`),
  });

  const step = [
    begin,
    memoryBarrier,
    ...(hasMemory ? [reading(), memoryBarrier, ...addressing(), barrier, toHidden(), barrier] : []),
    controller,
    barrier,
    toState,
    barrier,
  ];

  const near = declareNear([
    { name: 'part', type: 'vec4f', numbers: parts },
    { name: 'hiddenBack', type: 'f32', numbers: B * H },
    { name: 'cellBack', type: 'f32', numbers: B * H },
    { name: 'zBack', type: 'f32', numbers: B * Math.max(G, Q) }, // of q first, then of the gates
    ...(hasMemory
      ? ([
          { name: 'readBack', type: 'f32', numbers: B * RW },
          { name: 'keys', type: 'f32', numbers: B * 2 * RW },
          { name: 'gates', type: 'f32', numbers: B * 2 * R },
          { name: 'leastUsed', type: 'u32', numbers: B * R },
          { name: 'mean', type: 'f32', numbers: B * R * SOFTMAX_PARTS },
          { name: 'strengthBack', type: 'f32', numbers: B * R * SOFTMAX_PARTS },
          { name: 'normBack', type: 'f32', numbers: B * R * SOFTMAX_PARTS },
        ] as const)
      : []),
    ...(hasMemory && l.gated
      ? ([{ name: 'gateBack', type: 'f32', numbers: B * R * SOFTMAX_PARTS }] as const)
      : []),
    ...(hasMemory && areWeightsNear
      ? bySlot.map((name) => ({ name, type: 'f32', numbers: B * R * N }) as const)
      : []),
    ...(hasMemory && isNear
      ? ([{ name: 'near', type: 'vec4f', numbers: 4 * B * cells }] as const)
      : []),
  ]);

  const code = `${bindings([
    { name: 'turned', type: 'array<vec4f>' },
    { name: 'records', type: 'array<f32>' },
    { name: 'outputsBack', type: 'array<f32>' },
    { name: 'gatesOf', type: 'array<f32>', write: true },
    ...(hasMemory
      ? [
          { name: 'memories', type: 'array<vec4f>' },
          { name: 'headsBack', type: 'array<f32>', write: true },
          ...(isNear ? [] : [{ name: 'memoryBack', type: 'array<vec4f>', write: true }]),
          ...(areWeightsNear ? [] : [{ name: 'bySlot', type: 'array<f32>', write: true }]),
        ]
      : []),
  ])}
${near.declarations}
${FUNCTIONS}
@compute @workgroup_size(${S})
fn main(@builtin(local_invocation_index) tid: u32, @builtin(workgroup_id) wid: vec3u) {
  let episode0 = wid.x * ${B}u;
  ${each(parts / 4, 'part[it] = vec4f(0);')}
  ${each(B * H, 'cellBack[it] = 0.0;')}
  ${
    hasMemory
      ? `${each(B * R * N, `${weightsBack('it')} = 0.0;`)}
  ${each(B * cells, `${dM(`(it / ${cells}u)`, `(it % ${cells}u)`)} = vec4f(0);`)}`
      : ''
  }
  ${memoryBarrier}
  for (var left = sizes.length; left > 0u; left--) {
    let t = left - 1u;
    ${step.join('\n    ')}
  }
}`;
  return { code, bytes: near.bytes };
}
