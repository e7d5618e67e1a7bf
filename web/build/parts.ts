import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const HERE = /<!-- part: ([a-z-]+) -->/g;

/** Puts `web/parts/NAME.html` where a page says `<!-- part: NAME -->`: each section is a file, and pages share them. */
export function parts(): Plugin {
  return {
    name: 'parts',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html.replace(HERE, (_, name: string) =>
          readFileSync(new URL(`../parts/${name}.html`, import.meta.url), 'utf8').trimEnd(),
        ),
    },
  };
}
