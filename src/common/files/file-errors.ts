import { dirname } from 'node:path';
import { messageOf, UserError } from '../errors.js';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EFBIG: 'the file would be larger than is allowed here',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of this path is a file, not a folder',
  EISDIR: 'this is a folder',
  EEXIST: 'a file of this name is in the way',
  EMFILE: 'too many open files',
  ELOOP: 'this is a link that leads to itself',
  ENAMETOOLONG: 'a name in this path is too long',
};

/**
 * What the file system said, as a sentence for people.
 * @param what what could not be done, with the path
 * @param then what to do about it, a sentence
 */
export function fileError(error: unknown, what: string, then = ''): UserError {
  if (error instanceof UserError) return error;
  return new UserError(`${what}: ${reasonOf(error)}${then && `. ${then}`}`, { cause: error });
}

/** The part of it that says why. */
export function reasonOf(error: unknown): string {
  return reasons[(error as NodeJS.ErrnoException)?.code ?? ''] ?? messageOf(error);
}

/** What the file system said when a training wrote to its folder. */
export function runFileError(error: unknown, path: string): UserError {
  const isGone = (error as NodeJS.ErrnoException)?.code === 'ENOENT';
  return isGone
    ? new UserError(
        `cannot write ${path}: the folder ${dirname(path)} is no longer there. ` +
          'If it was moved, --resume continues it in its new place.',
        { cause: error },
      )
    : fileError(error, `cannot write ${path}`, 'Earlier checkpoints are intact.');
}
