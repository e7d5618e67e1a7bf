/**
 * Runs command lines one after another in one process, which is quicker than a process for each: reads a JSON list
 * of them from stdin and writes a JSON list of their exit codes and what they printed to stdout; at last the
 * most memory that the process had, in MB.
 */
import { readFileSync } from 'node:fs';
import { resourceUsage } from 'node:process';
import { runProgram } from '../../dist/cli/program.js';

process.stdout.setMaxListeners(0);
process.stderr.setMaxListeners(0);
const write = process.stdout.write.bind(process.stdout);
const results = [];
for (const args of JSON.parse(readFileSync(0, 'utf8'))) {
  const result = { code: undefined, stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    process[stream].write = (text) => {
      result[stream] += text;
      return true;
    };
  }
  process.exitCode = undefined;
  result.code = await runProgram(args);
  results.push(result);
}
process.exitCode = 0;
write(JSON.stringify({ results, megabytes: resourceUsage().maxRSS / 1024 }));
