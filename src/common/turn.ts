/**
 * Lets what waits for this thread (signals, timers, a page) have its turn. Promises that are settled already do
 * not: whoever awaits only those keeps the thread to itself.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve);
  });
}
