import { isObject, type JsonObject } from '../../shared/json.ts';
import { releaseData, type ReleaseData } from '../../shared/release-page.ts';
import type { NodeState, RunState } from '../../shared/run/state.ts';
import { titlesIn } from '../../shared/run/titles.ts';
import { breakingBlocks, whoUpgrades } from '../page-parts/breaking.ts';
import { readData } from '../page-parts/data.ts';
import { lastOutput, rememberedText, textOf } from '../page-parts/found.ts';
import { approvers, gateBlock, gatesOf } from '../page-parts/gates.ts';
import { noteBlocks, readNotes } from '../page-parts/notes.ts';
import { definePage, type DocBlock, type PageSource } from './page.ts';
import { packageName, versionName } from '../page-parts/release-name.ts';
import { siblingProperties } from '../page-parts/siblings.ts';
import { section } from '../page-parts/structure.ts';
import { table } from '../page-parts/table.ts';
import { code, markdown, plain, propertyLink, webLink } from '../page-parts/text.ts';
import { utcDate, zoned } from '../page-parts/times.ts';

/** A release, from its plan to what exists of it. A rejected release's page is its failure page. */
export const releasePage = definePage({
  kind: 'release',
  /** Each step tells what is new; how the release stands is said each time. */
  merge: ({ status: _status, reason: _reason, ...earlier }, data) => ({ ...earlier, ...data }),
  name: ({ data }) => {
    const { package: name, version } = readData('release', releaseData, data);
    return `Release ${packageName(name)} ${versionName(version)}`;
  },
  render: (source) => {
    const data = readData('release', releaseData, source.data);
    const { state, zone } = source;
    return {
      name: releasePage.name(source),
      properties: properties(data, source),
      blocks: [
        { key: 'status', content: standing(data, state) },
        { key: 'upgrade', content: `**Who should upgrade:** ${whoUpgrades(data)}` },
        ...section('breaking', 'Breaking changes and migration', breakingBlocks(data, 'breaking')),
        // The heading stays also without entries: persons write theirs beneath it.
        { key: 'notes', content: '## Notes', children: noteBlocks(readNotes(data.notes ?? ''), 'notes') },
        ...section('issues', 'Known issues', knownIssues(data)),
        ...section('gates', 'Gates', gateBlocks(state, zone)),
        ...section('line', 'The irreversible line', [{ key: 'line/state', content: irreversibleLine(source) }]),
        ...section('exists', 'What exists', existing(data, state)),
        ...section('rollback', 'Roll-back plan', rollback(data, state)),
        ...section('checks', 'Post-release checks', checks(data, state)),
      ],
    };
  },
});

