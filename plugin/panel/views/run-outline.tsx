import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import { isAway } from '../../../shared/protocol/open-calls.ts';
import type { OutputLine } from '../../../shared/protocol/frames.ts';
import type { NodeState } from '../../../shared/run/state.ts';
import { call, status } from '../app.ts';
import type { RunView } from '../live-run.ts';
import type { OutlineRow } from '../model/outline.ts';
import { assumedText, wouldAsk } from '../../../shared/run/assumed.ts';
import { forecastOf } from '../../../shared/run/forecast.ts';
import { sawText } from '../../../shared/run/saw.ts';
import { clock, exactly, took } from '../model/time.ts';
import { useNow } from '../now.ts';
import { Icon } from '../parts/icon.tsx';
import { Link, Trouble } from '../parts/page.tsx';
import { Foreign, Line, Value, Verbatim } from '../parts/text.tsx';

interface OutlineProps {
  view: RunView;
  rows: readonly OutlineRow[];
  /** The key that is unfolded first. */
  open: string | undefined;
  lines(key: string): readonly OutputLine[];
  /** Absent while the run is going on. */
  from: ((path: string, title: string) => void) | undefined;
}

/** Everything that a run has to do, as its page says it, with what became of it. */
export function Outline({ view, rows, open, lines, from }: OutlineProps): JSX.Element {
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set(open === undefined ? [] : [open]));
  const toggle = (id: string) => {
    const next = new Set(unfolded);
    if (!next.delete(id)) next.add(id);
    setUnfolded(next);
  };
  return (
    <ul class="plain outline" aria-label="Outline of the run">
      {rows.map((row) => (
        <Row
          key={row.id}
          row={row}
          view={view}
          unfolded={unfolded.has(row.id)}
          wanted={row.id === open}
          toggle={() => toggle(row.id)}
          lines={row.key === undefined ? [] : lines(row.key)}
          from={from}
        />
      ))}
    </ul>
  );
}

interface RowProps {
  row: OutlineRow;
  view: RunView;
  unfolded: boolean;
  wanted: boolean;
  toggle(): void;
  lines: readonly OutputLine[];
  from: OutlineProps['from'];
}

function Row({ row, view, unfolded, wanted, toggle, lines, from }: RowProps): JSX.Element {
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (wanted) item.current?.scrollIntoView({ block: 'center' });
  }, [wanted]);
  const { state } = row;
  const depth = Math.min(row.depth, 8);
  return (
    <li ref={item} class={`node depth-${depth}${row.node.role === 'stage' ? ' stage' : ''}`} data-tone={row.tone}>
      <div class="node-line">
        <Icon tone={row.tone} square={row.square} />
        {state && !row.square ? (
          <button type="button" class="node-title" aria-expanded={unfolded ? 'true' : 'false'} onClick={toggle}>
            <Line text={row.title} />
          </button>
        ) : (
          <span class="node-title">
            <Line text={row.title} />
          </span>
        )}
        <span class="facts">
          <Facts row={row} />
        </span>
      </div>
      {row.tone === 'run' && lines.length > 0 && (
        <p class="out">
          <Line text={lines.at(-1)!.text} />
        </p>
      )}
      {unfolded && state && <Details row={row} state={state} view={view} lines={lines} from={from} />}
    </li>
  );
}

function Facts({ row }: { row: OutlineRow }): JSX.Element | null {
  const { state, node } = row;
  const running = state !== undefined && !row.square && state.endedAt === undefined && row.tone !== 'idle';
  const now = useNow(running);
  if (!state) return null;
  if (node.role === 'check') {
    const check = state.gate?.checks.find(({ id }) => id === node.id);
    if (!check) return null;
    const text = [assumedText(check), check.error ?? sawText(check.saw)].filter(Boolean).join(', ');
    return <Line text={text} class="small" />;
  }
  if (node.role === 'sign-off') {
    const asked = state.gate?.signOffs.find(({ id }) => id === node.id);
    if (asked && row.tone === 'shown') return <Line text={wouldAsk(asked)} class="small" />;
    const signed = state.gate?.signatures.filter(({ signOff }) => signOff === node.id) ?? [];
    const refused = state.gate?.refusals.filter(({ signOff }) => signOff === node.id) ?? [];
    const names = [
      ...signed.map(({ signature }) => signature.person),
      ...refused.map(({ signature }) => `refused by ${signature.person}`),
    ];
    return <Line text={names.join(', ')} class="small" />;
  }
  const foretold = forecastOf(node, state);
  return (
    <>
      {row.mark && <span class="tag">{row.mark}</span>}
      {state.persona && (
        <span class="pill">
          <Line text={state.persona} />
        </span>
      )}
      {foretold !== undefined && <Line text={foretold} class="small" />}
      {row.tone !== 'idle' && foretold === undefined && (
        <span>
          {running ? clock(now - state.startedAt) : took((state.endedAt ?? state.startedAt) - state.startedAt)}
        </span>
      )}
    </>
  );
}

