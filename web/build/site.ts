import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** Where the source code is, when package.json names no repository: the package that README installs. */
const FALLBACK = 'https://www.npmjs.com/package/mann';

/** The address of the source code, as a link. */
function repository(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { repository } = JSON.parse(text) as { repository?: string | { url?: string } };
  const named = typeof repository === 'string' ? repository : repository?.url;
  if (!named) return FALLBACK;
  const short = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(named);
  if (short) return `https://github.com/${short[1]}`;
  return named
    .replace(/^git\+/, '')
    .replace(/^(git|ssh):\/\/(git@)?/, 'https://')
    .replace(/\.git$/, '');
}

/**
 * Links to the source code, and what a link to the page looks like elsewhere (`og:` tags). Most services want the
 * address of the picture in full: PAGE_URL says where the page will be.
 */
export function site(): Plugin {
  return {
    name: 'site',
    transformIndexHtml: {
      order: 'post',
      handler: (html) => {
        const page = process.env.PAGE_URL?.replace(/\/?$/, '/');
        const title = /<title>(.*?)<\/title>/.exec(html)![1]!;
        const description = /name="description" content="(.*?)"/.exec(html)![1]!;
        const properties: Record<string, string> = {
          'og:type': 'website',
          'og:title': title,
          'og:description': description,
          ...(page && { 'og:url': page }),
          'og:image': `${page ?? './'}card.png`,
          'og:image:type': 'image/png',
          'og:image:width': '1200',
          'og:image:height': '630',
          'og:image:alt': 'A drawing on the page, the network’s answer, and its memory',
        };
        return {
          html: html.replaceAll('%REPOSITORY%', repository()),
          tags: [
            ...Object.entries(properties).map(([property, content]) => ({
              tag: 'meta',
              attrs: { property, content },
              injectTo: 'head' as const,
            })),
            {
              tag: 'meta',
              attrs: { name: 'twitter:card', content: 'summary_large_image' },
              injectTo: 'head' as const,
            },
          ],
        };
      },
    },
  };
}
