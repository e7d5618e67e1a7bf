/** What the page says of a training, and of what trains. */
import type { Machine } from './messages.js';

/**
 * `On your graphics processor (NVIDIA ampere): 1,930 episodes a second, 7 times as many as on this machine's processor
 * with 7 threads.`
 */
export function speedInWords(machine: Machine, episodes: number): string {
  const speed = speedOf(episodes);
  const { means, gpu, processorSpeed, engine } = machine;
  const threads = machine.threads === 1 ? '1 thread' : `${machine.threads} threads`;
  if (means === 'cpu') {
    const simd = engine === 'relaxed' ? 'relaxed SIMD' : 'SIMD';
    return `On your processor (${threads}, ${simd}): ${speed}.`;
  }
  const than = processorSpeed
    ? `, ${times(episodes / processorSpeed)} on this machine’s processor with ${threads}`
    : '';
  return `On your graphics processor${named(gpu)}: ${speed}${than}.`;
}

export function slowerInWords({ gpu }: Machine, episodes: number): string {
  return `Your graphics processor${named(gpu)} would be slower: ${speedOf(episodes)}.`;
}

export function failedInWords(hasBegun: boolean): string {
  return hasBegun
    ? 'The graphics processor stopped working, so the training began again on your processor.'
    : 'The graphics processor could not be used, so your processor trains.';
}

/** Where the same weights come out. */
export function sameInWords({ means }: Machine): string {
  return means === 'cpu'
    ? 'Training from this address gives the same weights on every processor.'
    : 'Training from this address again gives the same weights on this graphics processor.';
}

/** Browsers may keep the name to themselves. */
const named = (gpu: string | undefined) => (gpu && gpu !== 'GPU' ? ` (${gpu})` : '');

function speedOf(episodes: number): string {
  const number = count(episodes);
  return `${number} ${number === '1' ? 'episode' : 'episodes'} a second`;
}

/** With three digits that count: `1,930`, `42`. */
function count(value: number): string {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 2);
  return (Math.round(value / unit) * unit).toLocaleString('en');
}

function times(ratio: number): string {
  const short = Number(ratio < 1 ? ratio.toPrecision(1) : ratio.toFixed(1));
  const number = ratio < 3 ? String(short) : count(ratio);
  return number === '1' ? 'as many as' : `${number} times as many as`;
}
