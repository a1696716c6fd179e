import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import type { ReviewGroup, ReviewOverview, ReviewState } from '../../../shared/review.ts';
import { call, say } from '../app.ts';
import { useAsked } from '../asked.ts';
import { ago, exactly } from '../model/time.ts';
import { grouped } from '../model/number.ts';
import { useNow } from '../now.ts';
import { Icon } from '../parts/icon.tsx';
import { Empty, Link, Loading, Page, Trouble } from '../parts/page.tsx';
import { Foreign, Line, Section } from '../parts/text.tsx';
import { Findings, TONE_OF_SEVERITY } from './review-findings.tsx';
import { Health } from './review-health.tsx';

/** What a graph's pages need a hand with, by what depends on it; each with its fix, which a person looks at and makes. */
export function Review({ graph, finding }: { graph?: string | undefined; finding?: string | undefined }): JSX.Element {
  const { value: status, failure, again } = useAsked('status', {}, ['runs']);
  const graphs = status?.graphs ?? [];
  const chosen = graphs.find(({ id }) => id === graph) ?? graphs[0];
  return (
    <Page title="Review">
      <Trouble failure={failure} again={again} />
      {!status && !failure && <Loading />}
      {status && !chosen && (
        <Empty title="No graph is known.">
          <p>
            Open one in Logseq with the Stagebook plugin, or name its folder under <code>graphs</code> in config.yaml.
          </p>
        </Empty>
      )}
      {graphs.length > 1 && chosen && (
        <ul class="plain row wrap" aria-label="Graphs">
          {graphs.map(({ id, name }) => (
            <li key={id}>
              <Link to={{ at: 'review', graph: id }} class={id === chosen.id ? 'button current' : 'button'}>
                <Line text={name} />
              </Link>
            </li>
          ))}
        </ul>
      )}
      {chosen && <GraphReview key={chosen.id} graph={chosen.id} finding={finding} />}
    </Page>
  );
}

const STATES: readonly [ReviewState, string][] = [
  ['open', 'Open'],
  ['snoozed', 'Put off'],
  ['dismissed', 'No issue'],
];

