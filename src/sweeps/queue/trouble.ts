/** What can go wrong between a program and its queue, told apart: a refusal is an answer, anything else may pass. */
import { messageOf } from '../../common/errors.js';

/** Codes of Node for connections that were not made or broke. */
const BROKEN = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EAI_AGAIN', 'ENOENT'],
]);
/** SQLSTATEs: connection exceptions, shutting down, starting up, too many connections, out of memory or disk. */
const PASSING_STATES = /^(08...|57P0[1-5]|53...|40001|40P01)$/;
/** What the drivers say without a code, and what Redis answers while it starts up or has no room. */
const PASSING_WORDS =
  /Connection is closed|max retries per request|Connection terminated|timeout exceeded when trying to connect|read timeout|Socket timeout|Connection ended|not queryable|Stream isn't writeable|^(LOADING|BUSY|TRYAGAIN|MASTERDOWN|OOM|MISCONF|READONLY|CLUSTERDOWN)\b/;

/**
 * BullMQ's answer that a job is not, or no longer, the asker's: it is gone, finished, or another attempt has it.
 * Its code is a negative number.
 */
export function isRefusal(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'number' && code < 0;
}

/** Whether trying again later may help: the server is away, starting, or has no room just now. */
export function mayPass(error: unknown): boolean {
  const { code, errors } = Object(error) as { code?: unknown; errors?: unknown };
  // Node tries each address of a name.
  if (Array.isArray(errors) && errors.length > 0) return errors.every(mayPass);
  if (typeof code === 'string' && (BROKEN.has(code) || PASSING_STATES.test(code))) return true;
  return PASSING_WORDS.test(messageOf(error));
}

/** What was said, also where Node tried several addresses and says nothing itself. */
export function saidOf(error: unknown): string {
  const { errors, code } = Object(error) as { errors?: unknown; code?: unknown };
  if (Array.isArray(errors) && errors.length > 0) return saidOf(errors[0]);
  return messageOf(error) || String(code ?? 'no reason given');
}
