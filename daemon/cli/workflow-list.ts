import picocolors from 'picocolors';
import { walk, type Definition } from '../../shared/workflow/definition.ts';
import { hashOf } from '../engine/definitions.ts';
import type { Graph } from '../graph/graph.ts';
import { workflowPages } from '../graph/workflows.ts';
import { requireGraph } from './graph-given.ts';
import { daysAgo } from '../../shared/days-ago.ts';
import type { Rehearsed } from '../rehearsal/rehearsal.ts';
import { calledPages, findWorkflow, shippedDefinitions, shippedNames } from '../workflows.ts';
import { EXIT, type Cli } from './command.ts';
import { visible } from './progress/width.ts';
import { rehearserOf } from './rehearser-of.ts';
import { say } from './terminal.ts';

interface Listed {
  name: string;
  title: string;
  from: 'shipped' | 'graph';
  rehearsed: Rehearsed | null;
}

/** A workflow that can be run. */
interface Candidate {
  name: string;
  /** Empty for a page of the graph. */
  file: string;
  definition: Definition;
}

/** Every workflow there is to run, with how long ago it was rehearsed, and whether that still says something. */
export async function listWorkflows(cli: Cli, { graph: folder, json }: { graph?: string; json?: boolean }) {
  const session = await cli.open('look');
  const { color } = cli.terminal;
  const graph = folder === undefined ? undefined : await requireGraph(session.daemon, folder);
  const rehearser = rehearserOf(session);
  const found: Listed[] = [];
  for (const { name, file, definition } of await candidatesOf(graph)) {
    const pages = await calledPages({ name: file, parsed: { definition } }, graph);
    const hash = hashOf({ definition, pages: withShipped(definition, pages), personas: {} });
    const from = file === '' ? 'graph' : 'shipped';
    const standing = rehearser.standing({ hash, definition, pages }) ?? null;
    found.push({ name, title: definition.header.title, from, rehearsed: standing });
  }
  if (json) say(cli.terminal, JSON.stringify(found));
  else for (const each of found) say(cli.terminal, lineOf(each, color));
  return EXIT.ok;
}

/** Those that come with Stagebook, and those of the graph. */
async function candidatesOf(graph: Graph | undefined): Promise<Candidate[]> {
  const shipped = await Promise.all(shippedNames().map((name) => findWorkflow(name)));
  const own = graph ? await workflowPages(graph) : [];
  return [
    ...shipped.flatMap(({ name, parsed: { definition } }) =>
      definition ? [{ name: name.replace(/^.*[\\/]|\.md$/g, ''), file: name, definition }] : [],
    ),
    ...own.map(({ page, definition }) => ({ name: page, file: '', definition })),
  ];
}

function lineOf({ name, title, from, rehearsed }: Listed, color: boolean): string {
  const colors = picocolors.createColors(color);
  const same = visible(title) === visible(name);
  return `${visible(name).padEnd(28)} ${rehearsalWords(rehearsed).padEnd(44)} ${colors.dim(`${from}${same ? '' : ` · ${visible(title)}`}`)}`;
}

/** “rehearsed 3 days ago”, and what moved since. */
function rehearsalWords(rehearsed: Rehearsed | null): string {
  if (!rehearsed) return 'never rehearsed';
  const { at, ok, problems, stale } = rehearsed;
  const when = `rehearsed ${daysAgo(Date.now() - at)}`;
  if (stale.length > 0) return `${when}, stale: ${stale.slice(0, 3).join(', ')} changed`;
  return ok ? when : `${when}, ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
}

/** As a run would be pinned: with the shipped pages that are called. */
function withShipped(definition: Definition, pages: Readonly<Record<string, Definition>>): Record<string, Definition> {
  const all: Record<string, Definition> = { ...pages };
  const shipped = shippedDefinitions();
  const open = [definition, ...Object.values(pages)];
  for (let each = open.pop(); each; each = open.pop()) {
    for (const { node } of walk(each.body)) {
      const name = node.role === 'call' ? String(node.settings.page) : undefined;
      const called = name === undefined || name in all ? undefined : shipped.get(name);
      if (name === undefined || !called) continue;
      all[name] = called;
      open.push(called);
    }
  }
  return all;
}
