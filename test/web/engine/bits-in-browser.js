import * as mann from 'mann';
import { bits } from '../../bits/bits.js';

globalThis.bits = () => bits(mann);
