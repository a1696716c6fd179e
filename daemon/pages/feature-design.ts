import { featureDesignData, type FeatureDesignData } from '../../shared/feature-page.ts';
import type { RunState } from '../../shared/run/state.ts';
import { readData } from '../page-parts/data.ts';
import { failureBlocks } from '../page-parts/going-on.ts';
import { gateBlock, gatesOf } from '../page-parts/gates.ts';
import { siblingProperties } from '../page-parts/siblings.ts';
import { section } from '../page-parts/structure.ts';
import { table } from '../page-parts/table.ts';
import { code, markdown, nameOf, plain, propertyLink, webLink } from '../page-parts/text.ts';
import { utcDate } from '../page-parts/times.ts';
import { definePage, type DocBlock, type PageSource } from './page.ts';

/** What a feature is to be, what was agreed about it, and what became of it: for whoever builds, tests or reviews it. */
export const featureDesignPage = definePage({
  kind: 'feature-design',
  /** Each step tells what is new; why changes were requested holds for that time only. */
  merge: ({ status: _status, reason: _reason, ...earlier }, data) => ({ ...earlier, ...data }),
  name: ({ data }) => `Feature Design - ${nameOf(readData('feature-design', featureDesignData, data).name)}`,
  render: (source) => {
    const data = readData('feature-design', featureDesignData, source.data);
    const { state, zone } = source;
    const gates = gatesOf(state).map((node) => gateBlock(node, zone));
    return {
      name: featureDesignPage.name(source),
      properties: properties(data, source),
      blocks: [
        { key: 'status', content: standing(data, state) },
        ...failureBlocks(source),
        ...section('story', 'Story', data.story ? [{ key: 'story/text', content: markdown(data.story) }] : []),
        ...section('criteria', 'Acceptance criteria', criteria(data, state)),
        ...section('contract', 'API contract', contract(data)),
        // The heading stays also without entries: people write theirs beneath it.
        { key: 'decisions', content: '## Decisions', children: decisions(data) },
        ...section('change', 'Branch and pull request', change(data)),
        ...section(
          'results',
          'Results',
          gates.length > 0 ? gates : [{ key: 'results/none', content: 'Nothing was tried yet.' }],
        ),
      ],
    };
  },
});

function properties(data: FeatureDesignData, source: PageSource): Record<string, string> {
  const all: Record<string, string | null | undefined> = {
    type: 'feature-design',
    feature: plain(data.name),
    status: stoppedAs(data, source.state) === undefined ? data.status : 'stopped',
    date: utcDate(source.state.startedAt),
    repository: data.repository && plain(data.repository),
    branch: data.branch && plain(data.branch),
    'pull-request': data.pull_request_url && propertyLink('pull request', data.pull_request_url),
    ...siblingProperties(source, 'feature-design'),
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

function standing(data: FeatureDesignData, state: RunState): string {
  const { status, name, reason } = data;
  const what = plain(name);
  const ended = stoppedAs(data, state);
  if (ended !== undefined) return stopped(what, ended, state);
  switch (status) {
    case 'designed':
      return `**Designed.** ${what} is agreed and not built yet.`;
    case 'built':
      return `**Built.** ${what} is on its branch and is being tried.`;
    case 'in review':
      return `**In review.** ${what} waits for a person’s word.`;
    case 'changes requested':
      return `**Changes requested.** ${what} is not merged${reason ? `: ${plain(reason).replace(/\.$/, '')}` : ''}.`;
    case 'merged':
      return `**Merged.** ${what} is in.`;
  }
}

const ENDED = {
  failed: 'its run failed',
  cancelled: 'its run was cancelled',
  suspended: 'its run is suspended',
} as const;

/** Whether its run ended before it was said what became of the feature: then nothing is being tried, and nobody is asked. */
function stoppedAs({ status }: FeatureDesignData, state: RunState): string | undefined {
  if (status === 'merged' || status === 'changes requested') return undefined;
  return state.status in ENDED ? ENDED[state.status as keyof typeof ENDED] : undefined;
}

function stopped(what: string, ended: string, { nodes }: RunState): string {
  const merge = [...nodes.values()].findLast(({ step }) => step?.action === 'github.merge_pull_request');
  if (merge?.status === 'completed') return `**Merged.** ${what} is in, and ${ended} after that.`;
  if (merge?.status === 'unknown') return `**Not known.** Whether ${what} is merged is not known: ${ended}.`;
  return `**Stopped.** ${what} is not merged: ${ended}.`;
}

/** The suites by which a criterion can be named: each has a gate of that id. */
const SUITE = /^(backend|frontend|e2e|accessibility|integration|performance|coverage):\s*/i;

function criteria(data: FeatureDesignData, state: RunState): DocBlock[] {
  return (data.criteria ?? []).map((line, i) => {
    const suite = SUITE.exec(line)?.[1]?.toLowerCase();
    const holds = suite === undefined ? data.status === 'merged' : gatePassed(state, suite);
    return { key: `criteria/${i}`, content: `${holds ? 'DONE' : 'TODO'} ${markdown(line)}` };
  });
}

/** The last word of the gate with this id. */
function gatePassed(state: RunState, id: string): boolean {
  return gatesOf(state).findLast(({ key }) => key.split('/').at(-1) === id)?.gate.passed === true;
}

function contract({ contract: text }: FeatureDesignData): DocBlock[] {
  const lines = (text ?? '').split('\n').map((line) => line.replace(/^\s*[-*]\s+/, '').trim());
  const [endpoints, others] = [true, false].map((wanted) =>
    lines.filter((line) => line !== '' && /^`?[A-Za-z]+\s+\//.test(line) === wanted),
  );
  const rows = endpoints!.map((line) => {
    const [endpoint = '', purpose = '', request = '', ...response] = columns(line);
    return [
      code(endpoint.replaceAll('`', '')),
      ...[purpose, request, response.join(' | ')].map((part) => markdown(part)),
    ];
  });
  return [
    ...(rows.length === 0
      ? []
      : [
          {
            key: 'contract/table',
            content: `Endpoints\n${table(['Endpoint', 'Purpose', 'Request', 'Response'], rows)}`,
          },
        ]),
    ...others!.map((line, i) => ({ key: `contract/model/${i}`, content: markdown(line) })),
  ];
}

/** Parted by bars with spaces around them where there are such: one without is a choice of types, as in {state: open|closed}. */
function columns(line: string): string[] {
  const spaced = line.split(/\s+\|\s+/);
  return (spaced.length > 1 ? spaced : line.split('|')).map((part) => part.trim());
}

function decisions({ decisions: list }: FeatureDesignData): DocBlock[] {
  return (list ?? []).map((line, i) => ({ key: `decisions/${i}`, content: markdown(line) }));
}

function change(data: FeatureDesignData): DocBlock[] {
  const { branch, commit, pull_request_url: address, merge_commit: merged } = data;
  return [
    ...(branch
      ? [{ key: 'change/branch', content: `Branch ${code(branch)}${commit ? ` at ${code(commit)}` : ''}` }]
      : []),
    ...(address ? [{ key: 'change/pull-request', content: webLink('Pull request', address) }] : []),
    ...(merged ? [{ key: 'change/merged', content: `Merged as ${code(merged)}` }] : []),
  ];
}
