import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The library and a file of this folder that works with it, as one script. */
export async function bundle(entry: string): Promise<string> {
  const made = (await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { mann: at('../../dist/browser.js') } },
    build: {
      write: false,
      rolldownOptions: { output: { codeSplitting: false } },
      lib: { entry: at(entry), formats: ['es'] },
    },
  })) as Rolldown.RolldownOutput[];
  return made[0]!.output[0].code;
}
