import type { Plugin } from 'vite';

/** Writes the policy into the page, so that it holds on every static host. */
export function contentSecurityPolicy(policy: string): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html) => {
        const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
        return html.replace('<meta charset="utf-8">', `<meta charset="utf-8">\n${meta}`);
      },
    },
  };
}
