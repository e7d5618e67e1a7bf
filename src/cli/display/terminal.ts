/**
 * Whether text can be drawn anew in place: on a terminal that moves its cursor and has room. Some say that they have
 * 0 rows or columns (`docker run -t` and `kubectl exec -it` without one at the other end).
 */
export function drawsInPlace(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && process.env.TERM !== 'dumb' && stream.columns > 1 && stream.rows > 1;
}

/** 80 where a terminal does not say. */
export function columnsOf(stream: NodeJS.WriteStream): number {
  return stream.columns || 80;
}
