/** The first NaN or infinity, in words; undefined if there is none. */
export function nonFiniteIn(numbers: Float32Array | Float64Array): string | undefined {
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i]!;
    if (value - value !== 0) {
      return `${Number.isNaN(value) ? 'NaN' : 'infinity'} (at index ${i})`;
    }
  }
  return undefined;
}
