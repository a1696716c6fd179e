import { realpathSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import { fail } from '../../shared/failure.ts';
import { logseqGraphId, type LogseqGraphInfo } from '../../shared/logseq/graph.ts';
import type { Clock } from '../clock.ts';
import type { Graph } from './graph.ts';
import type { HttpApi } from './http-api.ts';
import type { LogseqHost } from './host.ts';
import { liveHost, type LiveAccess } from './live.ts';
import { openLogseq, type LogseqGraphOptions } from './logseq.ts';
import { OverHttp } from './over-http.ts';

/** A graph as it is known from outside. */
export interface KnownGraph {
  id: string;
  name: string;
  kind: 'file' | 'db';
}

export interface GraphsOptions {
  clock: Clock;
  /** Folders of graphs that are always there. */
  folders: readonly string[];
  openFolder(folder: string): Promise<Graph>;
  /** Logseq's own HTTP server, where it is configured. */
  http?: HttpApi;
  /** Called when what is owed to a graph is worth a try: it has come, or somebody has moved on in it. */
  wake(id: string): void;
  /** Told once of what keeps Logseq's HTTP server from being used. */
  onProblem?(problem: string): void;
}

/**
 * Which graphs there are and the best way to each.
 *
 * A graph's id is what runs and the outbox call it (shared/logseq/graph.ts): of a file graph its folder, by whichever way it
 * is written, so that what was written in one way is found in the others. While Logseq has a graph open, it is written
 * through Logseq and never as files: Logseq keeps pages in memory and would overwrite the file. So the plugin comes first,
 * then Logseq's HTTP server, then the folder.
 */
export interface Graphs {
  /** The graph of this id, by the best way there is now. Rejects with the retryable `graph.away` where there is none. */
  open(id: string): Promise<Graph>;
  /** The graphs that can be written now. */
  list(): (KnownGraph & { by: 'folder' | 'plugin' | 'http' })[];
  /** A plugin gives access to its graph, until it takes it back or goes. Several windows may give the same one. */
  attach(graph: KnownGraph, access: LiveAccess): () => void;
  /** A hint that somebody changed pages of a graph: whoever was writing may have moved on. */
  changed(id: string): void;
  close(): Promise<void>;
}

/** Hints come with every key that is pressed. */
const WAKE_EVERY_MS = 2_000;

interface Attached {
  /** As the plugin calls it, which may be another spelling of its folder. */
  known: KnownGraph;
  graph: Promise<Graph>;
}

export function createGraphs(options: GraphsOptions): Graphs {
  const { clock, http, wake } = options;
  const folders = new Map<string, Promise<Graph>>();
  /** By id; the last one attached is used. */
  const attached = new Map<string, Attached[]>();
  const woken = new Map<string, () => void>();
  const overHttp =
    http &&
    new OverHttp(http, {
      clock,
      open: (known) => openLogseq(http, logseqOptions(http, known)),
      idOf: graphId,
      onFound: wake,
      onProblem: (problem) => options.onProblem?.(problem),
    });
  let closed = false;

  const openFolder = (id: string): Promise<Graph> => {
    let opened = folders.get(id);
    if (!opened) {
      opened = options.openFolder(id);
      opened.catch(() => folders.delete(id));
      folders.set(id, opened);
    }
    return opened;
  };

  return {
    async open(id) {
      const key = graphId(id);
      const live = attached.get(key)?.at(-1);
      if (live) return live.graph;
      const found = await overHttp?.find(key);
      if (found) return found;
      if (isAbsolute(key)) return openFolder(key);
      throw fail(
        'unavailable',
        'graph.away',
        `The graph ${id} is not open in Logseq. Open it there, with the Stagebook plugin; what is owed to it is written then.`,
      );
    },
    list() {
      const best = new Map<string, KnownGraph & { by: 'folder' | 'plugin' | 'http' }>();
      for (const folder of options.folders) {
        best.set(folder, { id: folder, name: basename(folder), kind: 'file', by: 'folder' });
      }
      const known = overHttp?.known;
      if (known) best.set(known.id, { ...known, by: 'http' });
      for (const [id, graphs] of attached) best.set(id, { ...graphs.at(-1)!.known, by: 'plugin' });
      return [...best.values()];
    },
    attach(known, access) {
      const id = graphId(known.id);
      const left = new AbortController();
      // Taken back is as good as gone: the window may have another graph open by now.
      const host = liveHost({ ...access, closed: AbortSignal.any([access.closed, left.signal]) });
      const graph = openLogseq(host, logseqOptions(host, { ...known, id }));
      graph.catch(() => {});
      const mine: Attached = { known, graph };
      attached.set(id, [...(attached.get(id) ?? []), mine]);
      const detach = (): void => {
        left.abort();
        const others = (attached.get(id) ?? []).filter((other) => other !== mine);
        if (others.length > 0) attached.set(id, others);
        else attached.delete(id);
      };
      access.closed.addEventListener('abort', detach, { once: true });
      if (access.closed.aborted) detach();
      else for (const name of new Set([id, known.id])) wake(name);
      return detach;
    },
    changed(id) {
      const key = graphId(id);
      if (closed || woken.has(key)) return;
      const cancel = clock.at(clock.now() + WAKE_EVERY_MS, () => {
        woken.delete(key);
        wake(key);
      });
      woken.set(key, cancel);
    },
    async close() {
      closed = true;
      overHttp?.close();
      for (const cancel of woken.values()) cancel();
      attached.clear();
      for (const opened of folders.values())
        await opened.then(
          (graph) => graph.close(),
          () => {},
        );
    },
  };
}

/** The memory of what was written calls a graph the same as when its folder is written as files. */
function logseqOptions(host: LogseqHost, { id, name, kind }: KnownGraph): LogseqGraphOptions {
  return {
    id: kind === 'file' ? `folder:${id}` : id,
    kind,
    async check() {
      const info = (await host.call('logseq.App.getCurrentGraph', [])) as LogseqGraphInfo | null | undefined;
      const now = logseqGraphId(kind, info);
      // A graph that has no name cannot be told from another one.
      if (now === null || graphId(now) === id) return;
      throw fail(
        'unavailable',
        'graph.away',
        `Logseq has another graph open now. What is owed to ${name} is written when it is back.`,
      );
    },
  };
}

/** One id for a folder, however it is spelt; other ids, and folders that are not here, as they are. No other machine is asked. */
export function graphId(id: string): string {
  if (!isAbsolute(id) || /^[\\/]{2}/.test(id)) return id;
  try {
    return realpathSync(id);
  } catch {
    return id;
  }
}
