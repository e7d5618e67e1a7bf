/** The parts of docs/performance.md that benchmarks write. */
import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '../dist/common/files/atomic-file.js';

const PAGE = 'docs/performance.md';

/** Replaces what is between `<!-- name -->` and the next `<!-- end -->`. */
export async function fillPage(name: string, text: string): Promise<void> {
  const page = readFileSync(PAGE, 'utf8');
  const begin = `<!-- ${name} -->\n`;
  const from = page.indexOf(begin) + begin.length;
  const to = page.indexOf('<!-- end -->', from);
  if (!page.includes(begin) || to < 0) throw new Error(`${PAGE} has no place for ${name}`);
  await writeFileAtomic(PAGE, `${page.slice(0, from)}\n${text}\n${page.slice(to)}`);
  console.log(PAGE);
}
