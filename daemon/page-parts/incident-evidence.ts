import { hashJson } from '../../shared/canonical-json.ts';
import { chartSvg } from '../../shared/chart.ts';
import { isEvidence, type Evidence } from '../../shared/incident/evidence-shape.ts';
import { isObject } from '../../shared/json.ts';
import type { RunState } from '../../shared/run/state.ts';
import { pathOf } from '../../shared/workflow/definition.ts';
import type { DocBlock } from '../pages/page.ts';
import { code, plain, webLink } from './text.ts';
import { zoned } from './times.ts';

/** Sources as people call them. */
const SOURCES: Readonly<Record<string, string>> = {
  prometheus: 'Prometheus',
  loki: 'Loki',
  tempo: 'Tempo',
  jaeger: 'Jaeger',
  alertmanager: 'Alertmanager',
};

/** What steps of a run found out by looking, each under the node that looked; what a node found again is left out. */
function evidenceOf({ nodes }: Pick<RunState, 'nodes'>): { node: string; evidence: Evidence }[] {
  const found = new Map<string, string>();
  return [...nodes.values()].flatMap(({ key, output }) => {
    const evidence = isObject(output) ? output.evidence : undefined;
    if (!isEvidence(evidence) || found.get(pathOf(key)) === evidence.finding) return [];
    found.set(pathOf(key), evidence.finding);
    return [{ node: key, evidence }];
  });
}

/**
 * Each finding with its query, range, digest and link, and a small chart where it is a course of values. A source that gave
 * several questions no answer, for one reason, is one gap with what it was asked. Gaps stand last: what is known is read first.
 */
export function evidenceBlocks(state: RunState, zone: string, key = 'evidence'): DocBlock[] {
  const blocks: DocBlock[] = [];
  const missing: DocBlock[] = [];
  const gaps = new Map<string, DocBlock[]>();
  for (const { node, evidence } of evidenceOf(state)) {
    const block = findingBlock(node, evidence, state, zone, key);
    const gap = evidence.digest === '' ? `${evidence.source} ${evidence.finding}` : undefined;
    const same = gap === undefined ? undefined : gaps.get(gap);
    if (same) {
      // Before the last, which says that there was no answer.
      same.splice(-1, 0, block.children[0]!);
      continue;
    }
    if (gap !== undefined) gaps.set(gap, block.children);
    (gap === undefined ? blocks : missing).push(block);
  }
  return [...blocks, ...missing];
}

function findingBlock(
  node: string,
  evidence: Evidence,
  state: RunState,
  zone: string,
  key: string,
): DocBlock & { children: DocBlock[] } {
  const since = state.incident?.moments.impact_started?.at;
  const own = `${key}/${node}`;
  const { source, query, from, to, digest, link, finding, series } = evidence;
  const range =
    from === null
      ? `at ${zoned(Date.parse(to), zone)}`
      : `${zoned(Date.parse(from), zone)} to ${zoned(Date.parse(to), zone)}`;
  const proof: DocBlock = {
    key: `${own}/digest`,
    content:
      digest === ''
        ? '⚠ A gap: the source gave no answer.'
        : `sha256 ${code(digest)}${link === '' ? '' : ` · ${webLink('open', link)}`}`,
  };
  const asked = `${SOURCES[source] ?? plain(source)}: ${code(query, 1_000)} · ${range}`;
  // A gap is seen at once; what proves a finding is one click away.
  const details: DocBlock[] =
    digest === ''
      ? [{ key: `${own}/query`, content: asked }, proof]
      : [
          {
            key: `${own}/query`,
            content: `From ${SOURCES[source] ?? plain(source)}, ${range}`,
            collapsed: true,
            children: [{ key: `${own}/asked`, content: asked }, proof],
          },
        ];
  const isDrawn = series?.lines.some(({ points }) => points.length > 1) ?? false;
  if (series && isDrawn && digest !== '') {
    const mark = since === undefined ? {} : { mark: { at: since, label: 'impact' } };
    const content = chartSvg(series, { title: plainTitle(finding), ...mark });
    // Two questions may have the same answer, and each is drawn under its own words.
    const drawing = hashJson([node, digest]).slice(0, 16);
    const name = `stagebook-${state.incident?.id.toLowerCase() ?? state.run}-${drawing}.svg`;
    details.unshift({
      key: `${own}/chart`,
      content: `![chart](../assets/${name})`,
      asset: { name, content },
    });
  }
  return { key: own, content: plain(finding), children: details };
}

/** A title for people who hear the chart; the drawing escapes it. */
function plainTitle(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
