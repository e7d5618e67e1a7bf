// A module of its own: drawings turned, moved and shrunk to what the network sees. Memory, from 0: a
// drawing with its border of zeros, then what the caller lays out.

/** The end of the bordered drawing; what the caller lays out begins at the next multiple of 16. */
export function border(side: i32): usize {
  // One row and a few pixels more: taps with weight zero may lie there.
  return (<usize>((side + 2) * (side + 3) + 32) + 15) & ~15;
}

/**
 * Draws `count` drawings in bilinear passes (four taps an output pixel), each with its strongest ink at 1.
 * @param from [count, side, side] bytes: ink up to 255 on ground 0
 * @param poses [count, 6]: the atlas coordinates u, v of output pixel (0, 0), and their steps (du, dv) from
 *   pixel to pixel of a row, and (du, dv) from row to row
 * @param to [count, height, width] float32, `stride` bytes from one drawing to the next
 */
export function warp(
  count: i32, from: usize, side: i32, poses: usize, height: i32, width: i32, to: usize, stride: usize,
): void {
  memory.fill(0, 0, border(side));
  for (let i = 0; i < count; i++) {
    frame(from, side);
    draw(poses, side, height, width, to);
    from += side * side;
    poses += 24;
    to += stride;
  }
}

/** The drawing into its border. */
function frame(from: usize, side: i32): void {
  let to: usize = side + 3;
  for (let row = 0; row < side; row++) {
    memory.copy(to, from, side);
    from += side;
    to += side + 2;
  }
}

function draw(pose: usize, side: i32, height: i32, width: i32, to: usize): void {
  const rowLength = f32x4.splat(<f32>(side + 2));
  const lowest = f32x4.splat(-1);
  const highest = f32x4.splat(<f32>side);
  const one = f32x4.splat(1);
  const byte = i32x4.splat(0xff);
  const steps = f32x4(0, 1, 2, 3);
  const du = load<f32>(pose, 8);
  const dv = load<f32>(pose, 12);
  const u4 = f32x4.splat(4 * du);
  const v4 = f32x4.splat(4 * dv);
  const below = <usize>(side + 2);
  let most = f32x4.splat(0);
  let at = to;
  for (let y = 0; y < height; y++) {
    let u = f32x4.add(f32x4.splat(load<f32>(pose) + <f32>y * load<f32>(pose, 16)), f32x4.mul(steps, f32x4.splat(du)));
    let v = f32x4.add(f32x4.splat(load<f32>(pose, 4) + <f32>y * load<f32>(pose, 20)), f32x4.mul(steps, f32x4.splat(dv)));
    for (let x = 0; x < width; x += 4) {
      // Beyond the border all is ground, as on it.
      const column = f32x4.pmin(f32x4.pmax(u, lowest), highest);
      const row = f32x4.pmin(f32x4.pmax(v, lowest), highest);
      const left = f32x4.floor(column);
      const top = f32x4.floor(row);
      const right = f32x4.sub(column, left); // the share of the right neighbour
      const lower = f32x4.sub(row, top);
      const tap = i32x4.trunc_sat_f32x4_s(
        f32x4.add(f32x4.mul(f32x4.add(top, one), rowLength), f32x4.add(left, one)));
      const a = <usize>i32x4.extract_lane(tap, 0);
      const b = <usize>i32x4.extract_lane(tap, 1);
      const c = <usize>i32x4.extract_lane(tap, 2);
      const d = <usize>i32x4.extract_lane(tap, 3);
      // Two neighbours at a time, in the two low bytes of each lane.
      const uppers = pairs(a, b, c, d);
      const lowers = pairs(a + below, b + below, c + below, d + below);
      const upper = mix(uppers, right, byte);
      let ink = f32x4.add(upper, f32x4.mul(lower, f32x4.sub(mix(lowers, right, byte), upper)));
      const over = x + 4 - width;
      if (over <= 0) {
        v128.store(at, ink);
      } else {
        // The row's last pixels: the lanes beyond them must leave no trace.
        ink = v128.and(ink, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(4 - over)));
        store<f32>(at, f32x4.extract_lane(ink, 0));
        if (over < 3) store<f32>(at, f32x4.extract_lane(ink, 1), 4);
        if (over < 2) store<f32>(at, f32x4.extract_lane(ink, 2), 8);
        at -= over << 2;
      }
      most = f32x4.pmax(most, ink);
      at += 16;
      u = f32x4.add(u, u4);
      v = f32x4.add(v, v4);
    }
  }
  scale(to, height * width, strongest(most));
}

/** The two bytes at each of four places, one place a lane. */
// @ts-ignore: decorator
@inline function pairs(a: usize, b: usize, c: usize, d: usize): v128 {
  let result = v128.load16_lane(a, i32x4.splat(0), 0);
  result = v128.load16_lane(b, result, 2);
  result = v128.load16_lane(c, result, 4);
  return v128.load16_lane(d, result, 6);
}

/** a + share (b - a) for the bytes a, b of each lane. */
// @ts-ignore: decorator
@inline function mix(pair: v128, share: v128, byte: v128): v128 {
  const a = f32x4.convert_i32x4_s(v128.and(pair, byte));
  const b = f32x4.convert_i32x4_s(i32x4.shr_u(pair, 8));
  return f32x4.add(a, f32x4.mul(share, f32x4.sub(b, a)));
}

function strongest(most: v128): f32 {
  return max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
}

/** Brings the strongest of `count` inks to 1. */
function scale(at: usize, count: i32, most: f32): void {
  if (most == 0) return;
  const divisor = f32x4.splat(most);
  let i = 0;
  for (; i + 4 <= count; i += 4, at += 16) v128.store(at, f32x4.div(v128.load(at), divisor));
  for (; i < count; i++, at += 4) store<f32>(at, load<f32>(at) / most);
}
