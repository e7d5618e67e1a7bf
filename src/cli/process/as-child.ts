/**
 * `mann train` and `mann test` as a process of a sweep: they tell how far they are through Node's channel between
 * processes, and take the end of that channel for Ctrl-C.
 */
import { Option } from 'commander';

/** Tells that a program listens on the channel, and that --save-dir is the run folder itself, whatever the preset. */
export const AS_CHILD = '--as-child';

export interface ChildFlags {
  asChild?: true;
}

export const asChildOption = (): Option => new Option(AS_CHILD).hideHelp();

/** Calls back when the program that started this one is gone, or wants no more: also if it is so already. */
export function onParentGone(callback: () => void): () => void {
  if (!process.connected) {
    setImmediate(callback);
    return () => undefined;
  }
  process.on('disconnect', callback);
  process.channel?.unref(); // it is no reason to go on living
  return () => process.off('disconnect', callback);
}
