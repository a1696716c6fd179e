import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import { call, say } from '../app.ts';
import { useAsked } from '../asked.ts';
import type { RunView } from '../live-run.ts';
import { CHANGES } from '../model/changes.ts';
import { cut } from '../model/cut.ts';
import { brokenRow, outlineOf, type OutlineRow } from '../model/outline.ts';
import { exactly, moment, took } from '../model/time.ts';
import { slotAwaited } from '../../../shared/run/in-line.ts';
import { isActive, toneOfRun, TONES, wordOfRun } from '../../../shared/run/tone.ts';
import { useNow } from '../now.ts';
import { ArmedBar } from '../parts/armed-bar.tsx';
import { Icon } from '../parts/icon.tsx';
import { Link, Loading, Page, Trouble } from '../parts/page.tsx';
import { Tried } from '../parts/tried.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { Foreign, Line } from '../parts/text.tsx';
import { useRun } from '../use-run.ts';
import { Data } from './run-data.tsx';
import { GanttChart } from './run-gantt.tsx';
import { Outline } from './run-outline.tsx';
import { Proofs } from './run-proofs.tsx';
import { Timeline } from './run-timeline.tsx';

/** What a person asks of a run, and what they are asked before. */
type Intent = { is: 'cancel' } | { is: 'resume' } | { is: 'from'; path: string; title: string };

/** One run: what it did, does and waits for. */
export function Run({ run, node }: { run: string; node?: string | undefined }): JSX.Element {
  const { view, failure, again, lines } = useRun(run);
  if (!view) {
    return <Page title="Run">{failure ? <Trouble failure={failure} again={again} /> : <Loading />}</Page>;
  }
  return <Known key={run} view={view} node={node} lines={lines} />;
}

function Known({
  view,
  node,
  lines,
}: {
  view: RunView;
  node: string | undefined;
  lines: ReturnType<typeof useRun>['lines'];
}): JSX.Element {
  const { state, definition, events, run } = view;
  const active = isActive(state.status);
  const now = useNow(active);
  const [intent, setIntent] = useState<Intent>();
  const queued = slotAwaited(state);
  const tone = queued === undefined ? toneOfRun(state) : 'wait';
  const word = queued === undefined ? wordOfRun(state) : 'In line';
  const rows = outlineOf(state, definition);
  const broken = brokenRow(rows);
  const stages = rows.filter(({ node: { role } }) => role === 'stage');
  const stopped = state.status === 'failed' || state.status === 'cancelled' || state.status === 'suspended';
  const from = (path: string, title: string) => setIntent({ is: 'from', path, title });
  return (
    <Page
      wide
      title={state.title}
      icon={<Icon tone={tone} word={word} />}
      facts={
        <>
          <span class="strong" data-tone={tone}>
            {word}
          </span>
          <span>{took((state.endedAt ?? now) - state.startedAt)}</span>
        </>
      }
    >
      <p class="dim facts-line">
        <span>#{state.number}</span>
        {state.dryRun && <span class="tag">dry run</span>}
        <span>
          started by <Foreign text={state.by.name} /> at{' '}
          <time title={exactly(state.startedAt)}>{moment(state.startedAt, now)}</time>
        </span>
        {state.page !== undefined && (
          <span>
            from <Line text={state.page} />
          </span>
        )}
      </p>
      {stages.length > 0 && <Segments stages={stages} />}
      {state.failure && (state.status === 'failed' || state.status === 'suspended') && (
        <div class="note bad">
          {broken && (
            <Link to={{ at: 'run', run, node: broken.key ?? broken.path }} class="strong">
              <Line text={broken.title} />
            </Link>
          )}
          {broken && ' '}
          <Foreign text={state.failure.message} characters={800} /> <code class="dim">{state.failure.code}</code>
        </div>
      )}
      <Asked run={run} />
      {queued !== undefined && <InLine run={run} awaited={queued} />}
      <Tried concerns={(one) => one.run === run} />
      <div class="row actions">
        {active && state.status !== 'cancelling' && (
          <button type="button" onClick={() => setIntent({ is: 'cancel' })}>
            Cancel…
          </button>
        )}
        {stopped && (
          <button type="button" class="primary" onClick={() => setIntent({ is: 'resume' })}>
            Resume…
          </button>
        )}
        <Link to={{ at: 'start', definition: view.hash, run }} class="button">
          Start again…
        </Link>
      </div>
      {intent && <Confirm intent={intent} run={run} done={() => setIntent(undefined)} />}
      <Tabs
        label="Parts of this run"
        tabs={[
          {
            id: 'outline',
            label: 'Outline',
            draw: () => <Outline view={view} rows={rows} open={node} lines={lines} from={active ? undefined : from} />,
          },
          { id: 'timeline', label: 'Timeline', draw: () => <Timeline events={events} definition={definition} /> },
          { id: 'gantt', label: 'Gantt', draw: () => <GanttChart state={state} rows={rows} /> },
          { id: 'data', label: 'Data', draw: () => <Data state={state} /> },
          { id: 'receipts', label: 'Receipts', draw: () => <Proofs view={view} /> },
        ]}
      />
    </Page>
  );
}

