import type { PageBlock, PageReading } from '../shared/protocol/calls/pages.ts';
import { PROTOCOL_LIMITS } from '../shared/protocol/limits.ts';
import { readMacro, type MacroLine } from '../shared/workflow/macro.ts';
import { isActive } from '../shared/run/tone.ts';
import { backoff } from './backoff.ts';
import type { Connection } from './connection.ts';
import type { Host, HostGraph } from './host.ts';
import type { RunSummary } from '../shared/run/summary.ts';

/** A page of which at least one block is drawn. */
export interface ShownPage {
  name: string;
  /** Uuids of all its blocks, of those that have a fence, of nodes without a title, and of those that are ticked. */
  uuids: ReadonlySet<string>;
  fenced: ReadonlySet<string>;
  untitled: ReadonlySet<string>;
  ticked: ReadonlySet<string>;
  /** Null: not a workflow. Undefined: not read yet. */
  reading: PageReading | null | undefined;
  /** The run that it shows: that of a run page, else the active one, else the last. */
  run: string | undefined;
  /** What was sent, to see whether it changed. */
  text: string;
}

export interface Pages {
  of(uuid: string): ShownPage | undefined;
  all(): Iterable<ShownPage>;
  graph(): HostGraph | undefined;
  /** A block is drawn whose page may not be known yet. */
  want(uuid: string): void;
  /** Blocks changed in the host; none named: anything may have. */
  touched(uuids: readonly string[]): void;
  /** Something about runs or trust changed in the daemon. */
  stale(what: 'runs' | 'everything'): void;
  /** Begins anew: another graph, or another daemon. */
  restart(): Promise<void>;
  /** Pages of which nothing is drawn any more. */
  keep(shown: Iterable<string>): void;
}

const READ_SOON_MS = 15;
const READ_AFTER_EDIT_MS = 300;

export interface PagesOptions {
  host: Host;
  connection: Connection;
  after(milliseconds: number, run: () => void): () => void;
  /** A page is known anew. */
  changed(page: ShownPage): void;
}

/** Which pages are shown, and what the daemon reads in them. */
export function makePages({ host, connection, after, changed }: PagesOptions): Pages {
  const pages = new Map<string, ShownPage>();
  const byUuid = new Map<string, string>();
  const wanted = new Set<string>();
  /** Pages to look at again; true: ask the daemon even when their text is the same. */
  const again = new Map<string, boolean>();
  let graph: HostGraph | undefined;
  let timer: (() => void) | undefined;
  let timerMs = Infinity;
  /** Answers that belong to an earlier graph or connection are dropped. */
  let era = 0;
  let busy = false;
  /** How often in a row the host or the daemon left a question open. */
  let troubles = 0;
  /** How often runs have changed; by it an answer knows whether it is of the time before. */
  let runsSeen = 0;

  function soon(milliseconds: number): void {
    if (timer && timerMs <= milliseconds) return;
    timer?.();
    timerMs = milliseconds;
    timer = after(milliseconds, () => {
      timer = undefined;
      timerMs = Infinity;
      void work();
    });
  }

  async function work(): Promise<void> {
    if (busy) return soon(READ_SOON_MS);
    busy = true;
    try {
      for (const uuid of wanted) {
        wanted.delete(uuid);
        await find(uuid).catch(andLater(() => wanted.add(uuid)));
      }
      for (const [name, anyway] of again) {
        again.delete(name);
        await look(name, anyway).catch(
          andLater(() => pages.has(name) && again.set(name, anyway || again.get(name) === true)),
        );
      }
      troubles = 0;
    } catch (error) {
      // A host that did not answer in its ten seconds will not answer the rest now, either: all of it waits a little.
      console.warn('Stagebook could not read a page yet', error);
      soon(backoff(troubles, 1));
      troubles += 1;
    } finally {
      busy = false;
    }
  }

  async function find(uuid: string): Promise<void> {
    if (byUuid.has(uuid)) return;
    const name = await host.pageOf(uuid);
    if (name !== undefined) await look(name, !pages.has(name));
  }

  async function look(name: string, anyway: boolean): Promise<void> {
    const mine = era;
    const blocks = await host.tree(name);
    if (mine !== era) return;
    if (!blocks) return forget(name);
    const text = JSON.stringify(blocks);
    const known = pages.get(name);
    if (known && known.text === text && !anyway && known.reading !== undefined) return;
    const page: ShownPage = { name, reading: known?.reading, run: known?.run, text, ...indexOf(blocks) };
    forget(name);
    pages.set(name, page);
    for (const uuid of page.uuids) byUuid.set(uuid, name);
    // What its blocks say by themselves is shown at once, also while nobody reads them.
    if (known?.text !== text) changed(page);
    const sent = text.length * 3 > PROTOCOL_LIMITS.frameBytes ? withoutProse(blocks) : blocks;
    await read(page, sent, mine).catch(andLater(() => again.set(name, true)));
  }

  async function read(page: ShownPage, blocks: PageBlock[], mine: number): Promise<void> {
    if (connection.status.is !== 'online' || !graph) return;
    const runsThen = runsSeen;
    const where = { graph: graph.id, page: page.name };
    const [reading, own] = await Promise.all([
      connection.call('page.read', { ...where, blocks }),
      connection.call('page.run', where),
    ]);
    if (mine !== era || pages.get(page.name) !== page) return;
    page.reading = reading;
    page.run = own?.run ?? concerning(reading?.runs ?? []);
    changed(page);
    // A run began or ended while the daemon was reading: the answer may be of the time before.
    if (runsSeen !== runsThen) void listRuns(page, mine).catch(() => {});
  }

  async function listRuns(page: ShownPage, mine: number): Promise<void> {
    if (connection.status.is !== 'online' || !graph || !page.reading) return;
    const runs = await connection.call('runs.list', { graph: graph.id, page: page.name, limit: 20 });
    if (mine !== era || pages.get(page.name) !== page || !page.reading) return;
    const own = page.run !== undefined && !page.reading.runs.some(({ run }) => run === page.run) ? page.run : undefined;
    page.reading = { ...page.reading, runs };
    page.run = own ?? concerning(runs);
    changed(page);
  }

  async function restart(): Promise<void> {
    era += 1;
    const mine = era;
    const now = await asked(mine, () => host.graph());
    if (!now) return;
    if (graph && graph.id !== now.id) {
      pages.clear();
      byUuid.clear();
    }
    graph = now;
    if (connection.status.is === 'online') {
      const attach = () => connection.call('graph.attach', { graph: now });
      // Its pages can be read all the same.
      await attach().catch(() => void asked(mine, attach));
    }
    if (mine !== era) return;
    for (const name of pages.keys()) again.set(name, true);
    soon(READ_SOON_MS);
  }

  /** What was asked, again after a while where it was not answered; undefined once there is a newer beginning. */
  async function asked<T>(mine: number, ask: () => Promise<T>): Promise<T | undefined> {
    for (let tries = 0; mine === era; tries += 1) {
      try {
        const answer = await ask();
        return mine === era ? answer : undefined;
      } catch (error) {
        console.warn('Stagebook could not find out about the graph yet', error);
        await new Promise<void>((resolve) => void after(backoff(tries, 1), resolve));
      }
    }
    return undefined;
  }

  function forget(name: string): void {
    const page = pages.get(name);
    if (!page) return;
    pages.delete(name);
    for (const uuid of page.uuids) if (byUuid.get(uuid) === name) byUuid.delete(uuid);
  }

  return {
    of(uuid) {
      const name = byUuid.get(uuid);
      return name === undefined ? undefined : pages.get(name);
    },
    all: () => pages.values(),
    graph: () => graph,
    want(uuid) {
      const known = byUuid.get(uuid);
      if (known === undefined) {
        wanted.add(uuid);
        soon(READ_SOON_MS);
      } else if (!again.has(known)) {
        // It is rendered again after an edit, too: a host need not say that anything changed.
        again.set(known, false);
        soon(READ_AFTER_EDIT_MS);
      }
    },
    touched(uuids) {
      const names = uuids.map((uuid) => byUuid.get(uuid));
      // A block that is not known yet may be new on any page.
      const all = names.length === 0 || names.includes(undefined);
      for (const name of all ? pages.keys() : (names as string[])) if (!again.has(name)) again.set(name, false);
      if (again.size > 0) soon(READ_AFTER_EDIT_MS);
    },
    stale(what) {
      if (what === 'everything') {
        for (const name of pages.keys()) again.set(name, true);
        soon(READ_SOON_MS);
      } else {
        const mine = era;
        runsSeen += 1;
        for (const page of pages.values()) void listRuns(page, mine).catch(() => {});
      }
    },
    restart,
    keep(shown) {
      const names = new Set([...shown].map((uuid) => byUuid.get(uuid)));
      for (const name of pages.keys()) if (!names.has(name)) forget(name);
    },
  };
}

