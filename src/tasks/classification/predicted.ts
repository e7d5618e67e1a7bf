/**
 * Predicted labels as logits, so that everything that grades a network grades what has no logits too:
 * `countEpisodes(batch, logitsOf(nearestNeighbours(batch, drawings(400)), 5))`.
 * @param predicted a label from 0 for each step; one that is no class has no logit
 * @returns [steps, C]: 1 at the predicted label, 0 elsewhere
 */
export function logitsOf(predicted: ArrayLike<number>, numClasses: number): Float32Array {
  const logits = new Float32Array(predicted.length * numClasses);
  for (let i = 0; i < predicted.length; i++) {
    const label = predicted[i]!;
    if (label >= 0 && label < numClasses) logits[i * numClasses + label] = 1;
  }
  return logits;
}
