/** What operating systems, storage boxes and programs leave in folders: no part of anybody's data. */

/** Folders, in lower case. */
const FOLDERS = new Set([
  '__macosx', // archives made by macOS
  'network trash folder', // macOS, on shared drives
  'temporary items',
  '$recycle.bin', // Windows
  'system volume information',
  'lost+found', // Linux
  '@eadir', // Synology: thumbnails, in folders named as the pictures
  '#recycle',
  '#snapshot',
  '@recycle', // QNAP
  '@recently-snapshot',
  '.@__thumb',
  '@__thumb',
  '__pycache__', // Python
]);

/** Files, in lower case. */
const FILES = new Set([
  'thumbs.db', // Windows
  'ehthumbs.db',
  'ehthumbs_vista.db',
  'desktop.ini',
  'icon\r', // macOS
  'picasa.ini',
]);

/** Hidden ones: .DS_Store, .git, .ipynb_checkpoints, .thumbnails, ._1.png (macOS, on other systems' disks). */
function isHidden(name: string): boolean {
  return name.startsWith('.');
}

/** Whether a folder of this name is left there by a system, or hidden. */
export function isSystemFolder(name: string): boolean {
  return isHidden(name) || FOLDERS.has(name.toLowerCase());
}

/** Whether a file of this name is left there by a system, or hidden. */
export function isSystemFile(name: string): boolean {
  return isHidden(name) || FILES.has(name.toLowerCase());
}

/** The same for a file in an archive, with `/` between folders. */
export function isInSystemFolder(path: string): boolean {
  const names = path.split('/');
  const name = names.pop()!;
  return isSystemFile(name) || names.some(isSystemFolder);
}
