import { onParentGone } from './as-child.js';
import { EXIT } from './exit.js';
import { hangupStops } from './hangup.js';

/**
 * Milliseconds in which several signals are one wish. Under npx, for example, Ctrl-C comes from the terminal and
 * from npm, and systemd sends SIGTERM and SIGHUP.
 */
const ONE_WISH = 1000;

/**
 * Ctrl-C, handled politely: the first asks for a stop (the signal is aborted), a later one ends the
 * program at once.
 * @param onFirst tells the person that it was heard
 * @param asChild takes the end of the program that started this one for the same
 */
export function onInterrupt(
  onFirst: () => void,
  { asChild = false }: { asChild?: boolean | undefined } = {},
): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  let isLater = false;
  const handle = () => {
    if (!controller.signal.aborted) {
      // A signal that came while a batch kept this thread busy is heard before an immediate is.
      setTimeout(() => setImmediate(() => (isLater = true)), ONE_WISH).unref();
      controller.abort();
      onFirst();
    } else if (isLater) process.exit(EXIT.interrupted);
  };
  const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).filter(
    (name) => name !== 'SIGHUP' || hangupStops,
  );
  for (const name of signals) process.on(name, handle);
  const release = asChild
    ? onParentGone(() => !controller.signal.aborted && handle())
    : () => undefined;
  return {
    signal: controller.signal,
    release() {
      // What is left to do after a stop is short, and the wish's second signal must not cut it off.
      if (controller.signal.aborted) return;
      for (const name of signals) process.off(name, handle);
      release();
    },
  };
}
