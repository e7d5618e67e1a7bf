#!/usr/bin/env node
// First: until it is there, a hangup ends the program.
import './hangup.js';
import { createRequire } from 'node:module';
import { EXIT } from './exit.js';
import { guardOutput } from './output.js';

guardOutput();
// `require` opens the program's files one after another; `import` opens all at once, more than some systems allow.
const program: typeof import('./program.js') = createRequire(import.meta.url)('./program.js');
const code = await program.runProgram(process.argv.slice(2));
process.exitCode = code;
// While Node cleans up it is deaf, and the second signal of a pair would end it with another exit code.
if (code === EXIT.interrupted) process.stderr.write('', () => process.exit());
