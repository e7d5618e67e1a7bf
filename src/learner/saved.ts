import * as v from 'valibot';
import { UserError } from '../common/errors.js';
import { fileKind, KIND_BYTES } from '../common/files/file-kind.js';
import { bytesOf } from '../common/numbers/base64.js';
import { quoted } from '../common/printable.js';
import type { CellState } from '../engine/engine.js';
import { sizeOf, stateShapes } from '../engine/inputs.js';
import type { ModelConfig } from '../model/config.js';
import { shapesOf } from '../model/shapes.js';
import { outputsOf } from './outputs.js';

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/**
 * Larger than any number of a real state (numbers grow by at most 1 per step), and small enough that the next steps
 * stay finite in float32.
 */
const LARGEST = 1e9;
const number = v.pipe(v.number(), v.minValue(-LARGEST), v.maxValue(LARGEST));
const numbers = v.array(number);

const schema = v.strictObject({
  /** Version of this format: 1 has no drawings. */
  format: v.picklist([1, 2]),
  /** Digest of the weights. */
  weights: v.string(),
  /** In the order of their outputs. */
  labels: v.array(v.string()),
  /** For each observation, the index of its label in `labels`. */
  observations: v.array(whole),
  /** For each observation, what the network got: [height, width] bytes as base64, foreground up to 255. */
  drawings: v.optional(v.array(v.pipe(v.string(), v.base64()))),
  /** The slot that the last observation erased. */
  written: v.nullable(whole),
  /** [N]: for each slot, pairs of an observation's number and its write weights. */
  provenance: v.array(
    v.pipe(
      v.array(v.strictTuple([whole, v.pipe(number, v.gtValue(0))])),
      v.check(
        (parts) => new Set(parts.map(([observation]) => observation)).size === parts.length,
        'an observation is there twice',
      ),
    ),
  ),
  /** The state of the network; all arrays are flat. */
  state: v.strictObject({
    cell: numbers,
    hidden: numbers,
    memory: numbers,
    readVectors: numbers,
    readWeights: numbers,
    writeWeights: numbers,
    usage: numbers,
    /** Learners of networks without direct binding have none. */
    embedding: v.optional(numbers, []),
  }),
});

/** A learner as a plain object: `JSON.stringify(learner.save())`. */
export type SavedLearner = v.InferOutput<typeof schema>;

export function savedState(state: CellState): SavedLearner['state'] {
  const { cell, hidden, memory, readVectors, readWeights, writeWeights, usage, embedding } = state;
  return {
    cell: [...cell],
    hidden: [...hidden],
    memory: [...memory],
    readVectors: [...readVectors],
    readWeights: [...readWeights],
    writeWeights: [...writeWeights],
    usage: [...usage],
    embedding: [...embedding],
  };
}

/**
 * Checks a saved learner completely.
 * @param digest of the current weights
 * @throws UserError that says what is wrong
 */
export function checkSaved(saved: unknown, config: ModelConfig, digest: string): SavedLearner {
  refuseFile(saved);
  const result = v.safeParse(schema, saved, { abortEarly: true });
  if (!result.success) {
    const path = v.getDotPath(result.issues[0]);
    throw damaged(`${path ? `${path}: ` : ''}${result.issues[0].message}`);
  }
  const learner = result.output;
  if (learner.weights !== digest) {
    throw new UserError(
      `this learner was saved with other weights (${learner.weights} there, ${digest} here): ` +
        'restore it with those: Learner.restore(saved, weights)',
    );
  }
  const { format, labels, observations, drawings, written, provenance, state } = learner;
  const shapes = shapesOf(config);
  const { P, N } = shapes;
  const { capacity } = outputsOf(config);
  if (new Set(labels.map(sameLabel)).size < labels.length) throw damaged('a label is there twice');
  if (labels.length > capacity) {
    throw damaged(`${labels.length} labels for a network of ${capacity} classes`);
  }
  // Labels get outputs in the order of their first appearance.
  let next = 0;
  for (const index of observations) {
    if (index > next || index >= labels.length) throw damaged(`an observation of label ${index}`);
    if (index === next) next++;
  }
  if (next < labels.length) throw damaged(`no observation of "${quoted(labels[next]!)}"`);
  if ((written === null) !== (observations.length === 0) || (written ?? 0) >= N) {
    throw damaged(`the slot written last can't be ${written}`);
  }
  if ((format === 2) !== (drawings !== undefined)) throw damaged('drawings are for format 2');
  if (drawings) {
    if (drawings.length !== observations.length) {
      throw damaged(`${drawings.length} drawings of ${observations.length} observations`);
    }
    // 4 characters for each 3 bytes that have begun
    const length = 4 * Math.ceil(P / 3);
    const other = drawings.findIndex((one) => one.length !== length || bytesOf(one).length !== P);
    if (other >= 0) throw damaged(`drawing ${other} does not have ${P} pixels`);
  }
  for (const [name, shape] of Object.entries(stateShapes(shapes, 1))) {
    const size = sizeOf(shape);
    const { length } = state[name as keyof CellState];
    if (length !== size) throw damaged(`state.${name} has ${length} numbers, not ${size}`);
  }
  if (provenance.length !== N) throw damaged(`provenance has ${provenance.length} slots, not ${N}`);
  if (provenance.flat().some(([observation]) => observation >= observations.length)) {
    throw damaged('the memory holds an observation that was never made');
  }
  return learner;
}

/**
 * The form in which labels are compared: `é` may be one character or two, which print alike. Predictions use the
 * spelling that was observed first.
 */
export function sameLabel(label: string): string {
  return label.normalize('NFC');
}

/** The text or the bytes of a file are given as easily as what is in it. */
function refuseFile(saved: unknown): void {
  const bytes =
    typeof saved === 'string'
      ? new TextEncoder().encode(saved.slice(0, KIND_BYTES))
      : ArrayBuffer.isView(saved)
        ? new Uint8Array(saved.buffer, saved.byteOffset, saved.byteLength)
        : Object.prototype.toString.call(saved) === '[object ArrayBuffer]'
          ? new Uint8Array(saved as ArrayBuffer)
          : undefined;
  if (!bytes) return;
  const kind = fileKind(bytes);
  const isJson = kind?.isJson;
  throw new UserError(
    kind && !isJson
      ? `this is ${kind.name}, not a saved learner: give what learner.save() returned`
      : `a saved learner is an object, not ${typeof saved === 'string' ? 'text' : 'bytes'}: ` +
          `${isJson ? 'give JSON.parse of it' : 'give what learner.save() returned'}`,
  );
}

function damaged(what: string): UserError {
  return new UserError(`this is not a saved learner, or it is damaged: ${what}`);
}
