import { UserError } from '../../common/errors.js';
import { notFolder } from '../../common/files/read-file.js';
import { quoted } from '../../common/printable.js';
import { PICTURE_KINDS, PICTURE_NAME } from '../pictures/picture.js';
import { Tally } from './tally.js';
import { type FoundFile, kindOf, type Listing, survey } from './walk.js';

/** A class: a folder with pictures in it. */
export interface ClassFolder {
  /** Its path from the data's folder on, with `/` between folders, in Unicode's composed form (NFC). */
  readonly name: string;
  /** Sorted by name. */
  readonly files: readonly FoundFile[];
}

export interface ClassFolders {
  /** Sorted by name. */
  readonly classes: readonly ClassFolder[];
  /** What was passed over, a sentence without its full stop; undefined where nothing was. */
  readonly passedOver: string | undefined;
}

export interface FindOptions {
  /** Names the folder in messages. */
  readonly where: string;
  /** Pictures at most. */
  readonly limit: number;
  /** Classes at least. */
  readonly least: number;
  /** What such a folder must look like, for messages. */
  readonly layout: string;
}

/**
 * The class folders in a folder: any folder below it, however deep, that has pictures in it. Pictures beside them are
 * of no class.
 * @throws UserError where there are too few, one would be empty, or two have the same name
 */
export function findClasses(
  folder: string,
  { where, limit, least, layout }: FindOptions,
): ClassFolders {
  checkFolder(folder, where, layout);
  const listing = survey(folder, PICTURE_NAME, limit);
  const { files } = listing;
  if (files.length === 0) throw new UserError(noPictures(where, listing, layout));
  checkBare(where, listing);
  const classes = new Map<string, FoundFile[]>();
  const spellings = new Map<string, string>();
  const beside = new Tally();
  for (const file of files) {
    const end = file.path.lastIndexOf('/');
    if (end < 0) {
      beside.add(file.path);
      continue;
    }
    const spelling = file.path.slice(0, end);
    // macOS writes accents apart from their letters; such names look the same and are the same.
    const name = spelling.normalize('NFC');
    const other = spellings.get(name);
    if (other !== undefined && other !== spelling)
      throw new UserError(twice(where, other, spelling));
    spellings.set(name, spelling);
    const pictures = classes.get(name);
    if (pictures) pictures.push(file);
    else classes.set(name, [file]);
  }
  if (classes.size < least) {
    const found =
      classes.size === 0
        ? 'pictures but no folders of them'
        : `only one class of pictures (${quoted([...classes.keys()][0]!, 200)}), and at least ${least === 2 ? 'two' : least} classes are needed`;
    throw new UserError(`${where} has ${found}: ${layout}`);
  }
  return {
    classes: [...classes]
      .map(([name, files]) => ({ name, files }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    passedOver: passedOver(where, listing, beside, 'outside the class folders'),
  };
}

/**
 * The pictures right in a folder, not in folders of it, sorted by name.
 * @throws UserError where there is none
 */
export function findPictures(
  folder: string,
  { where, limit, layout }: Omit<FindOptions, 'least'>,
): { files: readonly FoundFile[]; passedOver: string | undefined } {
  checkFolder(folder, where, layout);
  const listing = survey(folder, PICTURE_NAME, limit);
  const inside = new Tally();
  const files = listing.files.filter(({ path }) => {
    if (path.includes('/')) inside.add(path);
    return !path.includes('/');
  });
  if (files.length === 0) {
    const found = `has no ${PICTURE_KINDS} pictures (but folders with some)`;
    throw new UserError(
      inside.count > 0 ? `${where} ${found}: ${layout}` : noPictures(where, listing, layout),
    );
  }
  return { files, passedOver: passedOver(where, listing, inside, 'in folders') };
}

function checkFolder(folder: string, where: string, layout: string): void {
  const kind = kindOf(folder);
  if (kind === 'folder') return;
  throw new UserError(
    kind ? notFolder(folder, where, layout) : `${where} does not exist: ${layout}`,
  );
}

function noPictures(where: string, { kinds }: Listing, layout: string): string {
  const holds = `${kinds}`;
  return `${where} has no ${PICTURE_KINDS} pictures in it${holds && ` (it holds ${holds})`}: ${layout}`;
}

/** A class that vanishes without a word would have its pictures taken for others. */
function checkBare(where: string, { bare }: Listing): void {
  const [first, ...others] = bare;
  if (!first) return;
  const holds = `${first.holds}`;
  const advice = holds
    ? `convert its pictures to ${PICTURE_KINDS}, or move the folder away`
    : 'put pictures into it, or move it away';
  const more = others.length > 0 ? `; ${others.length} more folders have none either` : '';
  throw new UserError(
    `the folder ${quoted(first.path, 200)} in ${where} has no ${PICTURE_KINDS} pictures ` +
      `(${holds ? `it holds ${holds}` : 'it is empty'}${more}), so its class would be empty: ${advice}`,
  );
}

function twice(where: string, one: string, other: string): string {
  return (
    `${where} has two folders of the same name, in two spellings of Unicode (${escaped(one)} and ${escaped(other)}): ` +
    'put their pictures into one of them, or rename one'
  );
}

/** With all but ASCII written out: what differs is seen. */
function escaped(name: string): string {
  return quoted(name, 100).replace(/[^ -~]/gu, (character) =>
    [...character].map((one) => `\\u{${one.codePointAt(0)!.toString(16)}}`).join(''),
  );
}

function passedOver(
  where: string,
  { others, system }: Listing,
  pictures: Tally,
  place: string,
): string | undefined {
  const parts = [
    [others, `that ${others.count === 1 ? 'is' : 'are'} not ${PICTURE_KINDS}`, 'file'] as const,
    [pictures, place, 'picture'] as const,
    [system, 'that systems keep there', 'folder'] as const,
  ]
    .filter(([{ count }]) => count > 0)
    .map(([tally, what, noun]) => {
      const { count } = tally;
      return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'} ${what} (${tally})`;
    });
  return parts.length > 0 ? `Ignored in ${where}: ${parts.join('; ')}` : undefined;
}
