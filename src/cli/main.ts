#!/usr/bin/env node
import { EXIT } from './exit.js';
import { runProgram } from './program.js';

// `mann data info | head` closes our output early: nobody is left to tell anything to.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.bug);
});
// A terminal that was closed is no reason to lose a training: it still saves.
process.stderr.on('error', () => undefined);

process.exitCode = await runProgram(process.argv.slice(2));
