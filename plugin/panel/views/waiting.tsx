import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import type { Proposal, Wish } from '../../../shared/protocol/calls/proposals.ts';
import { useAsked } from '../asked.ts';
import { ago, exactly, moment } from '../model/time.ts';
import { useNow } from '../now.ts';
import { call } from '../app.ts';
import type { Route } from '../route.ts';
import { Icon } from '../parts/icon.tsx';
import { Empty, Link, Loading, Page, Trouble } from '../parts/page.tsx';
import { Line, Section } from '../parts/text.tsx';
import type { OpenRequest } from '../../../shared/run/summary.ts';

/** Everything that waits for a person: sign-offs and questions of runs, and what plugins propose. */
export function Waiting(): JSX.Element {
  const requests = useAsked('requests', {}, ['events', 'runs']);
  const proposals = useAsked('proposals', {}, ['proposals']);
  const runs = useAsked('runs.list', { limit: 200 }, ['runs']);
  const titleOf = (id: string) => {
    const found = runs.value?.find(({ run }) => run === id);
    return found && `${found.title} #${found.number}`;
  };
  const again = () => {
    requests.again();
    proposals.again();
  };
  const nothing = requests.value?.length === 0 && proposals.value?.length === 0;
  return (
    <Page title="Waiting for you">
      <Trouble failure={requests.failure ?? proposals.failure} again={again} />
      {!requests.value && !requests.failure && <Loading />}
      {nothing && (
        <Empty title="Nothing waits for anybody.">
          <p>Sign-offs, questions and what Logseq proposes appear here.</p>
        </Empty>
      )}
      {requests.value && requests.value.length > 0 && (
        <Section title="Asked by runs">
          <ul class="plain list">
            {requests.value.map((request) => (
              <RequestRow
                key={`${request.run} ${request.node} ${request.kind === 'ask' ? '' : request.signOff}`}
                request={request}
                run={titleOf(request.run)}
              />
            ))}
          </ul>
        </Section>
      )}
      {proposals.value && proposals.value.length > 0 && (
        <Section title="Proposed">
          <ul class="plain list">
            {proposals.value.map((proposal) => (
              <ProposalRow
                key={proposal.proposal}
                proposal={proposal}
                run={'run' in proposal.wish ? titleOf(proposal.wish.run) : undefined}
                again={proposals.again}
              />
            ))}
          </ul>
        </Section>
      )}
    </Page>
  );
}

function RequestRow({ request, run }: { request: OpenRequest; run: string | undefined }): JSX.Element {
  const now = useNow(request.deadline !== undefined);
  const ask = request.kind === 'ask';
  const to: Route = ask
    ? { at: 'ask', run: request.run, node: request.node }
    : { at: 'approve', run: request.run, node: request.node, signOff: request.signOff };
  return (
    <li>
      <Link to={to} class="item">
        <Icon tone="wait" square={!ask} />
        <span class="grow">
          <Line text={ask ? request.question : request.title} class="strong" />
          <span class="dim small">
            <Line text={run ?? request.run} />
          </span>
        </span>
        <span class="facts column">
          <span>{ask ? 'Answer' : 'Review and sign'}</span>
          {request.deadline !== undefined && (
            <span class="dim small">
              <time title={exactly(request.deadline)}>
                {request.deadline > now ? `until ${moment(request.deadline, now)}` : 'overdue'}
              </time>
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}

/** What a wish is about, as people call it; its number where nobody has told yet. */
function aboutOf(wish: Wish, run: string | undefined, title: string | undefined): string {
  if ('run' in wish) return run ?? wish.run;
  return title ?? ('page' in wish ? wish.page : undefined) ?? `definition ${wish.definition.slice(0, 12)}`;
}

const WORDS: Readonly<Record<Wish['kind'], string>> = {
  start: 'Start a workflow',
  trust: 'Trust a workflow',
  'sign-off': 'Sign',
  answer: 'Answer a question',
  skip: 'Skip a part',
  resume: 'Go on with a run',
  move: 'Go on with an edited page',
  cancel: 'Cancel a run',
};

function ProposalRow({
  proposal,
  run,
  again,
}: {
  proposal: Proposal;
  run: string | undefined;
  again(): void;
}): JSX.Element {
  const now = useNow(true);
  const { wish } = proposal;
  const about = useAsked('definition.read', 'run' in wish ? undefined : { definition: wish.definition });
  const [failure, setFailure] = useState<Failure>();
  const dismiss = () =>
    void call('proposal.dismiss', { proposal: proposal.proposal }).then(again, (error: unknown) =>
      setFailure(toFailure(error)),
    );
  return (
    <li class="row">
      <Link to={{ at: 'proposal', proposal: proposal.proposal }} class="item grow">
        <span class="grow">
          <span class="strong">{WORDS[wish.kind]}</span>
          <span class="dim small">
            <Line text={aboutOf(wish, run, about.value?.title)} />
          </span>
        </span>
        <span class="facts column">
          <Line text={proposal.from} />
          <span class="dim small" title={exactly(proposal.at)}>
            {ago(proposal.at, now)}
          </span>
        </span>
      </Link>
      <button type="button" class="quiet" onClick={dismiss} aria-label={`Dismiss: ${WORDS[wish.kind]}`}>
        Dismiss
      </button>
      <Trouble failure={failure} />
    </li>
  );
}
