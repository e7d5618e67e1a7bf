// biome-ignore-all lint/suspicious/noControlCharactersInRegex: what magic numbers are made of
/** What a file is, by its first bytes: for messages to people who gave one for another. */
import { printable } from '../printable.js';

export interface FileKind {
  /** With its article: `a web page`. */
  readonly name: string;
  /** What to do about it, where that can be said whatever the file was given for. */
  readonly advice?: string | undefined;
  /** It shows something: whoever wants a picture may convert it. */
  readonly isPicture?: boolean | undefined;
  /** It is JSON, or begins like it. */
  readonly isJson?: boolean | undefined;
  /** It can be read as a zip archive, whatever it is called. */
  readonly isZip?: boolean | undefined;
}

/** So many of a file's first bytes tell all that there is to tell. */
export const KIND_BYTES = 512;

const PULL = 'run "git lfs pull" in the repository that it comes from';
const DOWNLOAD = 'download the file itself, not the page that shows it';
const UNPACK = 'unpack it and give what is in it';
/** In the place of an advice. */
const PICTURE = Symbol('picture');
const RESTORE = 'Learner.restore(JSON.parse(text)) takes it';

type Advice = string | typeof PICTURE;
type Row = readonly [at: number, magic: string, name: string, advice?: Advice];

/** Magic numbers, one character a byte. The first that fits counts. */
const MAGIC: readonly Row[] = [
  [0, '\x89PNG\r\n\x1a\n', 'a PNG picture', PICTURE],
  [0, '\xff\xd8\xff', 'a JPEG picture', PICTURE],
  [0, 'GIF8', 'a GIF picture', PICTURE],
  [8, 'WEBP', 'a WebP picture', PICTURE],
  [0, 'II*\0', 'a TIFF picture', PICTURE],
  [0, 'MM\0*', 'a TIFF picture', PICTURE],
  [4, 'ftypavif', 'an AVIF picture', PICTURE],
  [4, 'ftyphei', 'a HEIC picture', PICTURE],
  [4, 'ftyphev', 'a HEIC picture', PICTURE],
  [4, 'ftypmif1', 'a HEIC picture', PICTURE],
  [4, 'ftyp', 'a video'],
  [0, '\0\0\x01\0', 'an icon', PICTURE],
  [0, '8BPS', 'a Photoshop file', PICTURE],
  [0, '\0\0\0\x0cJXL ', 'a JPEG XL picture', PICTURE],
  [0, '\xff\x0a', 'a JPEG XL picture', PICTURE],
  [0, '%PDF-', 'a PDF document'],
  [0, '\x1f\x8b', 'a gzip archive', UNPACK],
  [4, '1AY&SY', 'a bzip2 archive', UNPACK],
  [0, '\xfd7zXZ\0', 'an xz archive', UNPACK],
  [0, '\x28\xb5\x2f\xfd', 'a zstd archive', UNPACK],
  [0, '7z\xbc\xaf\x27\x1c', 'a 7z archive', UNPACK],
  [0, 'Rar!\x1a\x07', 'a RAR archive', UNPACK],
  [257, 'ustar', 'a tar archive', UNPACK],
  [0, '\x89HDF\r\n\x1a\n', 'an HDF5 file, the format of Keras (.h5)'],
  [0, '\x93NUMPY', 'a NumPy array (.npy)'],
  [0, 'MATLAB 5.0 MAT-file', 'a MATLAB file (.mat)'],
  [0, 'GGUF', 'a GGUF model'],
  [4, 'TFL3', 'a TensorFlow Lite model'],
  [0, 'PAR1', 'a Parquet table'],
  [0, 'SQLite format 3\0', 'an SQLite database'],
  [0, '\0asm', 'a WebAssembly module'],
  [0, '\x7fELF', 'a program'],
  [0, 'MZ\x90\0', 'a program'],
  [0, '\0\0\x08\x03', 'an IDX file of pictures, the format of MNIST'],
  [0, '\0\0\x08\x01', 'an IDX file of labels, the format of MNIST'],
];

/** What archives of other programs have as their first file. */
const IN_ZIP: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)(data\.pkl|byteorder|\.format_version|version)$/, 'a PyTorch file (.pt, .pth)'],
  [/\.npy$/, 'a NumPy archive (.npz)'],
  [/^(metadata\.json|config\.json|model\.weights\.h5)$/, 'a Keras model (.keras)'],
  [/^(\[Content_Types\]\.xml|_rels\/)/, 'an Office document'],
];

