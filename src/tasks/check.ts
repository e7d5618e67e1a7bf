/**
 * Checks a number that a program gave: `checkWhole('length of a function', length, 1)`.
 * @throws RangeError if it is not a whole number from `least` to `most`
 */
export function checkWhole(
  what: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`${what} must be a whole number ${range}, not ${value}`);
}