/** Puts back what could not be read, and ends the work that it was a part of. */
function andLater(putBack: () => unknown): (error: unknown) => never {
  return (error) => {
    putBack();
    throw error;
  };
}

/** The active run, and of several one that is not in line behind another; else the last one. */
function concerning(runs: readonly RunSummary[]): string | undefined {
  const active = runs.filter(({ status }) => isActive(status));
  return (active.find(({ inLine }) => inLine === undefined) ?? active[0] ?? runs[0])?.run;
}

function indexOf(blocks: readonly PageBlock[]): Pick<ShownPage, 'uuids' | 'fenced' | 'untitled' | 'ticked'> {
  const uuids = new Set<string>();
  const fenced = new Set<string>();
  const untitled = new Set<string>();
  const ticked = new Set<string>();
  const visit = (block: PageBlock) => {
    if (block.uuid !== undefined) {
      uuids.add(block.uuid);
      if (/^\s*(?:```|~~~)/m.test(block.content)) fenced.add(block.uuid);
      if (nodeLine(block.content)?.title === '') untitled.add(block.uuid);
      if (TICKED.test(block.content)) ticked.add(block.uuid);
    }
    block.children.forEach(visit);
  };
  blocks.forEach(visit);
  return { uuids, fenced, untitled, ticked };
}

/** A tick as Logseq and people write it, before the macro of a node or right behind it. */
const TICKED =
  /^\s*(?:#+\s+)?(?:DONE\s|(?:-\s*)?\[[xX]\]\s)[^\n]*\{\{renderer\s+:stagebook|^[^\n]*\{\{renderer\s+:stagebook[^}]*\}\}\s*\[[xX]\]/;

/** Long prose says nothing to the daemon: it is cut where a page would not fit a frame. */
function withoutProse(blocks: readonly PageBlock[]): PageBlock[] {
  return blocks.map((block) => ({
    ...block,
    content: nodeLine(block.content) ? block.content : block.content.slice(0, 80),
    children: withoutProse(block.children),
  }));
}

function nodeLine(content: string): MacroLine | undefined {
  for (const line of content.split('\n')) {
    const macro = readMacro(line);
    if (macro) return macro;
  }
  return undefined;
}
