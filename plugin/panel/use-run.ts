import { useEffect, useRef, useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../shared/failure.ts';
import { isAway } from '../../shared/protocol/open-calls.ts';
import type { OutputLine } from '../../shared/protocol/frames.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import { call, listen, status } from './app.ts';
import { makeLiveRun, type RunView } from './live-run.ts';

/** How often a run that goes on is drawn again at most, in milliseconds. */
const DRAW_MS = 50;

/** One run, live: read from its beginning, then kept up with. */
export function useRun(run: string): {
  view: RunView | undefined;
  failure: Failure | undefined;
  again(): void;
  lines(key: string): readonly OutputLine[];
} {
  const [, draw] = useState(0);
  const [failure, setFailure] = useState<Failure>();
  /** Counted up to read once more. */
  const [turn, setTurn] = useState(0);
  const live = useRef(makeLiveRun(run));
  const definition = useRef<{ definition: Definition; hash: string } | undefined>(undefined);
  const online = status.value.is === 'online';
  if (live.current.run !== run) {
    live.current = makeLiveRun(run);
    definition.current = undefined;
  }
  useEffect(() => {
    if (!online) return undefined;
    const mine = live.current;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let reading = false;
    let over = false;
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        draw((count) => count + 1);
      }, DRAW_MS);
    };
    const read = async () => {
      if (reading) return;
      reading = true;
      try {
        for (let done = false; !done && !over;) {
          const piece = await call('run.events', { run, after: mine.events.length });
          mine.take(piece.events);
          done = piece.done || piece.events.length === 0;
        }
        if (definition.current?.hash !== mine.state?.definition)
          definition.current = await call('run.definition', { run });
        setFailure(undefined);
      } catch (error) {
        const failed = toFailure(error);
        if (!over && !isAway(failed)) setFailure(failed);
      } finally {
        reading = false;
        if (!over) soon();
      }
    };
    const off = listen({
      events(events) {
        if (!events.some((event) => event.run === run)) return;
        // While the beginning is being read, what comes is held until it fits.
        const lacks = mine.take(events) || events.some((event) => event.run === run && event.type === 'run.moved');
        if (lacks && !reading) void read();
        soon();
      },
      output(line) {
        if (line.run !== run) return;
        mine.output(line);
        soon();
      },
    });
    void read();
    return () => {
      over = true;
      off();
      clearTimeout(timer);
    };
  }, [run, online, turn]);
  const { state, events } = live.current;
  const known = definition.current;
  return {
    view: state && known && { run, state, events, definition: known.definition, hash: known.hash },
    failure,
    again: () => setTurn(turn + 1),
    lines: (key) => live.current.lines.get(key) ?? [],
  };
}
