#!/usr/bin/env node
// First: until it is there, a hangup ends the program.
import './hangup.js';
import { EXIT } from './exit.js';
import { runProgram } from './program.js';

// `mann data info | head` closes our output early: nobody is left to tell anything to.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.bug);
});
// A terminal that was closed is no reason to lose a training: it still saves.
process.stderr.on('error', () => undefined);

const code = await runProgram(process.argv.slice(2));
process.exitCode = code;
// While Node cleans up it is deaf, and the second signal of a pair would end it with another exit code.
if (code === EXIT.interrupted) process.stderr.write('', () => process.exit());
