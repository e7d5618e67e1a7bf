/** A target that breaks the contract in every way, to see that it is noticed. */
import fc from 'fast-check';
import { UserError } from '../../dist/common/errors.js';
import { type Outcome, refusal, type Target } from './target.ts';

const kept: unknown[] = [];

function run(input: Uint8Array): Outcome {
  const text = Buffer.from(input).toString();
  if (text.includes('hang')) for (;;);
  if (text.includes('throw')) throw new TypeError('of no use to people');
  if (text.includes('heap')) for (;;) kept.push(new Array(1e6).fill(text));
  if (text.includes('memory')) kept.push(Buffer.alloc(2 ** 29, 1));
  if (text.includes('exit')) process.exit(3);
  if (text.includes('lines')) {
    return refusal(Object.assign(new UserError(''), { message: 'one\n    at two' }));
  }
  return 'accepted';
}

export const target: Target = {
  inputs: fc
    .tuple(fc.string(), fc.constantFrom('', '', '', 'throw'), fc.string())
    .map((parts) => Buffer.from(parts.join(''))),
  run,
};
