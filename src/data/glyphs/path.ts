/** x and y of points in turn. */
export type Path = Float64Array;

export function transform(path: Path, scale: number, x: number, y: number): void {
  for (let i = 0; i < path.length; i += 2) {
    path[i] = path[i]! * scale + x;
    path[i + 1] = path[i + 1]! * scale + y;
  }
}

export function boxOf(paths: readonly Path[]): {
  left: number;
  top: number;
  width: number;
  height: number;
} {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const path of paths) {
    for (let i = 0; i < path.length; i += 2) {
      left = Math.min(left, path[i]!);
      right = Math.max(right, path[i]!);
      top = Math.min(top, path[i + 1]!);
      bottom = Math.max(bottom, path[i + 1]!);
    }
  }
  return { left, top, width: right - left, height: bottom - top };
}

export function middleOf(path: Path): [number, number] {
  const { left, top, width, height } = boxOf([path]);
  return [left + width / 2, top + height / 2];
}

/** The point at a place of an evenly traced path, 0 its start and 1 its end. */
export function at(path: Path, place: number): [number, number] {
  const last = path.length / 2 - 1;
  const i = Math.min(Math.max(Math.round(place * last), 0), last);
  return [path[2 * i]!, path[2 * i + 1]!];
}

/**
 * A curve through control points: a Hermite spline, its velocities from neighbours by distance, with
 * corners at sharp points and quadratic ends. Points lie about `step` apart. `round` scales
 * velocities: less is straighter.
 */
export function trace(points: Path, sharp: readonly boolean[], step: number, round: number): Path {
  const last = points.length / 2 - 1;
  const lengths: number[] = [];
  for (let i = 0; i < last; i++) {
    const dx = points[2 * i + 2]! - points[2 * i]!;
    const dy = points[2 * i + 3]! - points[2 * i + 1]!;
    lengths.push(Math.max(Math.sqrt(dx * dx + dy * dy), 1e-9));
  }
  // At free points the curve sets out from or arrives as its other end makes it.
  const free = (i: number) => i === 0 || i === last || sharp[i]!;
  const velocity = (i: number, axis: number) => {
    const before = lengths[i - 1]!;
    const after = lengths[i]!;
    const arriving = (points[2 * i + axis]! - points[2 * i - 2 + axis]!) / before;
    const leaving = (points[2 * i + 2 + axis]! - points[2 * i + axis]!) / after;
    return (round * (arriving * after + leaving * before)) / (before + after);
  };
  const pieces = lengths.map((length) => Math.max(1, Math.round(length / step)));
  const result = new Float64Array(2 + 2 * pieces.reduce((sum, n) => sum + n, 0));
  for (let axis = 0; axis < 2; axis++) {
    let to = axis;
    result[to] = points[axis]!;
    for (let i = 0; i < last; i++) {
      const from = points[2 * i + axis]!;
      const way = points[2 * i + 2 + axis]! - from;
      let start = free(i) ? way : lengths[i]! * velocity(i, axis);
      let end = free(i + 1) ? way : lengths[i]! * velocity(i + 1, axis);
      if (free(i)) start = 2 * way - end;
      else if (free(i + 1)) end = 2 * way - start;
      // Horner's form of the cubic.
      const c2 = 3 * way - 2 * start - end;
      const c3 = start + end - 2 * way;
      const n = pieces[i]!;
      for (let k = 1; k <= n; k++) {
        const t = k / n;
        to += 2;
        result[to] = from + t * (start + t * (c2 + t * c3));
      }
    }
  }
  return result;
}
