/** When things are drawn: what tests replace. */
export interface Frames {
  /** Milliseconds, for distances only. */
  now(): number;
  /** Runs something after so many milliseconds. Browsers wake frames that show nothing for timers only now and then. */
  after(milliseconds: number, run: () => void): () => void;
  /** Runs something when what is under way is done, without a timer. */
  soon(run: () => void): void;
}

/** A frame at 60 a second. */
const FRAME_MS = 16;

export interface Pace {
  /** These are to be drawn. */
  ask(keys: Iterable<string>): void;
  /** It is not there any more. */
  forget(key: string): void;
}

/**
 * Calls `draw` with what was asked for, at once; nothing is drawn more than once a frame. It does not wait for the browser's
 * own frames, nor for timers where it need not: those of a plugin that shows nothing are rare.
 */
export function pace(draw: (keys: string[]) => void, { now, after, soon }: Frames): Pace {
  const dirty = new Set<string>();
  const last = new Map<string, number>();
  let asked = false;
  let callOff = () => {};

  function flush(): void {
    asked = false;
    callOff();
    const at = now();
    const due: string[] = [];
    let rest = Infinity;
    for (const key of dirty) {
      const wait = (last.get(key) ?? -Infinity) + FRAME_MS - at;
      if (wait > 0) rest = Math.min(rest, wait);
      else {
        dirty.delete(key);
        last.set(key, at);
        due.push(key);
      }
    }
    callOff = rest < Infinity ? after(rest, flush) : () => {};
    if (due.length > 0) draw(due);
  }

  return {
    ask(keys) {
      for (const key of keys) dirty.add(key);
      if (asked || dirty.size === 0) return;
      asked = true;
      soon(flush);
    },
    forget(key) {
      dirty.delete(key);
      last.delete(key);
    },
  };
}
