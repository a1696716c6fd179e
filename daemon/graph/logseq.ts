import { hash } from 'node:crypto';
import { fail } from '../../shared/failure.ts';
import type { Change, Graph, GraphBlock, GraphPage } from './graph.ts';
import { isObject } from '../../shared/json.ts';
import { attempt, kindOfGraph, type LogseqHost } from './host.ts';
import { Cursor } from './logseq-cursor.ts';
import { dbDialect } from './logseq-db.ts';
import { fileDialect } from './logseq-file.ts';
import { isThere, type Dialect, type HostPage } from './logseq-page.ts';
import { planChanges, within, type PlannedBlock } from './logseq-plan.ts';
import { makePlan } from './logseq-write.ts';
import { checkName, pageKey } from './names.ts';

export interface LogseqGraphOptions {
  /** What runs and the memory of what was written call this graph (shared/logseq/graph.ts). */
  id: string;
  /** `file` or `db`, where it is known already. */
  kind?: 'file' | 'db';
  /** Rejects when Logseq has another graph open by now: a person can switch at any time. Asked before each reading and change. */
  check?: () => Promise<void>;
  /** How to wait so many milliseconds; the machine's clock unless given. */
  wait?: (ms: number) => Promise<unknown>;
}

/**
 * A graph that a running Logseq has open, over its API. What that API cannot do:
 *
 * - Nothing is all or none there. Every change of a call is checked before the first is made, and what was done is undone
 *   when something fails; but a Logseq that goes away in the middle leaves a page half written (`Graph.piecemeal`).
 * - Where somebody writes, nothing is written: `change` rejects with the retryable `graph.editing` instead.
 */
export async function openLogseq(host: LogseqHost, { id, kind, wait, check }: LogseqGraphOptions): Promise<Graph> {
  const known = kind ?? (await kindOfGraph(host));
  return new LogseqGraph(
    id,
    known === 'db' ? dbDialect(host) : fileDialect(host),
    new Cursor(host, wait),
    check ?? (() => Promise.resolve()),
    async () => {
      const configs = await attempt(host, 'logseq.App.getUserConfigs', []);
      const pattern = isObject(configs) ? configs.preferredDateFormat : undefined;
      return typeof pattern === 'string' ? pattern : undefined;
    },
  );
}

class LogseqGraph implements Graph {
  readonly id: string;
  readonly piecemeal = true;
  readonly #dialect: Dialect;
  readonly #cursor: Cursor;
  readonly #check: () => Promise<void>;
  readonly journalTitle: () => Promise<string | undefined>;
  /** Changes are made one after the other: the host has one cursor. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    id: string,
    dialect: Dialect,
    cursor: Cursor,
    check: () => Promise<void>,
    journalTitle: () => Promise<string | undefined>,
  ) {
    this.id = id;
    this.#dialect = dialect;
    this.#cursor = cursor;
    this.#check = check;
    this.journalTitle = journalTitle;
  }

  get kind(): 'file' | 'db' {
    return this.#dialect.kind;
  }

  async read(page: string): Promise<GraphPage | null> {
    checkName(page);
    await this.#check();
    const found = await this.#dialect.read(page);
    return found && isThere(found) ? toGraphPage(found) : null;
  }

  async *pages(): AsyncIterable<string> {
    await this.#check();
    yield* this.#dialect.names();
  }

  async workflows(): Promise<string[]> {
    await this.#check();
    return this.#dialect.workflows();
  }

  change(page: string, revision: string | null, changes: readonly Change[]): Promise<GraphPage> {
    const mine = this.#turn.then(() => this.#change(page, revision, changes));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #change(name: string, revision: string | null, changes: readonly Change[]): Promise<GraphPage> {
    checkName(name);
    await this.#check();
    const found = await this.#dialect.read(name);
    const there = found && isThere(found) ? found : null;
    if ((there ? revisionOf(there) : null) !== revision) throw changed(name);
    const plan = planChanges(there?.blocks ?? [], changes);
    const all = plan.blocks.flatMap((block) => [...within(block)]);
    for (const block of all) if (block.isNew || block.isUpdated) this.#dialect.check(block);
    if (there && changes.length === 0) return toGraphPage(there);
    await this.#cursor.look(
      touchedBy(there, plan.removed, all, plan.properties),
      !there || all.some(({ isNew }) => isNew),
    );
    const page = there ?? (await this.#create(name));
    return toGraphPage(await makePlan(this.#dialect, this.#cursor, page, !there, plan));
  }

  /** The new page, without anything on it. */
  async #create(name: string): Promise<HostPage> {
    await this.#dialect.create(name.trim());
    const page = await this.#dialect.read(name);
    if (page && pageKey(page.name) === pageKey(name) && page.blocks.length === 0) return page;
    // Out of the recycle bin, a page comes back with what was on it.
    if (page && page.blocks.length > 0) throw changed(name);
    throw fail('invalid', 'graph.bad_name', `Logseq does not make a page of the name “${name}”. Choose another one.`);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The blocks that a change writes into. */
function touchedBy(
  page: HostPage | null,
  removed: readonly string[],
  blocks: readonly PlannedBlock[],
  properties: Record<string, string>,
): Set<string> {
  const touched = new Set(blocks.flatMap(({ ref, isUpdated }) => (isUpdated && ref !== undefined ? [ref] : [])));
  const gone = new Set(removed);
  const walk = (list: readonly GraphBlock[], isGone: boolean): void => {
    for (const { ref, children } of list) {
      const goes = isGone || gone.has(ref);
      if (goes) touched.add(ref);
      walk(children, goes);
    }
  };
  walk(page?.blocks ?? [], false);
  if (page?.placeholder !== undefined) touched.add(page.placeholder);
  if (page?.head !== undefined && Object.keys(properties).length > 0) touched.add(page.head);
  return touched;
}

function toGraphPage(page: HostPage): GraphPage {
  const { name, properties, blocks } = page;
  return { name, revision: revisionOf(page), properties, blocks, text: textOf(page) };
}

function revisionOf({ name, properties, blocks }: HostPage): string {
  return hash(
    'sha256',
    JSON.stringify([name, Object.entries(properties).toSorted(([a], [b]) => (a < b ? -1 : 1)), blocks]),
  );
}

/** The page's Markdown, as a file graph would have it. */
function textOf({ head, raw, blocks, properties }: HostPage): string {
  const lines: string[] = [];
  const preamble = head === undefined ? propertyLines(properties) : raw.get(head)!;
  if (preamble !== '') lines.push(preamble, '');
  const put = (list: readonly GraphBlock[], indent: string): void => {
    for (const block of list) {
      const [first = '', ...rest] = (raw.get(block.ref) ?? block.content).split('\n');
      lines.push(`${indent}- ${first}`.trimEnd(), ...rest.map((line) => (line === '' ? '' : `${indent}  ${line}`)));
      put(block.children, `${indent}\t`);
    }
  };
  put(blocks, '');
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

const propertyLines = (properties: Record<string, string>): string =>
  Object.entries(properties)
    .map(([name, value]) => `${name}:: ${value}`)
    .join('\n');

function changed(page: string): Error {
  return fail('locked', 'graph.changed', `The page “${page}” was changed in the meantime. It is read again.`);
}
