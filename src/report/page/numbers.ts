/** A number with so many digits behind the point, and a real minus sign: `fixed(-1.234, 2)` is −1.23. */
export function fixed(number: number, digits: number): string {
  const text = number.toFixed(digits);
  // -0.001 has no sign once it is rounded
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** A share in whole percent. */
export function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

/** A whole number as people write it: 1,600. */
export function count(number: number): string {
  return number.toLocaleString('en');
}
