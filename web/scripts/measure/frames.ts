/** Notes the times between frames in `window.gaps`. As text: what compiles a script adds names that a page does not have. */
export const WATCH_FRAMES = `
  window.gaps = [];
  let last = performance.now();
  requestAnimationFrame(function tick(now) {
    window.gaps.push(now - last);
    last = now;
    requestAnimationFrame(tick);
  });
`;
