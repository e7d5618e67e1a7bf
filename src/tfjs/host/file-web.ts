/** The checkpoint at a URL. @throws UserError */
export { fetchCheckpoint as readCheckpointFile } from '../../learner/fetch.js';
