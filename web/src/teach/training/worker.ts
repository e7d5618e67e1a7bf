/** Trains and tests networks on the library's own engines, away from the page's thread. One at a time. */
import { messageOf, serialiseCheckpoint, UserError } from 'mann';
import { Course } from './course.js';
import { drawingsOfAll } from './data.js';
import { exampleOf } from './example.js';
import type { Answer, Ask } from './messages.js';

/** By the numbers of their runs; what is stopped or done is kept, to go on or to be downloaded. */
const courses = new Map<number, Course>();
let stop = new AbortController();
/** Until the training before has come to rest. */
let rest: Promise<unknown> = Promise.resolve();

self.onmessage = ({ data: ask }: MessageEvent<Ask>) => {
  const run = 'run' in ask ? ask.run : undefined;
  answer(ask).catch((error) => post({ kind: 'failed', run, message: inWords(error) }));
};

async function answer(ask: Ask): Promise<void> {
  if (ask.kind === 'stop') stop.abort();
  else if (ask.kind === 'forget') courses.delete(ask.run);
  else if (ask.kind === 'example') {
    const { settings } = ask;
    post({ kind: 'example', settings, steps: exampleOf(settings, drawingsOfAll()) });
  } else if (ask.kind === 'weights') {
    const { checkpoint } = courses.get(ask.run) ?? {};
    if (!checkpoint) throw new UserError('there is nothing of this network yet');
    const bytes = Uint8Array.from(serialiseCheckpoint(checkpoint));
    self.postMessage({ kind: 'weights', run: ask.run, bytes } satisfies Answer, {
      transfer: [bytes.buffer],
    });
  } else {
    const { run, settings, threads } = ask;
    stop = new AbortController();
    const { signal } = stop;
    const before = rest;
    const work = async () => {
      await before;
      const course = courses.get(run) ?? new Course(run, settings, drawingsOfAll(), threads, post);
      courses.set(run, course);
      await course.run(signal);
    };
    const done = work();
    rest = done.catch(() => {}); // whoever asked hears of it
    await done;
  }
}

function inWords(error: unknown): string {
  return error instanceof RangeError && /memory|allocation/i.test(error.message)
    ? 'this browser has too little memory for it'
    : messageOf(error);
}

const post = (answer: Answer) => self.postMessage(answer);
