/** The ways in to the page, for a page of the tests. */
export { openAlphabets } from '../../../web/src/alphabets/alphabet-dialog.js';
export { openCamera } from '../../../web/src/intake/camera.js';
export { onFile } from '../../../web/src/intake/incoming.js';
export { readFile, readPicture } from '../../../web/src/intake/read-file.js';
