import { join } from 'node:path';
import type { DataSet } from '../../dist/data/drawings.js';
import { findClasses } from '../../dist/data/folders/class-folders.js';
import { loadOmniglot } from '../../dist/data/omniglot/omniglot.js';
import { openDataSet } from '../../dist/data/open.js';
import { splitClasses } from '../../dist/data/splits.js';
import type { Learner } from '../../dist/learner/learner.js';
import type { Prepared } from '../../dist/learner/prepare.js';
import { domain } from '../domains/make.ts';

/** A class: how many drawings it has, and each as the network gets it. */
export interface Class {
  readonly count: number;
  readonly drawing: (index: number) => Prepared;
}

/** The classes of `omniglot` (its test classes), `glyphs`, drawings of `bench/domains`, or a folder of class folders. */
export async function classesOf(name: string, learner: Learner): Promise<Class[]> {
  if (name === 'omniglot') {
    const data = await loadOmniglot({ side: 105 });
    return splitClasses(data).test.map((index) => ofAtlas(data, index, learner));
  }
  if (name === 'glyphs') {
    const data = await openDataSet({ name });
    return data.classes.map((_, index) => ofAtlas(data, index, learner));
  }
  const folder = (await domain(name)) ?? name;
  const { classes } = findClasses(folder, {
    ...{ where: folder, limit: 1_000_000, least: 2 },
    layout: 'give a folder of class folders, or the name of a data set',
  });
  return classes.map(({ files }) =>
    lazily(files.length, (index) => learner.prepare(join(folder, files[index]!.path))),
  );
}

/** Exported for Omniglot's training classes, which settings are chosen on. */
export function ofAtlas({ classes, atlas, side }: DataSet, index: number, learner: Learner): Class {
  const { first, count } = classes[index]!;
  return lazily(count, (i) => {
    const ink = atlas.subarray((first + i) * side * side, (first + i + 1) * side * side);
    return learner.prepare({ width: side, height: side, data: ink.map((value) => 255 - value) });
  });
}

/** Only some drawings are used, and those often. */
function lazily(count: number, prepare: (index: number) => Prepared): Class {
  const prepared = new Map<number, Prepared>();
  return {
    count,
    drawing(index) {
      const drawing = prepared.get(index) ?? prepare(index);
      prepared.set(index, drawing);
      return drawing;
    },
  };
}
