import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Plugin, transformWithOxc } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Makes service-worker.js, which knows all files of the build and a hash of them. */
export function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    enforce: 'post',
    async generateBundle(_, bundle) {
      const files = [...Object.keys(bundle), ...readdirSync(at('../public'))].sort();
      const hash = createHash('sha256');
      for (const file of files) {
        const made = bundle[file];
        hash.update(file);
        hash.update(
          made
            ? made.type === 'chunk'
              ? made.code
              : made.source
            : readFileSync(at(`../public/${file}`)),
        );
      }
      const source = at('../src/service-worker.ts');
      const { code } = await transformWithOxc(readFileSync(source, 'utf8'), source);
      // The picture is for other sites that link to the page.
      const others = files.filter((file) => file !== 'index.html' && file !== 'card.png');
      const kept = ['./', ...others.map((file) => `./${file}`)];
      this.emitFile({
        type: 'asset',
        fileName: 'service-worker.js',
        source:
          `const FILES = ${JSON.stringify(kept)};\n` +
          `const BUILD = '${hash.digest('hex').slice(0, 12)}';\n` +
          // A classic script: not every browser has modules here.
          code.replace(/^export \{\};?$/m, ''),
      });
    },
  };
}
