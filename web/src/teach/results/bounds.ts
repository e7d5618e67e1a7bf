import { ceiling, chance } from 'mann';
import { INSTANCES } from '../charts/learning.js';
import type { Settings } from '../task/settings.js';
import type { Score } from '../training/messages.js';

type Scores = Readonly<Record<string, Score>>;
type Labels = Pick<Settings, 'labels' | 'classes'>;

const each = (score: (instance: number) => number): Scores =>
  Object.fromEntries(INSTANCES.map((key) => [key, { accuracy: score(Number(key)), ci95: 0 }]));

/** What guessing scores. One of 3,125 strings cannot be guessed. */
export const chanceOf = ({ labels, classes }: Labels): Scores =>
  each(() => (labels === 'strings' ? 0 : chance(classes)));

/** What cannot be beaten: on the 1st instance a label is not known yet. */
export const ceilingOf = ({ labels, classes }: Labels): Scores =>
  each((instance) => (instance === 1 && labels === 'strings' ? 0 : ceiling(classes, instance)));