/** Texts, by how they begin. */
const TEXTS: readonly (readonly [RegExp, string, Advice?])[] = [
  [/^version https:\/\/git-lfs/, 'a Git LFS pointer, which stands for the real file', PULL],
  [/^<(!doctype html|html|head|body|script|meta|title)/i, 'a web page', DOWNLOAD],
  [/^(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!doctype svg[^>]*>\s*)?<svg/is, 'an SVG picture', PICTURE],
  [/^<!--.*?-->\s*<(!doctype html|html)/is, 'a web page', DOWNLOAD],
  [/^<\?xml|^<[a-z]/i, 'an XML document'],
  [/^\{\s*"format":\s*[12],\s*"weights":/, 'a saved learner', RESTORE],
  [/^[{[]/, 'JSON text'],
  [/^model_checkpoint_path:/, 'the index of TensorFlow checkpoints'],
  [/^(P[1-6])\s/, 'a PNM picture', PICTURE],
];

/**
 * Names the kind of a file.
 * @param bytes its first {@link KIND_BYTES}, or all of them
 * @returns undefined where nothing is known about such bytes, and for safetensors files
 */
export function fileKind(bytes: Uint8Array): FileKind | undefined {
  if (bytes.length === 0) return { name: 'an empty file' };
  const head = latin1(bytes.subarray(0, KIND_BYTES));
  if (isSafetensors(head)) return undefined;
  if (head.startsWith('PK\x03\x04')) return zipKind(head);
  if (head.startsWith('PK\x05\x06')) return { name: 'an empty zip archive', isZip: true };
  if (head.startsWith('BM') && /^[\x0c\x28\x34\x38\x40\x6c\x7c]\0/.test(head.slice(14))) {
    return kindOf('a BMP picture', PICTURE);
  }
  for (const [at, magic, name, advice] of MAGIC) {
    if (head.startsWith(magic, at)) return kindOf(name, advice);
  }
  if (/^\x80[\x02-\x05][^\0]/.test(head)) {
    return { name: 'a Python pickle, as older PyTorch writes it' };
  }
  // A version, then the name of the program that wrote it.
  if (/^\x08[\x01-\x14]\x12[\x01-\x40][\x20-\x7e]/.test(head)) return { name: 'an ONNX model' };
  return isBlank(head) ? BLANK : textKind(bytes.subarray(0, KIND_BYTES));
}

function kindOf(name: string, advice: Advice | undefined): FileKind {
  return advice === PICTURE ? { name, isPicture: true } : { name, advice };
}

/** The length of a header, then the header: the length alone may look like anything. */
function isSafetensors(head: string): boolean {
  return head[8] === '{' && head.slice(4, 8) === '\0\0\0\0';
}

function zipKind(head: string): FileKind {
  const length = head.charCodeAt(26) | (head.charCodeAt(27) << 8);
  const first = head.slice(30, 30 + length);
  const known = IN_ZIP.find(([pattern]) => pattern.test(first));
  return known
    ? { name: known[1], isZip: true }
    : { name: 'a zip archive', advice: UNPACK, isZip: true };
}

function textKind(bytes: Uint8Array): FileKind | undefined {
  let text: string;
  try {
    // The last character may be cut in two.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
  if (/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text)) return undefined;
  const start = text.trimStart();
  const known = TEXTS.find(([pattern]) => pattern.test(start));
  if (known) return { ...kindOf(known[1], known[2]), isJson: /^[{[]/.test(start) };
  const line = start.split('\n', 1)[0]!.trim();
  return line === ''
    ? { name: 'a text file of blank lines' }
    : { name: `a text file that begins with "${quotedShort(line)}"` };
}

function quotedShort(line: string): string {
  const characters = [...line];
  return printable(characters.length > 40 ? `${characters.slice(0, 40).join('')}…` : line);
}

/** A download that never came leaves such files. */
const BLANK: FileKind = {
  name: 'a file that begins with zeros only',
  advice: 'download or copy it again',
};

function isBlank(head: string): boolean {
  return head.length >= 64 && /^\0*$/.test(head);
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
