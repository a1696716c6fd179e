import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { RunStatus } from '../../../shared/run/state.ts';
import { useAsked } from '../asked.ts';
import { ago, exactly, took } from '../model/time.ts';
import { isActive, toneOfRun, wordOfRun } from '../../../shared/run/tone.ts';
import { useNow } from '../now.ts';
import { Icon } from '../parts/icon.tsx';
import { Empty, Link, Loading, Page, Trouble } from '../parts/page.tsx';
import { Line } from '../parts/text.tsx';
import type { RunSummary } from '../../../shared/run/summary.ts';

const FILTERS = {
  all: { label: 'All', status: undefined },
  active: { label: 'Active', status: ['running', 'waiting', 'cancelling', 'suspended'] },
  failed: { label: 'Failed', status: ['failed', 'cancelled'] },
  completed: { label: 'Completed', status: ['completed'] },
} as const satisfies Record<string, { label: string; status: readonly RunStatus[] | undefined }>;
type Filter = keyof typeof FILTERS;

const PIECE = 50;

/** All runs, the newest first, live. */
export function Runs(): JSX.Element {
  const [filter, setFilter] = useState<Filter>('all');
  const [typed, setTyped] = useState('');
  const [search, setSearch] = useState('');
  const [limit, setLimit] = useState(PIECE);
  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), 200);
    return () => clearTimeout(timer);
  }, [typed]);
  const { status } = FILTERS[filter];
  const { value, failure, again } = useAsked(
    'runs.list',
    { ...(status ? { status: [...status] } : {}), ...(search === '' ? {} : { search }), limit },
    ['runs', 'events'],
  );
  return (
    <Page title="Runs">
      <div class="row filters">
        <label class="search">
          <span class="hidden">Search runs</span>
          <input
            type="search"
            value={typed}
            placeholder="Search by title, page or #number"
            maxLength={200}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        <fieldset class="chips">
          <legend class="hidden">Show</legend>
          {Object.entries(FILTERS).map(([name, { label }]) => (
            <label key={name} class="chip">
              <input type="radio" name="filter" checked={filter === name} onChange={() => setFilter(name as Filter)} />
              <span>{label}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <Trouble failure={failure} again={again} />
      {!value && !failure && <Loading />}
      {value?.length === 0 && <NoRuns filtered={filter !== 'all' || search !== ''} />}
      {value && value.length > 0 && (
        <ul class="plain list" aria-label="Runs">
          {value.map((run) => (
            <RunRow key={run.run} run={run} />
          ))}
        </ul>
      )}
      {value && value.length >= limit && limit < 200 && (
        <button type="button" onClick={() => setLimit(Math.min(200, limit + PIECE))}>
          Show more
        </button>
      )}
    </Page>
  );
}

function NoRuns({ filtered }: { filtered: boolean }): JSX.Element {
  if (filtered) return <Empty title="No run is like this." />;
  return (
    <Empty title="Nothing has run yet.">
      <p>
        Start a workflow from its page in Logseq, or <Link to={{ at: 'new' }}>start one here</Link>.
      </p>
    </Empty>
  );
}

function RunRow({ run }: { run: RunSummary }): JSX.Element {
  const now = useNow(isActive(run.status));
  const end = run.endedAt ?? (isActive(run.status) ? now : undefined);
  const queued = run.inLine !== undefined;
  const word = queued ? 'In line' : wordOfRun(run);
  return (
    <li>
      <Link to={{ at: 'run', run: run.run }} class="item">
        <Icon tone={queued ? 'wait' : toneOfRun(run)} word={word} />
        <span class="grow">
          <Line text={run.title} class="strong" />
          <span class="dim small">
            <span>#{run.number}</span>
            {run.dryRun && <span class="tag">dry run</span>}
            {run.page !== undefined && <Line text={run.page} />}
            {queued && <Line text={run.inLine!} />}
          </span>
        </span>
        <span class="facts column">
          <span>{word}</span>
          <span class="dim small" title={exactly(run.startedAt)}>
            {ago(run.startedAt, now)}
            {end === undefined ? '' : ` · ${took(end - run.startedAt)}`}
          </span>
        </span>
      </Link>
    </li>
  );
}
