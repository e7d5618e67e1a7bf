/** Where the kernels spend their time: by the names of their functions, grouped into parts. */
import { type Profiler, Session } from 'node:inspector/promises';
import { bytesOf } from '../../dist/common/numbers/base64.js';
import { compileKernels } from '../../scripts/kernels.ts';

/** The parts of a training step, by the names that the page has for them. */
export const parts = {
  convolutions: 'convolutions, forward',
  pooling: 'pooling and relu',
  convolutionsBack: 'convolutions, backward',
  drawings: 'drawings × weights, forward',
  drawingsGradient: 'drawings × weights, gradient',
  whole: 'embeddings and output, all steps at once',
  controller: 'controller, a step at a time, forward',
  controllerBack: 'controller, a step at a time, backward',
  others: 'heads and output, a step at a time',
  gradients: 'weight gradients',
  memory: 'memory: products with the slots',
  addressing: 'memory: norms, softmax, usage',
  activations: 'activations of gates and heads',
  packing: 'packing',
  adam: 'Adam and the norm of the gradient',
  rest: 'the rest: inputs, loss, copies',
} as const;
export type Part = keyof typeof parts;

/** The matrix product of algebra/gemm.ts: its time belongs to whoever calls it. */
export const products = ['multiply', 'tile8', 'tile4', 'edgeTile8'].map(
  (name) => `algebra/gemm/${name}`,
);

/**
 * The part of a function's own time, and where it calls matrix products, of theirs. What is not listed (helpers) belongs
 * to the part of the caller. Small functions have been inlined into their callers and are not here.
 */
export const functions: Readonly<Record<string, Part | readonly [own: Part, products: Part]>> = {
  'index/run': 'adam', // adam.ts is inlined
  'index/takeInputs': 'rest',
  'state/startState': 'rest',
  'encoder/encoder/takeSeen': 'rest',
  'loss/crossEntropy': 'rest',
  'index/forward': ['rest', 'whole'],
  'index/backward': ['rest', 'whole'],
  'encoder/encoder/encoderForward': ['pooling', 'whole'],
  'encoder/encoder/encoderBackward': ['convolutionsBack', 'whole'],
  'encoder/conv/tile': 'convolutions',
  'encoder/conv/convolvePooled': 'pooling',
  'encoder/conv/convolve': 'pooling',
  'encoder/conv-back/drawingBackward': 'convolutionsBack',
  'encoder/conv-weights/convGradientSums': 'convolutionsBack',
  'encoder/drawings/drawingsForward': 'drawings',
  'encoder/drawings/drawingsBackward': 'drawingsGradient',
  'controller/controllerForward': ['activations', 'controller'],
  'controller/controllerBackward': ['rest', 'controllerBack'],
  'controller/gatesBackward': 'activations',
  'heads/headsForward': ['activations', 'others'],
  'heads/headsBackward': ['activations', 'others'],
  'output/logitsForward': ['rest', 'whole'],
  'output/outputTimes': ['rest', 'whole'],
  'output/outputBack': ['rest', 'others'],
  'memory/memory/memoryForward': 'addressing',
  'memory/memory/memoryBackward': 'addressing',
  'memory/lookup/lookUp': 'addressing',
  'memory/lookup/lookUpBackward': 'addressing',
  'memory/products/outer': 'memory',
  'memory/products/overWords': 'memory',
  'memory/products/overSlots': 'memory',
  'weights/packWeights': 'packing',
  'weights/weightGradients': 'gradients',
  'algebra/gemm/packLanes': 'packing',
};

/** The part of a stack of functions, the innermost first. */
export function partOf(stack: readonly string[]): Part {
  const inProduct = products.includes(stack[0]!);
  for (const name of stack) {
    const part = functions[name];
    if (part) return typeof part === 'string' ? part : part[inProduct ? 1 : 0];
  }
  return 'rest';
}

/** The share of each part in the samples of a profile. */
export function sharesOf(profile: Profiler.Profile): Map<Part, number> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const hits = new Map<Part, number>();
  let all = 0;
  const visit = (node: Profiler.ProfileNode, callers: readonly string[]) => {
    const { functionName } = node.callFrame;
    const stack = [functionName.replace('src/kernels/', ''), ...callers];
    if (node.hitCount && functionName !== '(idle)') {
      const part = partOf(stack);
      hits.set(part, (hits.get(part) ?? 0) + node.hitCount);
      all += node.hitCount;
    }
    for (const child of node.children ?? []) visit(nodes.get(child)!, stack);
  };
  visit(profile.nodes[0]!, []);
  return new Map([...hits].map(([part, count]) => [part, count / all]));
}

/** A profile of some work of the calling thread. */
export async function profiled(work: () => Promise<void>): Promise<Profiler.Profile> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 }); // microseconds
    await session.post('Profiler.start');
    await work();
    return (await session.post('Profiler.stop')).profile;
  } finally {
    session.disconnect();
  }
}

/** The kernels with the names of their functions. @throws Error if their code is not that of the engine */
export async function namedKernels(kind: 'simd' | 'relaxed'): Promise<Uint8Array<ArrayBuffer>> {
  const relaxed = kind === 'relaxed';
  const named = await compileKernels({ entry: 'index.ts', shared: true, relaxed, named: true });
  const shipped = bytesOf((await import(`../../dist/engine/binaries/${kind}.js`)).default);
  if (Buffer.compare(withoutNames(named), shipped) !== 0) {
    throw new Error('the kernels with names differ from those of the engine');
  }
  return named;
}

/** A module without its custom sections, of which the names are one. */
function withoutNames(module: Uint8Array): Uint8Array {
  const kept = [module.subarray(0, 8)]; // magic and version
  for (let at = 8; at < module.length; ) {
    const begin = at;
    const id = module[at++]!;
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++]!;
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    at += size;
    if (id !== 0) kept.push(module.subarray(begin, at));
  }
  return Buffer.concat(kept);
}
