/**
 * Whether a hangup (SIGHUP) is a wish to stop: only a terminal can be hung up on. Elsewhere a program goes on, as
 * `nohup` promises for it: Node takes back the ignoring that nohup sets up. (Windows ends a program whose console
 * was closed in any case, so there it had better stop by itself.)
 */
export const hangupStops = process.stdout.isTTY || process.platform === 'win32';

if (!hangupStops) process.on('SIGHUP', () => undefined);
