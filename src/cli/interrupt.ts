import { EXIT } from './exit.js';

/**
 * Ctrl-C, handled politely: the first asks for a stop (the signal is aborted), the second ends the
 * program at once.
 * @param onFirst tells the person that it was heard
 */
export function onInterrupt(onFirst: () => void): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const handle = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    onFirst();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, handle);
  return {
    signal: controller.signal,
    release() {
      for (const name of signals) process.off(name, handle);
    },
  };
}
