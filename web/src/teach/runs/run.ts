/** A run: one configuration, trained or waiting to be. */
import type { Settings } from '../task/settings.js';
import type { Point, Result } from '../training/messages.js';

export type State = 'waiting' | 'training' | 'stopping' | 'stopped' | 'finished' | 'failed';

export interface Run {
  readonly number: number;
  readonly settings: Settings;
  /** Its colour and dashes. */
  readonly place: number;
  name: string;
  state: State;
  batch: number;
  secondsLeft: number;
  /** While it is tested: 0 to 1. */
  tested: number | undefined;
  /** What it runs on, in words. */
  machine: string | undefined;
  seconds: number;
  readonly points: Point[];
  result: Result | undefined;
  /** Why it failed. */
  why: string | undefined;
}

export const isUnderWay = ({ state }: Run) => state === 'training' || state === 'stopping';
export const isTested = (run: Run): run is Run & { result: Result } => run.result !== undefined;