const NEVER_SKIPPED = new Set(['gate', 'case', 'when', 'otherwise', 'undo', 'persona', 'claim']);

function Details({
  row,
  state,
  view,
  lines,
  from,
}: {
  row: OutlineRow;
  state: NodeState;
  view: RunView;
  lines: readonly OutputLine[];
  from: OutlineProps['from'];
}): JSX.Element {
  const skippable =
    ['failed', 'waiting', 'unknown'].includes(state.status) &&
    !NEVER_SKIPPED.has(row.node.role) &&
    state.step?.effect !== 'irreversible';
  return (
    <div class="details">
      <dl class="pairs">
        {state.step && (
          <>
            <div>
              <dt>Action</dt>
              <dd>
                <code>{state.step.action}</code> <span class="tag">{state.step.effect}</span>
                {state.step.sandbox !== undefined && <span class="tag">sandbox: {state.step.sandbox}</span>}
                {state.taint !== undefined && <span class="tag">from elsewhere</span>}
              </dd>
            </div>
            <div>
              <dt>With</dt>
              <dd>
                <Value value={state.step.with} label="the settings" />
              </dd>
            </div>
          </>
        )}
        <div>
          <dt>Began</dt>
          <dd>{exactly(state.startedAt)}</dd>
        </div>
        {state.output !== undefined && state.output !== null && (
          <div>
            <dt>{state.assumed ? 'Output, assumed' : 'Output'}</dt>
            <dd>
              <Value value={state.output} label="the output" />
            </dd>
          </div>
        )}
        {state.failure && (
          <div>
            <dt>Failure</dt>
            <dd>
              <Foreign text={state.failure.message} characters={800} /> <code class="dim">{state.failure.code}</code>
            </dd>
          </div>
        )}
        {state.skipped && (
          <div>
            <dt>Skipped</dt>
            <dd>
              <Foreign text={state.skipped.reason} />
              {state.skipped.signature && <span class="dim"> · signed by {state.skipped.signature.person}</span>}
            </dd>
          </div>
        )}
        {Object.keys(state.decisions).length > 0 && (
          <div>
            <dt>Decided</dt>
            <dd>
              <Value value={state.decisions} label="decisions" />
            </dd>
          </div>
        )}
      </dl>
      {row.node.role === 'step' && <Logs run={view.run} node={state.key} lines={lines} />}
      <div class="row">
        {from && (
          <button type="button" onClick={() => from(row.path, row.title)}>
            Run from here…
          </button>
        )}
        {skippable && (
          <Link to={{ at: 'skip', run: view.run, node: state.key }} class="button">
            Skip with a reason…
          </Link>
        )}
      </div>
    </div>
  );
}

/** What a step put out: what is kept, and what comes while it is open. */
function Logs({ run, node, lines }: { run: string; node: string; lines: readonly OutputLine[] }): JSX.Element | null {
  const [kept, setKept] = useState<{ at: number; text: string }[]>([]);
  const [next, setNext] = useState<number>();
  const [failure, setFailure] = useState<Failure>();
  const online = status.value.is === 'online';
  /** Reads on from a place; `before` is what is known up to there. */
  const read = async (offset: number, before: typeof kept, wanted: () => boolean = () => true): Promise<void> => {
    try {
      const piece = await call('run.logs', { run, node, offset });
      if (!wanted()) return;
      setKept([...before, ...piece.lines]);
      setNext(piece.done ? undefined : piece.next);
      setFailure(undefined);
    } catch (error) {
      const failed = toFailure(error);
      if (wanted() && !isAway(failed)) setFailure(failed);
    }
  };
  useEffect(() => {
    if (!online || kept.length > 0) return undefined;
    let over = false;
    void read(0, [], () => !over);
    return () => {
      over = true;
    };
  }, [run, node, online]);
  const last = kept.at(-1)?.at ?? 0;
  const all = next === undefined ? [...kept, ...lines.filter(({ at }) => at > last)] : kept;
  if (all.length === 0) return failure ? <Trouble failure={failure} again={() => void read(0, [])} /> : null;
  return (
    <>
      <Verbatim text={all.map(({ text }) => text).join('\n')} label="Log" />
      {next !== undefined && (
        <button type="button" class="link" onClick={() => void read(next, kept)}>
          More of the log
        </button>
      )}
      <Trouble failure={failure} />
    </>
  );
}
