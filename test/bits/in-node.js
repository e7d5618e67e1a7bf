import * as mann from '../../dist/index.js';
import { bits } from './bits.js';

console.log(JSON.stringify(await bits(mann), null, 2));