/** A segment a stage, in the shapes that the page's header has for them; pointed at it says its name. */
function Segments({ stages }: { stages: readonly OutlineRow[] }): JSX.Element {
  const done = stages.filter(({ tone }) => tone === 'ok').length;
  return (
    <div class="segments" role="img" aria-label={`${done} of ${stages.length} stages done`}>
      {stages.map(({ id, title, tone }) => (
        <i key={id} data-tone={tone} title={`${cut(title, 80, 1).shown}: ${TONES[tone]}`} />
      ))}
    </div>
  );
}

/** For which slot a run stands in line, and who has it as soon as the daemon has said. */
function InLine({ run, awaited }: { run: string; awaited: string }): JSX.Element {
  const { value } = useAsked('runs.list', { status: ['running'], search: run, limit: 1 }, ['events', 'runs']);
  return (
    <p class="note wait" role="status">
      In line: it <Foreign text={value?.[0]?.inLine ?? awaited} />.
    </p>
  );
}

/** What this run waits for from people: the wanted thing of the page. */
function Asked({ run }: { run: string }): JSX.Element | null {
  const { value } = useAsked('requests', { run }, ['events', 'runs']);
  if (!value || value.length === 0) return null;
  return (
    <ul class="plain rows wanted" aria-label="What this run waits for">
      {value.map((request, index) => (
        <li key={`${request.node} ${request.kind === 'ask' ? '' : request.signOff}`}>
          <Icon tone="wait" square={request.kind === 'sign-off'} />
          <span class="grow">
            <Foreign text={request.kind === 'ask' ? request.question : request.title} />
          </span>
          <Link
            to={
              request.kind === 'ask'
                ? { at: 'ask', run, node: request.node }
                : { at: 'approve', run, node: request.node, signOff: request.signOff }
            }
            class={index === 0 ? 'button primary' : 'button'}
          >
            {request.kind === 'ask' ? 'Answer…' : 'Review and sign…'}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Confirm({ intent, run, done }: { intent: Intent; run: string; done(): void }): JSX.Element {
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const carryOut = async () => {
    setBusy(true);
    const why = reason.trim();
    try {
      if (intent.is === 'cancel') await call('cancel', { run, ...(why === '' ? {} : { reason: why }) });
      else await call('resume', { run, ...(intent.is === 'from' ? { from: intent.path } : {}) });
      say(intent.is === 'cancel' ? 'The run is being cancelled.' : 'The run goes on.');
      done();
    } catch (error) {
      setFailure(toFailure(error));
      setBusy(false);
    }
  };
  const { asks, means, label } = CHANGES[intent.is];
  return (
    <ArmedBar
      reset={intent.is}
      busy={busy}
      deeds={[
        { label: 'Back', run: done },
        intent.is === 'cancel'
          ? { label, danger: true, run: () => void carryOut() }
          : { label, filled: true, run: () => void carryOut() },
      ]}
    >
      <p class="armed-title strong">
        {asks} {intent.is === 'from' && <Line text={intent.title} />}
      </p>
      <p class="dim">{means}</p>
      {intent.is === 'cancel' && (
        <label class="field">
          <span>Why (everybody can read it)</span>
          <input value={reason} maxLength={10_000} onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
      )}
      <Trouble failure={failure} />
    </ArmedBar>
  );
}
