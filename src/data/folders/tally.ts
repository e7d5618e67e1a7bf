import { quoted } from '../../common/printable.js';

/** Names at most in a list for people. */
const NAMED = 3;
/** Kinds of files that are counted apart. */
const MOST_KINDS = 6;

/** How many there are of something, and the first few by name. */
export class Tally {
  count = 0;
  readonly first: string[] = [];

  add(name: string): void {
    this.count++;
    if (this.first.length < NAMED) this.first.push(name);
  }

  /** `a.gif, b.gif, c.gif and 12 more` */
  toString(): string {
    const names = this.first.map((name) => quoted(name)).join(', ');
    const more = this.count - this.first.length;
    return more > 0 ? `${names} and ${more.toLocaleString('en')} more` : names;
  }
}

/** How many files there are of each kind, by the endings of their names. */
export class Kinds {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    const ending = /\.[^./]{1,10}$/.exec(name)?.[0].toLowerCase() ?? '';
    const isNew = !this.#counts.has(ending) && this.#counts.size >= MOST_KINDS;
    const kind = isNew ? '' : ending;
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  has(pattern: RegExp): boolean {
    return [...this.#counts.keys()].some((kind) => pattern.test(kind));
  }

  /** `4 .heic files and 1 other file`; empty where there are none. */
  toString(): string {
    const parts = [...this.#counts]
      .sort(([a, m], [b, n]) => +(a === '') - +(b === '') || n - m)
      .map(([kind, count]) => {
        const files = count === 1 ? 'file' : 'files';
        return `${count.toLocaleString('en')} ${kind === '' ? 'other' : quoted(kind)} ${files}`;
      });
    const last = parts.pop();
    return parts.length > 0 ? `${parts.join(', ')} and ${last}` : (last ?? '');
  }
}
