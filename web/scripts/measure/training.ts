/**
 * How fast the page trains, beside Node on one thread, and whether it stutters: the longest time between two
 * frames, and the longest task, while it trains and somebody draws at the top of the page or for the network in
 * training. `npx tsx web/scripts/measure/training.ts [batches]`, after `npm run web:build`.
 */
import {
  createEngine,
  glyphs,
  initialTensors,
  Random,
  splitClasses,
  train,
  trainingEpisodes,
} from 'mann';
import {
  draw,
  findChromium,
  launch,
  openPage,
  serve,
  symbols,
  teach,
} from '../../../test/web/browser.js';
import { CHARACTERS, smallNetwork, smallRecipe } from '../../src/training/network.js';
import { WATCH_FRAMES } from './frames.js';

const batches = Number(process.argv[2] ?? 3000);

async function inNode(): Promise<number> {
  const data = glyphs({ classes: CHARACTERS, seed: 1 });
  const { train: classes } = splitClasses(data);
  const recipe = smallRecipe('cpu', batches);
  const parameters = initialTensors(smallNetwork, new Random(1, 'weights'));
  const engine = await createEngine(smallNetwork, { threads: 0, parameters });
  const source = trainingEpisodes(data, classes, smallNetwork, recipe, 1);
  const dataset = { name: data.name, digest: data.digest, split: 'random' };
  const started = performance.now();
  await train({ engine, recipe, source, seed: 1, dataset });
  return (1000 * batches * recipe.batchSize) / (performance.now() - started);
}

async function inPage(threads: number, drawing: 'nothing' | 'above' | 'for it') {
  const site = await serve();
  const browser = await launch(findChromium()!);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const { page } = await openPage(
    context,
    `${site.url}?processor=cpu&batches=${batches}&threads=${threads}`,
  );
  await teach(page);
  await page.evaluate(() => document.getElementById('train-start')!.click());
  await page.waitForFunction(() =>
    document.querySelector('#train-says')!.textContent!.startsWith('Batch'),
  );
  await page.evaluate(WATCH_FRAMES);
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] });
  const isDone = () => page.evaluate(() => !document.getElementById('trained')!.hidden);
  while (!(await isDone())) {
    if (drawing === 'above') await draw(page, symbols.A!, 0.02);
    else if (drawing === 'for it') await draw(page, symbols.A!, 0.02, page.locator('#trial-pad'));
    else await page.waitForTimeout(200);
  }
  const busiest = busiestTask((await browser.stopTracing()).toString());
  const gaps = await page.evaluate(() => (window as unknown as { gaps: number[] }).gaps);
  const text = (await page.locator('#train-machine').textContent())!;
  await browser.close();
  await site.close();
  gaps.sort((a, b) => a - b);
  return {
    speed: Number(/([\d,]+) episodes a second/.exec(text)![1]!.replaceAll(',', '')),
    frames: gaps.length,
    median: gaps[gaps.length >> 1]!,
    longest: gaps.at(-1)!,
    over50: gaps.filter((gap) => gap > 50).length,
    busiest,
  };
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly name?: string };
  /** Microseconds of the processor's time. */
  readonly tdur?: number;
}

/** The longest task of a page's own thread in milliseconds of the processor's time, whatever else the machine does. */
function busiestTask(trace: string): number {
  const { traceEvents: events } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`;
  const names = events.filter(({ args, name }) => name === 'thread_name' && args.name);
  const pages = new Set(names.filter((e) => e.args.name === 'CrRendererMain').map(threadOf));
  const tasks = events.filter((event) => /RunTask$/.test(event.name) && pages.has(threadOf(event)));
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

const node = await inNode();
console.log(`Node, one thread: ${node.toFixed(0)} episodes/s`);
for (const [threads, drawing] of [
  [0, 'nothing'],
  [0, 'above'],
  [0, 'for it'],
  [1, 'nothing'],
  [2, 'nothing'],
] as const) {
  const { speed, frames, median, longest, over50, busiest } = await inPage(threads, drawing);
  console.log(
    `page, ${threads} threads, drawing ${drawing}: ${speed} episodes/s (${((100 * speed) / node).toFixed(0)}%), ` +
      `${frames} frames, median ${median.toFixed(1)} ms, longest ${longest.toFixed(1)} ms, ${over50} over 50 ms; ` +
      `longest task ${busiest.toFixed(1)} ms of the processor`,
  );
}
