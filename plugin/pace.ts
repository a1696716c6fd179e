/** When things are drawn: what tests replace. */
export interface Frames {
  /** Milliseconds, for distances only. */
  now(): number;
  /** Runs something after so many milliseconds. */
  after(milliseconds: number, run: () => void): () => void;
}

/** A frame at 60 a second. */
const FRAME_MS = 16;

/**
 * Calls `draw` soon after it was asked for, at most once a frame. The first ask after a rest is answered at once. It does not
 * wait for the browser's own frames: those of a plugin that shows nothing are not counted.
 */
export function pace(draw: () => void, frames: Frames): () => void {
  let last = -Infinity;
  let waits = false;
  return () => {
    if (waits) return;
    waits = true;
    frames.after(Math.max(0, last + FRAME_MS - frames.now()), () => {
      waits = false;
      last = frames.now();
      draw();
    });
  };
}
