/** TensorFlow.js as bundlers and browsers load it: one instance, the program's own. */
export * as tf from '@tensorflow/tfjs';
