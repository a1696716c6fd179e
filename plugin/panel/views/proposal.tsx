import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import type { Proposal } from '../../../shared/protocol/calls/proposals.ts';
import { call, go, say } from '../app.ts';
import { useAsked } from '../asked.ts';
import { CHANGES } from '../model/changes.ts';
import { brokenRow, outlineOf } from '../model/outline.ts';
import { ArmedBar } from '../parts/armed-bar.tsx';
import { Link, Loading, Page, Trouble } from '../parts/page.tsx';
import { Foreign } from '../parts/text.tsx';
import { useRun } from '../use-run.ts';
import { Move } from './move.tsx';
import { StartWanted } from './start.tsx';

/** What a plugin proposed, at the place where a person decides on it. */
export function ProposalView({ proposal }: { proposal: string }): JSX.Element {
  const [held, setHeld] = useState<Proposal>();
  const { value, failure } = useAsked('proposal.read', { proposal });
  // Kept while it is decided on, also when it was done or dismissed in another window meanwhile.
  const known = held?.proposal === proposal ? held : value;
  useEffect(() => {
    if (value) setHeld(value);
  }, [value]);
  if (!known) {
    return (
      <Page title="Proposed">
        {failure ? <Trouble failure={failure} /> : <Loading />}
        {failure && <Link to={{ at: 'runs' }}>To the runs</Link>}
      </Page>
    );
  }
  return <Decide proposal={known} />;
}

function Decide({ proposal }: { proposal: Proposal }): JSX.Element {
  const { wish } = proposal;
  const dismiss = () => call('proposal.dismiss', { proposal: proposal.proposal }).catch(() => null);
  useEffect(() => {
    // These have a view of their own, in which the proposal has nothing more to say.
    const to =
      wish.kind === 'trust'
        ? ({ at: 'trust', definition: wish.definition } as const)
        : wish.kind === 'sign-off'
          ? ({ at: 'approve', run: wish.run, node: wish.node, signOff: wish.signOff } as const)
          : wish.kind === 'answer'
            ? ({ at: 'ask', run: wish.run, node: wish.node } as const)
            : wish.kind === 'skip'
              ? ({ at: 'skip', run: wish.run, node: wish.node } as const)
              : undefined;
    if (to) {
      void dismiss();
      go(to, true);
    }
  }, [wish]);
  if (wish.kind === 'start') {
    const { definition, inputs, dryRun = false, graph, page } = wish;
    return <StartWanted wanted={{ definition, inputs, dryRun, graph, page }} ready done={dismiss} />;
  }
  if (wish.kind === 'move') return <Move run={wish.run} definition={wish.definition} done={dismiss} />;
  if (wish.kind === 'resume' || wish.kind === 'cancel') return <Change proposal={proposal} dismiss={dismiss} />;
  return (
    <Page title="Proposed">
      <Loading />
    </Page>
  );
}

function Change({ proposal, dismiss }: { proposal: Proposal; dismiss(): Promise<unknown> }): JSX.Element {
  const { wish } = proposal;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const run = 'run' in wish ? wish.run : '';
  const { view } = useRun(run);
  const rows = view ? outlineOf(view.state, view.definition) : [];
  const title = view ? `${view.state.title} #${view.state.number}` : run;
  const from = wish.kind === 'resume' ? wish.from : undefined;
  const part = rows.find(({ path, key }) => from !== undefined && (key === from || path === from));
  const broken = brokenRow(rows);
  const carryOut = async () => {
    setBusy(true);
    try {
      if (wish.kind === 'cancel') await call('cancel', { run });
      else await call('resume', { run, ...(from === undefined ? {} : { from }) });
      await dismiss();
      say(wish.kind === 'cancel' ? 'The run is being cancelled.' : 'The run goes on.');
      go({ at: 'run', run }, true);
    } catch (error) {
      setFailure(toFailure(error));
      setBusy(false);
    }
  };
  const close = async () => {
    await dismiss();
    go({ at: 'run', run }, true);
  };
  const { means, label } = CHANGES[wish.kind === 'cancel' ? 'cancel' : from === undefined ? 'resume' : 'from'];
  return (
    <Page title={`${label}?`}>
      <p>
        <Link to={{ at: 'run', run }}>
          <Foreign text={title} />
        </Link>
      </p>
      {view?.state.failure && wish.kind === 'resume' && (
        <div class="note bad">
          {broken && (
            <span class="strong">
              <Foreign text={broken.title} characters={120} />{' '}
            </span>
          )}
          <Foreign text={view.state.failure.message} characters={800} />
        </div>
      )}
      {from !== undefined && (
        <p>
          From{' '}
          <span class="strong">
            <Foreign text={part?.title ?? from} characters={120} />
          </span>{' '}
          on.
        </p>
      )}
      <p>{means}</p>
      <p class="dim">
        Proposed by <Foreign text={proposal.from} />.
      </p>
      <Trouble failure={failure} />
      <ArmedBar
        reset={proposal.proposal}
        busy={busy}
        deeds={[
          { label: 'Dismiss', run: () => void close() },
          wish.kind === 'cancel'
            ? { label, danger: true, run: () => void carryOut() }
            : { label, filled: true, run: () => void carryOut() },
        ]}
      >
        <p class="armed-title strong">
          <Foreign text={title} characters={120} />
        </p>
      </ArmedBar>
    </Page>
  );
}