function GraphReview({ graph, finding }: { graph: string; finding: string | undefined }): JSX.Element {
  const [made, setMade] = useState<ReviewOverview>();
  const [trouble, setTrouble] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const [state, setState] = useState<ReviewState>('open');
  /** Counted up with every review: what is shown is asked again. */
  const [turn, setTurn] = useState(0);
  const first = useAsked('review.overview', { graph });
  const overview = made ?? first.value;

  const refresh = async (fresh: boolean): Promise<void> => {
    setBusy(true);
    try {
      setMade(await call('review.overview', { graph, fresh }));
      setTrouble(undefined);
      setTurn((n) => n + 1);
      if (fresh) say('Reviewed.');
    } catch (error) {
      setTrouble(toFailure(error));
    } finally {
      setBusy(false);
    }
  };
  if (!overview) {
    return (
      <>
        <Trouble failure={first.failure} again={first.again} />
        {!first.failure && <Loading />}
      </>
    );
  }
  const counted = { open: total(overview), snoozed: overview.snoozed, dismissed: overview.dismissed };
  return (
    <>
      <Facts overview={overview} busy={busy} refresh={() => void refresh(true)} />
      <Trouble failure={trouble} again={() => void refresh(true)} />
      {finding !== undefined && (
        <Section title="One of them" extra={<Link to={{ at: 'review', graph }}>All of them</Link>}>
          <Findings
            graph={graph}
            request={{ finding }}
            turn={turn}
            changed={() => refresh(false)}
            open
            none="This is no longer found."
          />
        </Section>
      )}
      <Health days={overview.days} />
      <fieldset class="chips">
        <legend class="hidden">Show</legend>
        {STATES.map(([name, label]) => (
          <label key={name} class="chip">
            <input type="radio" name="state" checked={state === name} onChange={() => setState(name)} />
            <span>
              {label} {grouped(counted[name])}
            </span>
          </label>
        ))}
      </fieldset>
      {state === 'open' ? (
        <Groups overview={overview} turn={turn} changed={() => refresh(false)} />
      ) : (
        <Findings
          key={state}
          graph={graph}
          request={{ state }}
          turn={turn}
          changed={() => refresh(false)}
          none={state === 'snoozed' ? 'Nothing is put off.' : 'Nothing was said to be no issue.'}
        />
      )}
      <Mended overview={overview} changed={() => refresh(false)} />
      {overview.notes.length > 0 && (
        <details class="fold">
          <summary>{overview.notes.length} left alone</summary>
          <ul class="plain rows">
            {overview.notes.map((note) => (
              <li key={note}>
                <Foreign text={note} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Facts({ overview, busy, refresh }: { overview: ReviewOverview; busy: boolean; refresh(): void }): JSX.Element {
  const now = useNow(true);
  const [written, setWritten] = useState<{ page: string | null }>();
  const [failure, setFailure] = useState<Failure>();
  const write = async (): Promise<void> => {
    try {
      setWritten(await call('review.page', { graph: overview.graph }));
      setFailure(undefined);
      say('The page is written.');
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  return (
    <>
      <div class="row between wrap">
        <p class="dim">
          <Line text={overview.name} class="strong" /> · {grouped(overview.pages)}{' '}
          {overview.pages === 1 ? 'page' : 'pages'} · reviewed{' '}
          <span title={exactly(overview.at)}>{ago(overview.at, now)}</span>
        </p>
        <span class="row">
          <button type="button" onClick={(event) => event.isTrusted && void write()}>
            Write the page
          </button>
          <button type="button" aria-disabled={busy} onClick={() => !busy && refresh()}>
            {busy ? 'Reviewing…' : 'Review again'}
          </button>
        </span>
      </div>
      {written && (
        <p class="note ok" role="status">
          {written.page === null ? (
            'You deleted today’s page of the review, so it is not made again.'
          ) : (
            <>
              It is on the page <Foreign text={written.page} />.
            </>
          )}
        </p>
      )}
      <Trouble failure={failure} />
    </>
  );
}

function Groups({
  overview,
  turn,
  changed,
}: {
  overview: ReviewOverview;
  turn: number;
  changed(): Promise<void>;
}): JSX.Element {
  if (overview.groups.length === 0) {
    return (
      <Empty title="Nothing needs a hand.">
        <p>Every page says what is so, as far as it can be looked at.</p>
      </Empty>
    );
  }
  return (
    <ul class="plain list groups" aria-label="Findings by what they are">
      {overview.groups.map((group) => (
        <li key={group.check}>
          <Group graph={overview.graph} group={group} turn={turn} changed={changed} />
        </li>
      ))}
    </ul>
  );
}

function Group({
  graph,
  group,
  turn,
  changed,
}: {
  graph: string;
  group: ReviewGroup;
  turn: number;
  changed(): Promise<void>;
}): JSX.Element {
  const [open, setOpen] = useState(false);
  const { check, title, explanation, severity, count, fixable } = group;
  return (
    <details class="group" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="item">
        <Icon tone={TONE_OF_SEVERITY[severity]} square word={severity} />
        <span class="grow">
          <Line text={title} class="strong" />
          <span class="dim small">
            <Line text={explanation} />
          </span>
        </span>
        <span class="facts column">
          <span>{grouped(count)}</span>
          {fixable > 0 && (
            <span class="dim small">{fixable === count ? 'all fixable' : `${grouped(fixable)} fixable`}</span>
          )}
        </span>
        <span class="chevron" aria-hidden="true" />
      </summary>
      {open && <Findings graph={graph} request={{ check }} turn={turn} changed={changed} none="None is left." />}
    </details>
  );
}

/** Fixes that were made, each of which can be taken back. */
function Mended({ overview, changed }: { overview: ReviewOverview; changed(): Promise<void> }): JSX.Element | null {
  const { fixes, graph } = overview;
  if (fixes.length === 0) return null;
  return (
    <Section title="Mended here">
      <ul class="plain rows">
        {fixes.map(({ fix, title, by, at, undone }) => (
          <li key={fix} class={undone === undefined ? '' : 'gone'}>
            <div class="grow">
              <Foreign text={title} />
              <div class="dim small">
                <Foreign text={by} />, {exactly(at)}
              </div>
            </div>
            {undone === undefined ? (
              <Undo graph={graph} fix={fix} title={title} changed={changed} />
            ) : (
              <span class="tag">undone</span>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Undo({
  graph,
  fix,
  title,
  changed,
}: {
  graph: string;
  fix: number;
  title: string;
  changed(): Promise<void>;
}): JSX.Element {
  const [failure, setFailure] = useState<Failure>();
  const undo = async (): Promise<void> => {
    try {
      await call('review.undo', { graph, fix });
      say('Undone.');
      await changed();
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  return (
    <div>
      <button
        type="button"
        aria-label={`Undo: ${title.slice(0, 80)}`}
        onClick={(event) => event.isTrusted && void undo()}
      >
        Undo
      </button>
      <Trouble failure={failure} />
    </div>
  );
}

function total({ counts }: ReviewOverview): number {
  return counts.error + counts.warning + counts.hint;
}