function properties(data: ReleaseData, source: PageSource): Record<string, string> {
  const { state } = source;
  const who = data.approver ? [data.approver] : approvers(state);
  const before = data.version_old ?? rememberedText(state, 'version_old');
  const commit = data.commit ?? rememberedText(state, 'release_commit');
  const all: Record<string, string | undefined> = {
    type: 'release',
    package: plain(data.package),
    version: plain(data.version),
    // By these the review finds its three facts again.
    ecosystem: data.ecosystem ?? undefined,
    repository: data.repository ? plain(data.repository) : undefined,
    'previous-version': before && plain(before),
    status: data.status,
    reason: isOver(data) && data.reason ? plain(data.reason) : undefined,
    date: data.date ? plain(data.date) : utcDate(state.startedAt),
    commit: commit && (data.commit_url ? propertyLink(commit, data.commit_url) : plain(commit)),
    tag: data.tag ? plain(data.tag) : undefined,
    artifacts: data.artifacts?.map(artifactText).join('; '),
    approver: who.map((name) => plain(name)).join(', '),
    'ci-run': ciText(data, state),
    ...siblingProperties(source, 'release'),
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

const isOver = ({ status }: ReleaseData): boolean => status === 'rejected' || status === 'yanked';

function artifactText({
  name,
  filename,
  path,
  digest,
  sha256,
  integrity,
}: NonNullable<ReleaseData['artifacts']>[number]) {
  const called = name ?? filename ?? path?.split(/[\\/]/).at(-1) ?? 'artifact';
  return `${plain(called)} ${plain(digest ?? (sha256 ? `sha256:${sha256}` : (integrity ?? 'without a digest')))}`;
}

function ciText({ ci }: ReleaseData, state: RunState): string | undefined {
  if (typeof ci === 'string') return propertyLink('CI', ci);
  const said = (ci ?? lastOutput(state, 'github.checks')) as JsonObject;
  const reports = Array.isArray(said.checks) ? said.checks : [];
  const address = [said, ...reports].map((one) => (isObject(one) ? textOf(one.url) : undefined)).find(Boolean);
  const verdict = textOf(said.state);
  return address ? propertyLink(verdict ?? 'CI', address) : verdict && plain(verdict);
}

function standing({ status, reason, package: name, version, issue_url: issue }: ReleaseData, state: RunState): string {
  const what = `${plain(name)} ${plain(version)}`;
  const why = reason ? `: ${plain(reason).replace(/\.$/, '')}.` : '.';
  const see = issue ? ` See ${webLink('the issue', issue)}.` : '';
  switch (status) {
    case 'planned':
      return planned(what, state);
    case 'rejected':
      return `**Rejected.** ${what} is not released${why}${see}`;
    case 'published':
      return `**Published.** ${what} is out.${see}`;
    case 'yanked':
      return `**Yanked.** ${what} was taken back${why}${see}`;
  }
}

/** Before its step said that it is published, by what the run did until now: it may have stopped anywhere. */
function planned(what: string, state: RunState): string {
  const stopped = state.status === 'failed' || state.status === 'cancelled' || state.status === 'suspended';
  const { crossed, maybe } = irreversible(state);
  if (crossed)
    return `**Under way.** ${what} is out${stopped ? `, and the run ${state.status} after that: what is left is below` : '; what belongs to it follows'}.`;
  if (maybe) return `**Not known.** Whether ${what} is out is not known yet.`;
  return `**Planned.** ${stopped ? `The run ${state.status}` : `${what} is being prepared`}; nothing is published.`;
}

/** The first effect that cannot be taken back, and one of which nobody knows whether it was. */
function irreversible({ nodes }: RunState): { crossed?: NodeState; maybe?: NodeState } {
  const effects = [...nodes.values()].filter((node) => node.step?.effect === 'irreversible');
  const crossed = effects.find(({ status }) => status === 'completed');
  const maybe = effects.find(({ status }) => status === 'unknown' || status === 'running' || status === 'waiting');
  return { ...(crossed && { crossed }), ...(maybe && { maybe }) };
}

function knownIssues({ known_issues: issues }: ReleaseData): DocBlock[] {
  if (!issues || issues.length === 0) return [{ key: 'issues/none', content: 'None are known.' }];
  return issues.map((issue, i) => ({ key: `issues/${i}`, content: markdown(issue) }));
}

function gateBlocks(state: RunState, zone: string): DocBlock[] {
  const blocks = gatesOf(state).map((node) => gateBlock(node, zone));
  return blocks.length > 0 ? blocks : [{ key: 'gates/none', content: 'No gate was reached yet.' }];
}

/** Where there is no way back: from the first irreversible effect of the run on. */
function irreversibleLine({ state, definition, zone }: PageSource): string {
  const titles = titlesIn(definition);
  const { crossed, maybe } = irreversible(state);
  const did = (node: NodeState): string => `“${plain(titles.of(node.key))}” (${code(node.step!.action)})`;
  if (crossed)
    return `⛔ **Crossed** ${zoned(crossed.endedAt ?? crossed.startedAt, zone)} by ${did(crossed)}. What follows can only go forward.`;
  if (maybe)
    return `⛔ **May be crossed:** ${did(maybe)} was begun ${zoned(maybe.startedAt, zone)} and has not answered.`;
  return '⛔ **Not crossed.** Everything so far can be taken back.';
}

/** Registry, tag and GitHub release are three facts. */
function existing(data: ReleaseData, state: RunState): DocBlock[] {
  const { facts } = data;
  const registry = data.registry_url ?? textOf(lastOutput(state, 'npm.publish', 'pypi.publish').url);
  const github = data.github_release_url ?? textOf(lastOutput(state, 'github.create_release').url);
  const row = (what: string, exists: boolean | undefined, where: string | null | undefined): string[] => [
    what,
    exists === undefined ? 'not looked yet' : exists ? '✓ exists' : '✗ missing',
    where ?? '–',
  ];
  const rows = [
    row(
      `${plain(data.package)} ${plain(data.version)} in the registry`,
      facts?.registry,
      registry && webLink('registry', registry),
    ),
    row(`Tag ${plain(data.tag ?? '')}`.trim(), facts?.tag, data.tag && code(data.tag)),
    row('GitHub release', facts?.github_release, github && webLink('GitHub', github)),
  ];
  const missing = rows.filter(([, exists]) => exists?.includes('missing')).map(([what]) => what!);
  return [
    { key: 'exists/table', content: `Registry, tag and GitHub release\n${table(['What', 'Exists', 'Where'], rows)}` },
    ...(facts && data.status === 'published' && missing.length > 0
      ? [{ key: 'exists/todo', content: `TODO Make what is missing: ${missing.join(', ')}` }]
      : []),
  ];
}

function rollback(data: ReleaseData, state: RunState): DocBlock[] {
  const { package: name, version } = data;
  // What the registry offered before, which need not be the version that the manifest had; null where it had none.
  const { latest } = lastOutput(state, 'npm.check_free', 'pypi.check_free');
  const old = latest === null ? null : (textOf(latest) ?? data.version_old ?? undefined);
  const plan = data.rollback ?? [
    data.ecosystem === 'python'
      ? `Yank ${name} ${version} on the index: installed copies stay, ${old === null ? 'and there is no version before it for new ones' : `new installs take ${old ?? 'the version before'}`}.`
      : `Deprecate it with \`npm deprecate ${name}@${version} "reason"\`, ${old === null ? 'for there is no version before it to point the dist-tag back to' : `and point the dist-tag back with \`npm dist-tag add ${name}@${old ?? 'PREVIOUS'} latest\``}.`,
    'Or roll forward: fix, and release the next patch version.',
    `Never publish another ${version}: a version, once out, is not used again.`,
  ];
  return plan.map((line, i) => ({ key: `rollback/${i}`, content: markdown(line) }));
}

function checks(data: ReleaseData, state: RunState): DocBlock[] {
  const what = `${data.package} ${data.version}`;
  const installed = lastOutput(state, 'npm.install_target', 'pypi.install_target');
  const list: NonNullable<ReleaseData['checks']> = data.checks ?? [
    { title: `The registry answers with ${what}`, ok: data.facts?.registry === true || undefined },
    {
      title: `${what} installs from the registry and says its version`,
      ...(installed.installed === true && { ok: installed.version === data.version, saw: installed.version ?? null }),
    },
    { title: 'The documentation shows the new version' },
  ];
  return list.map((check, i) => {
    const { ok, saw } = check;
    const seen = saw === undefined ? '' : ` (saw ${code(typeof saw === 'string' ? saw : JSON.stringify(saw))})`;
    const mark = ok === true ? 'DONE' : 'TODO';
    return {
      key: `checks/${i}`,
      content: `${mark} ${plain(check.title)}${ok === false ? ' — **failed**' : ''}${seen}`,
    };
  });
}
