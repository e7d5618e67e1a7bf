const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** A number of bytes for people: 64 MB, 3.6 TB. (1 kB is 1,024 bytes.) */
export function inWords(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1024 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${Number(amount.toPrecision(amount >= 100 ? 4 : 2)).toLocaleString('en')} ${UNITS[unit]}`;
}
