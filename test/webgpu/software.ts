import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Where systems keep Chromium's imitation of a graphics processor, with a Vulkan loader beside it. */
const places = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];

/**
 * What a program needs to find a graphics processor that is none: SwiftShader, which comes with Chromium. Slow (a network
 * takes it tens of seconds to compile), but exact to the same rules.
 * @returns undefined where it is not installed
 */
export function softwareGpu(): NodeJS.ProcessEnv | undefined {
  const place = places.find((path) => existsSync(`${path}/vk_swiftshader_icd.json`));
  if (!place) return undefined;
  return {
    ...process.env,
    LD_LIBRARY_PATH: [place, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
    VK_ICD_FILENAMES: `${place}/vk_swiftshader_icd.json`,
    VK_DRIVER_FILES: `${place}/vk_swiftshader_icd.json`,
  };
}

/**
 * Runs a script of \`children/\` in a process of its own, which a crash of the driver would end alone.
 * @returns what it has printed, as JSON
 */
export async function runChild(
  name: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
) {
  const script = fileURLToPath(new URL(`children/${name}.ts`, import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', script, ...args],
    { env, maxBuffer: 1e8 },
  );
  return JSON.parse(stdout.slice(stdout.indexOf('{')));
}
