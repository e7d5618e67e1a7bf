#!/usr/bin/env node
// First: until it is there, a hangup ends the program.
import './process/hangup.js';
import { createRequire } from 'node:module';
import { EXIT } from './process/exit.js';
import { runWithoutGuards } from './process/few-addresses.js';
import { guardOutput } from './process/guard-output.js';

guardOutput();
const args = process.argv.slice(2);
const code = (await runWithoutGuards(args)) ?? (await loadProgram().runProgram(args));
process.exitCode = code;
// While Node cleans up it is deaf, and the second signal of a pair would end it with another exit code.
if (code === EXIT.interrupted) process.stderr.write('', () => process.exit());

/** `require` opens the program's files one after another; `import` opens all at once, more than some systems allow. */
function loadProgram(): typeof import('./program.js') {
  return createRequire(import.meta.url)('./program.js');
}
