/** A small server for the built page: its own files, with the headers that a page like this wants. */
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import { policy } from './build/policy.js';

/** The one page that other sites may show in a frame. */
const EMBEDDED = /^\/embed\.html(\?|$)/;
const FOLDER = fileURLToPath(new URL('./dist', import.meta.url));

export interface WebServerOptions {
  /** Whether memory can be shared with threads. Default true; false is as on hosts without headers. */
  readonly isolated?: boolean;
}

/** Serves `web/dist`. Its files are listed at the start: no other path leads anywhere. */
export function webServer({ isolated = true }: WebServerOptions = {}): Server {
  const headers = (isEmbedded: boolean): Record<string, string> => ({
    'Content-Security-Policy': `${policy}; frame-ancestors ${isEmbedded ? '*' : "'none'"}`,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Permissions-Policy': 'camera=(self), microphone=(), geolocation=()',
    ...(isolated && {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
      'Cross-Origin-Resource-Policy': isEmbedded ? 'cross-origin' : 'same-origin',
    }),
  });
  const files = sirv(FOLDER, {
    etag: true,
    setHeaders: (response, path) => {
      // Names in assets/ hold a hash of what is in them.
      const isForever = path.startsWith('/assets/');
      response.setHeader(
        'Cache-Control',
        isForever ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  return createServer((request, response) => {
    const isEmbedded = EMBEDDED.test(request.url ?? '');
    for (const [name, value] of Object.entries(headers(isEmbedded))) {
      response.setHeader(name, value);
    }
    const refuse = (status: number, text: string) => {
      response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      refuse(405, 'Only GET and HEAD\n');
      return;
    }
    files(request, response, () => refuse(404, 'Not found\n'));
  });
}
