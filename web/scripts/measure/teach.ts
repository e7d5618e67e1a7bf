/**
 * Whether the page for classes stutters: while it trains three networks, the time between two frames and what the
 * page's own thread did at most in one go, by the clock and in time on the processor (a machine with other work to
 * do makes the clock longer). `npx tsx web/scripts/measure/teach.ts [batches]`, after `npm run web:build`.
 */
import { findChromium, launch, openPage, serve } from '../../../test/web/browser.js';
import { finished, follow, QUICK, train } from '../../../test/web/teach/teach-page.js';
import { WATCH_FRAMES } from './frames.js';

const batches = Number(process.argv[2] ?? 300);
const settings = QUICK.replace('batches=120', `batches=${batches}`);

interface TraceEvent {
  readonly name: string;
  readonly tid: number;
  readonly pid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

const site = await serve();
const browser = await launch(findChromium()!);
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const { page } = await openPage(context, `${site.url}teach.html${settings}`);
await page.waitForFunction(() => document.querySelectorAll('#example li').length > 0);
await page.evaluate(WATCH_FRAMES);
const frames = async (when: string) => {
  const gaps = await page.evaluate(() =>
    (window as unknown as { gaps: number[] }).gaps.splice(0).sort((a, b) => a - b),
  );
  const over = gaps.filter((gap) => gap > 50).length;
  console.log(
    `${when}: ${gaps.length} frames, median ${gaps[gaps.length >> 1]!.toFixed(1)} ms, ` +
      `longest ${gaps.at(-1)!.toFixed(1)} ms, ${over} over 50 ms`,
  );
};
await page.waitForTimeout(5000);
await frames('at rest');
const events: TraceEvent[] = [];
const session = await context.newCDPSession(page);
session.on('Tracing.dataCollected', ({ value }) =>
  events.push(...(value as unknown as TraceEvent[])),
);
await session.send('Tracing.start', {
  categories: 'toplevel,disabled-by-default-devtools.timeline,__metadata',
});
await train(page);
await train(page);
await follow(page, `${settings}&memory=none&encoder=mlp`);
await train(page);
await finished(page, 3);
await frames('training');
const complete = new Promise((resolve) => session.on('Tracing.tracingComplete', resolve));
await session.send('Tracing.end');
await complete;
const main = events.filter(
  ({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain',
);
const tasks = events.filter(
  ({ name, tid, pid, dur }) =>
    name.endsWith('RunTask') &&
    dur !== undefined &&
    main.some((one) => one.tid === tid && one.pid === pid),
);
const longest = (time: (event: TraceEvent) => number) => Math.max(...tasks.map(time)) / 1000;
const over = (time: (event: TraceEvent) => number) =>
  tasks.filter((one) => time(one) > 50_000).length;
const [wall, own] = [(one: TraceEvent) => one.dur!, (one: TraceEvent) => one.tdur ?? 0];
console.log(
  `${tasks.length} tasks of the page's thread: longest ${longest(wall).toFixed(1)} ms (${over(wall)} over 50 ms) by the clock, ` +
    `${longest(own).toFixed(1)} ms (${over(own)} over 50 ms) on the processor`,
);
await browser.close();
await site.close();
