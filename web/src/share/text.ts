/** Text on a canvas, in the widths that there are. */
import type { Context } from './paint-look.js';

/** The text in lines of at most this width, broken between words. */
export function linesOf(context: Context, text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && context.measureText(longer).width <= width)
      lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** The text, or its beginning and an ellipsis where it is wider than this. */
export function shortened(context: Context, text: string, width: number): string {
  const fits = (text: string) => context.measureText(text).width <= width;
  if (fits(text)) return text;
  const characters = charactersOf(text);
  while (characters.length > 1 && !fits(`${characters.join('').trimEnd()}…`)) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

/** As people count them: an emoji of several parts is one. */
function charactersOf(text: string): string[] {
  if (!('Segmenter' in Intl)) return [...text];
  return [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
}
