import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { connect, device, known, route, said, status, trouble } from './app.ts';
import { useAsked } from './asked.ts';
import { tellFrame } from './frame.ts';
import { overdue } from './patience.ts';
import { hashOf, type Route } from './route.ts';
import { Empty, Link, Page } from './parts/page.tsx';
import { Approval } from './views/approval.tsx';
import { Ask } from './views/ask.tsx';
import { Charts } from './views/charts.tsx';
import { Enrol } from './views/enrol.tsx';
import { New } from './views/new.tsx';
import { People } from './views/people.tsx';
import { ProposalView } from './views/proposal.tsx';
import { Review } from './views/review.tsx';
import { Run } from './views/run.tsx';
import { Runs } from './views/runs.tsx';
import { Server } from './views/server.tsx';
import { Settings } from './views/settings.tsx';
import { Skip } from './views/skip.tsx';
import { Start } from './views/start.tsx';
import { Trust } from './views/trust.tsx';
import { Waiting } from './views/waiting.tsx';

/** The whole panel: where to go, how the connection stands, and the view of the place. */
export function Shell(): JSX.Element {
  const now = status.value;
  const stranger =
    trouble.value !== undefined ||
    now.is === 'stranger' ||
    device.value === undefined ||
    (now.is === 'refused' && now.code !== 'version');
  useEffect(() => {
    tellFrame('ready');
    const escape = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) tellFrame('leaving');
    };
    addEventListener('keydown', escape);
    return () => removeEventListener('keydown', escape);
  }, []);
  return (
    <>
      <a class="skip-link" href="#main" onClick={toMain}>
        Skip to the content
      </a>
      {known.value && !stranger && <Navigation />}
      <ConnectionLine />
      <Overdue />
      <main id="main" tabIndex={-1}>
        {known.value && (stranger ? <Enrol /> : <View route={route.value} />)}
      </main>
      <p class="hidden" role="status">
        {said.value}
      </p>
    </>
  );
}

/** The hash is the route: it may not become the name of an element. */
function toMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

const PLACES = [
  ['runs', 'Runs'],
  ['waiting', 'Waiting'],
  ['new', 'Start'],
  ['review', 'Review'],
  ['charts', 'Charts'],
  ['people', 'People'],
  ['settings', 'Settings'],
] as const;

/** Which place of the navigation a view belongs to. */
const PARENT: Readonly<Partial<Record<Route['at'], string>>> = {
  run: 'runs',
  approve: 'waiting',
  ask: 'waiting',
  skip: 'runs',
  proposal: 'waiting',
  start: 'new',
  trust: 'new',
};

function Navigation(): JSX.Element {
  const { at } = route.value;
  const requests = useAsked('requests', {}, ['events', 'runs']);
  const proposals = useAsked('proposals', {}, ['proposals']);
  const waiting = (requests.value?.length ?? 0) + (proposals.value?.length ?? 0);
  return (
    <nav class="nav" aria-label="Panel">
      <ul class="plain">
        {PLACES.map(([place, label]) => {
          const current = (PARENT[at] ?? at) === place;
          return (
            <li key={place}>
              <a href={hashOf({ at: place })} aria-current={current ? (at === place ? 'page' : 'true') : undefined}>
                {label}
                {place === 'waiting' && waiting > 0 && (
                  <>
                    {' '}
                    <span class="count">{waiting}</span>
                  </>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function ConnectionLine(): JSX.Element {
  const now = status.value;
  return (
    <div role="status" class="connection">
      {(now.is === 'offline' || (now.is === 'stranger' && now.away)) && (
        <p class="note wait">
          The daemon does not answer. Start it with <code>stagebook up</code>; this page goes on by itself.{' '}
          <button type="button" class="link" onClick={connect}>
            Try now
          </button>
        </p>
      )}
      {now.is === 'refused' && now.code === 'version' && (
        <p class="note bad">
          {now.message}{' '}
          <button type="button" class="link" onClick={() => location.reload()}>
            Load again
          </button>
        </p>
      )}
    </div>
  );
}

/** An answer takes longer than a moment: that it is waited for is seen, and heard. */
function Overdue(): JSX.Element {
  const waits = overdue.value > 0;
  return (
    <div class={waits ? 'overdue' : ''} role="status">
      {waits && <span class="hidden">Waiting for the daemon…</span>}
    </div>
  );
}

function View({ route: to }: { route: Route }): JSX.Element {
  switch (to.at) {
    case 'runs':
      return <Runs />;
    case 'run':
      return <Run key={hashOf(to)} run={to.run} node={to.node} />;
    case 'approve':
      return <Approval key={hashOf(to)} run={to.run} node={to.node} signOff={to.signOff} />;
    case 'skip':
      return <Skip key={hashOf(to)} run={to.run} node={to.node} />;
    case 'ask':
      return <Ask key={hashOf(to)} run={to.run} node={to.node} />;
    case 'waiting':
      return <Waiting />;
    case 'proposal':
      return <ProposalView key={to.proposal} proposal={to.proposal} />;
    case 'new':
      return <New />;
    case 'start':
      return 'graph' in to ? (
        <Start key={hashOf(to)} definition={to.definition} graph={to.graph} page={to.page} />
      ) : (
        <Start key={hashOf(to)} definition={to.definition} run={to.run} />
      );
    case 'trust':
      return <Trust key={to.definition} definition={to.definition} />;
    case 'review':
      return <Review key={to.graph ?? ''} graph={to.graph} finding={to.finding} />;
    case 'charts':
      return <Charts />;
    case 'people':
      return <People />;
    case 'settings':
      return <Settings />;
    case 'server':
      return <Server key={to.server} server={to.server} />;
    case 'nowhere':
      return (
        <Page title="Nothing is here">
          <Empty title="The panel has no such place.">
            <Link to={{ at: 'runs' }}>To the runs</Link>
          </Empty>
        </Page>
      );
  }
}
