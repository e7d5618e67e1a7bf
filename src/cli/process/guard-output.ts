import { fstatSync, writeSync } from 'node:fs';
import { reasonOf } from '../../common/files/file-errors.js';
import { EXIT } from './exit.js';

/** Lets no result get lost in silence: what cannot be written to stdout ends the program with a sentence. */
export function guardOutput(): void {
  const { stdout, stderr } = process;
  if (isFile(1)) {
    // Node writes once and does not look at how many bytes that took: on a disk that fills up the rest is lost.
    stdout._write = (chunk: Buffer, _encoding, done) => {
      try {
        for (let at = 0; at < chunk.length; ) at += writeSync(1, chunk, at);
        done();
      } catch (error) {
        done(error as Error);
      }
    };
  }
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `mann data info | head` closes our output early: nobody is left to tell anything to.
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    stderr.write(`mann: cannot write the result to stdout: ${reasonOf(error)}\n`);
    process.exit(EXIT.bug);
  });
  // A terminal that was closed is no reason to lose a training: it still saves.
  stderr.on('error', () => undefined);
}

function isFile(handle: number): boolean {
  try {
    return fstatSync(handle).isFile();
  } catch {
    return false; // it is closed
  }
}
