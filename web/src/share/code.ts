/** Symbols as code that people take elsewhere: a program for Node.js, a frame for another page. */
import { UserError } from 'mann';
import { base64Of } from '../../../dist/common/numbers/base64.js';

/** A drawing as the network sees it. */
export interface Seen {
  readonly name: string;
  /** [side, side]: foreground, 0 to 255. */
  readonly ink: Uint8Array;
}

/**
 * A program that knows these symbols, for a folder in which `npm install mann` was run: `codeOf(symbols, 20)`.
 * @param side of the drawings in pixels, as the network takes them
 */
export function codeOf(symbols: readonly Seen[], side: number): string {
  const file = fileNameOf(symbols.map(({ name }) => name));
  const examples = symbols.map(({ name, ink }) => `  [${literal(name)}, '${base64Of(ink)}'],`);
  return `// npm install mann, then: node ${file} drawing.png
import { Learner } from 'mann';

const learner = await Learner.load('mann-omniglot-20way'); // the page's network
for (const [name, pixels] of examples()) {
  const ink = Float32Array.from(Buffer.from(pixels, 'base64'), (byte) => byte / 255);
  learner.observe({ width: ${side}, height: ${side}, ink }, name);
}
const [file] = process.argv.slice(2);
if (!file) {
  console.error('Which picture? node ${file} drawing.png');
  process.exit(2);
}
const { label, confidence, known } = learner.predict(file);
console.log(known ? \`\${label}, \${Math.round(100 * confidence)}%\` : 'none of these');

// The drawings as the network sees them: ${side} by ${side} pixels, a byte each.
function examples() {
  return [
${examples.map((line) => `  ${line}`).join('\n')}
  ];
}
`;
}

/** What the program may be called: `cat-or-dog.mjs`, or `symbols.mjs` where names are many or not of plain letters. */
export function fileNameOf(names: readonly string[]): string {
  const words = names.map((name) => name.toLowerCase());
  const isPlain = names.length <= 3 && words.every((word) => /^[a-z][a-z0-9]{0,15}$/.test(word));
  return `${isPlain ? words.join('-or-') : 'symbols'}.mjs`;
}

/** A frame that shows the page with these symbols in another page: `embedOf(address)`. */
export function embedOf(address: string): string {
  if (!/^https?:/.test(address))
    throw new UserError('only a page that a server has can be embedded');
  return (
    `<iframe src="${attribute(address)}" width="${EMBED_WIDTH}" height="${EMBED_HEIGHT}" ` +
    `title="${attribute(EMBED_TITLE)}" loading="lazy"></iframe>`
  );
}

const EMBED_WIDTH = 480;
const EMBED_HEIGHT = 640;
const EMBED_TITLE = 'Draw a symbol: a neural network says which it is';

/** A string in code that stays one wherever the code is pasted, and shows all that is in it. */
function literal(text: string): string {
  return JSON.stringify(text).replace(/[<\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function attribute(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '"': '&quot;',
    "'": '&#39;',
    '<': '&lt;',
    '>': '&gt;',
  };
  return text.replace(/[&"'<>]/g, (character) => entities[character]!);
}
