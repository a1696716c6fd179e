import type { ShownBlocks } from '../../plugin/blocks/style.ts';
import type { Connection, ConnectionEvents, Status } from '../../plugin/connection.ts';
import type { Host, HostGraph } from '../../plugin/host.ts';
import { makeStore } from '../../plugin/store.ts';
import type { PageBlock, PageReading } from '../../shared/protocol/calls/pages.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { RunSummary } from '../../shared/run/summary.ts';
import { node, readingOf, START } from './blocks/scenes.ts';
import { settled, Timers } from './timers.ts';

const macro = (role: string, title: string) => `{{renderer :stagebook, ${role}}} ${title}`;

/** A page of one stage with two steps, as a host and a daemon have it. Uuids are paths. */
export const BLOCKS: PageBlock[] = [
  { uuid: 'header', content: macro('workflow', 'A page'), children: [] },
  {
    uuid: 'stage',
    content: macro('stage', 'Work'),
    children: [
      { uuid: 'stage/a', content: `${macro('step', 'A')}\n\`\`\`yaml\nuses: x.y\n\`\`\``, children: [] },
      { uuid: 'stage/b', content: macro('step', 'B'), children: [] },
    ],
  },
];

const NODES = [node('stage', 'stage'), node('step', 'stage/a'), node('step', 'stage/b')];

/** A run of the page, as the daemon lists it. */
export function run(id: string, status: RunSummary['status'], startedAt: number): RunSummary {
  return { run: id, number: 1, title: 'A page', status, startedAt, definition: 'hash', dryRun: false };
}

/** A store with a host and a daemon that the test speaks for, and a time of its own. */
export function setUp(reading: Partial<PageReading> = {}) {
  const timers = new Timers();
  const drawn: { key: string; frame: boolean; html: string }[] = [];
  const messages: string[] = [];
  const styles = new Map<string, string>();
  let graph: HostGraph = { id: '/notes', name: 'notes', kind: 'file' };
  let blocks = BLOCKS;
  const notHere = () => {
    throw new Error('no part of this test');
  };
  /** What host or daemon leave unanswered, as when they are busy. */
  const silent = new Set<string>();
  const answered = <T>(name: string, answer: T): Promise<T> =>
    silent.has(name) ? Promise.reject(new Error(`${name} was not answered in time`)) : Promise.resolve(answer);
  const host = {
    ui: {
      draw: (where, html) => void drawn.push({ key: where.key, frame: 'slot' in where, html }),
      clear: () => {},
      style: (key, css) => void styles.set(key, css),
      slotLives: () => Promise.resolve(true),
      elementId: (key) => key,
      message: (text) => void messages.push(text),
    },
    graph: () => answered('graph', graph),
    pageOf: () => answered('pageOf', 'Page'),
    tree: () => answered('tree', blocks),
    call: notHere,
  } as Partial<Host> as Host;

  const listeners = new Set<Partial<ConnectionEvents>>();
  const calls: { name: string; with: unknown }[] = [];
  const events: RunEvent[] = [];
  let status: Status = { is: 'connecting' };
  let page: PageReading = readingOf(NODES, reading);
  const answers: Record<string, () => unknown> = {
    'page.read': () => page,
    'page.run': () => null,
    'runs.list': () => page.runs,
    attempts: () => [],
    'run.events': () => ({ events: [...events], done: true }),
    'run.definition': () => ({ definition: { language: 1, header: {}, body: [] }, hash: 'hash' }),
    propose: () => ({ proposal: 'p', panel: 'http://127.0.0.1:7717/panel/#/proposal/p' }),
  };
  const connection: Connection = {
    get status() {
      return status;
    },
    connect: notHere,
    close: notHere,
    call: (name, parameters) => {
      calls.push({ name, with: parameters });
      return answered(name, (answers[name]?.() ?? null) as never);
    },
    subscribe: (runs) => void calls.push({ name: 'subscribe', with: runs }),
    on: (heard) => {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
  };
  const tell = <E extends keyof ConnectionEvents>(event: E, ...given: Parameters<ConnectionEvents[E]>) => {
    for (const listener of listeners) (listener[event] as ((...args: unknown[]) => void) | undefined)?.(...given);
  };
  const become = (next: Status) => {
    status = next;
    tell('status', next);
  };
  const folded: (readonly string[])[] = [];
  const folds = (shown: ShownBlocks) => void folded.push(shown.folded);
  const store = makeStore({ host, connection, frames: timers, now: () => START + timers.now(), folds });
  const go = async (milliseconds = 50) => {
    for (let n = 0; n < 10; n += 1) {
      await settled();
      timers.advance(milliseconds / 10);
    }
    await settled();
  };
  return {
    store,
    connection,
    timers,
    drawn,
    messages,
    styles,
    folded,
    calls,
    events,
    tell,
    become,
    go,
    online: () =>
      become({
        is: 'online',
        welcome: { protocol: 1, version: '1', right: 'propose', pos: 0, panel: 'http://127.0.0.1:7717/panel/' },
      }),
    /** What was drawn since this was last asked, by block. */
    news() {
      const one = drawn.splice(0);
      return one.map(({ key, frame }) => `${key.replace(/^sb-(.*)-\d+(-l)?$/, '$1')}${frame ? ' frame' : ''}`);
    },
    textOf: (uuid: string) => drawn.findLast(({ key }) => key.startsWith(`sb-${uuid}-0`))?.html ?? '',
    silent,
    setGraph: (next: HostGraph) => (graph = next),
    setBlocks: (next: PageBlock[]) => (blocks = next),
    setPage: (next: Partial<PageReading>) => (page = { ...page, ...next }),
    async render(...uuids: string[]) {
      const role = (uuid: string) => [...NODES, node('workflow', '')].find((one) => one.uuid === uuid)?.role ?? 'step';
      for (const uuid of uuids) store.rendered({ slot: `slot-${uuid.replace('/', '_')}`, role: role(uuid), uuid });
      await go();
    },
  };
}

/** The blocks of the page, by uuid. */
export const ALL = ['header', 'stage', 'stage/a', 'stage/b'];
