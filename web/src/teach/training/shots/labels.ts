/** Labels as inputs and answers have them: one-hot, or one-hot letter by letter. */
import { type Floats, type Forward, logitsOf, type ModelConfig } from 'mann';

type Form = Pick<ModelConfig, 'output' | 'numClasses' | 'labelLength'>;

/** L: labels that there are. */
export const labelsOf = ({ output, numClasses, labelLength }: Form) =>
  output === 'strings' ? numClasses ** labelLength : numClasses;

/** Writes a label into an input: as a one-hot, or one for each letter. */
export function tellLabel(
  x: Float32Array,
  at: number,
  label: number,
  { output, numClasses: C, labelLength }: Form,
) {
  let rest = label;
  const letters = output === 'strings' ? labelLength : 1;
  for (let letter = letters - 1; letter >= 0; letter--) {
    x[at + letter * C + (rest % C)] = 1;
    rest = Math.floor(rest / C);
  }
}

/** The labels that answers say. */
export function readLabels(
  logits: Floats,
  { output, numClasses: C, labelLength }: Form,
): Uint16Array {
  const letters = output === 'strings' ? labelLength : 1;
  const said = new Uint16Array(logits.length / (letters * C));
  for (let i = 0; i < said.length * letters; i++) {
    let best = 0;
    for (let c = 1; c < C; c++) if (logits[i * C + c]! > logits[i * C + best]!) best = c;
    const label = Math.floor(i / letters);
    said[label] = said[label]! * C + best;
  }
  return said;
}

/** What `evaluate` wants to know of an engine that has no state. */
export const stateless = {
  threads: 0,
  zeroState: (): never => {
    throw new Error('no state');
  },
};

/** Labels as a network of this configuration would answer them. */
export function answered(
  labels: ArrayLike<number>,
  { output, numClasses: C, labelLength }: Form,
): Forward {
  const logits = output === 'strings' ? spelt(labels, labelLength, C) : logitsOf(labels, C);
  return { loss: 0, logits, familiarity: new Float32Array() };
}

/** 1 at each letter of each label. */
function spelt(labels: ArrayLike<number>, letters: number, alphabet: number): Float32Array {
  const logits = new Float32Array(labels.length * letters * alphabet);
  for (let i = 0; i < labels.length; i++) {
    let rest = labels[i]!;
    for (let letter = letters - 1; letter >= 0; letter--) {
      logits[(i * letters + letter) * alphabet + (rest % alphabet)] = 1;
      rest = Math.floor(rest / alphabet);
    }
  }
  return logits;
}

/** A label as people read it: a string, `aaabc`, or a number from 1. */
export function readable(label: number, { output, numClasses: C, labelLength }: Form): string {
  if (output !== 'strings') return String(label + 1);
  const letters = Array.from(
    { length: labelLength },
    (_, i) => Math.floor(label / C ** (labelLength - 1 - i)) % C,
  );
  return String.fromCharCode(...letters.map((letter) => 'a'.charCodeAt(0) + letter));
}
