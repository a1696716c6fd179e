import picocolors from 'picocolors';
import { parseWorkflowText } from '../../shared/workflow/parse.ts';
import { walk, type Definition } from '../../shared/workflow/definition.ts';
import { hashOf } from '../engine/definitions.ts';
import type { Graph } from '../graph/graph.ts';
import { requireGraph } from './graph-given.ts';
import { daysAgo } from '../../shared/days-ago.ts';
import type { Rehearsed } from '../rehearsal/rehearsal.ts';
import { calledPages, findWorkflow, shippedDefinitions, shippedNames, type Source } from '../workflows.ts';
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

/** Every workflow there is to run, with how long ago it was rehearsed, and whether that still says something. */
export async function listWorkflows(cli: Cli, { graph: folder, json }: { graph?: string; json?: boolean }) {
  const session = await cli.open('look');
  const { color } = cli.terminal;
  const graph = folder === undefined ? undefined : await requireGraph(session.daemon, folder);
  const rehearser = rehearserOf(session);
  const found: Listed[] = [];
  const shipped = await Promise.all(shippedNames().map((name) => findWorkflow(name)));
  const own = await pagesOf(graph);
  for (const source of [...shipped, ...own]) {
    const from = source.page === undefined ? 'shipped' : 'graph';
    const { definition } = source.parsed;
    if (!definition) continue;
    const pages = await calledPages(source, graph);
    const hash = hashOf({ definition, pages: withShipped(definition, pages), personas: {} });
    const name = source.page ?? source.name.replace(/^.*[\\/]|\.md$/g, '');
    const standing = rehearser.standing({ hash, definition, pages }) ?? null;
    found.push({ name, title: definition.header.title, from, rehearsed: standing });
  }
  if (json) say(cli.terminal, JSON.stringify(found));
  else for (const each of found) say(cli.terminal, lineOf(each, color));
  return EXIT.ok;
}

async function pagesOf(graph: Graph | undefined): Promise<Source[]> {
  const found: Source[] = [];
  for await (const name of graph?.pages() ?? []) {
    const text = (await graph!.read(name).catch(() => null))?.text;
    if (!text?.includes('{{renderer :stagebook, workflow}}')) continue;
    found.push({ name, text, parsed: parseWorkflowText(text), shipped: false, page: name });
  }
  return found;
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
