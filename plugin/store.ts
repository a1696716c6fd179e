import type { Attempt } from '../shared/protocol/calls/runs.ts';
import type { PageNode } from '../shared/protocol/calls/pages.ts';
import type { NodePath } from '../shared/workflow/definition.ts';
import type { Action } from './blocks/block.ts';
import { CONNECT } from './blocks/connect.ts';
import { drawNode, drawStranger, lookOf, wantedOn, type Drawing, type Wanted } from './blocks/draw.ts';
import { planOf, type Scene } from './blocks/scene.ts';
import { TICK_IS_NONE } from './blocks/sign-off.ts';
import type { ShownBlocks } from './blocks/style.ts';
import { isFresh, STILL, tickStyle } from './blocks/ticking.ts';
import type { Connection } from './connection.ts';
import type { Host } from './host.ts';
import { filledIn } from './blocks/header-inputs.ts';
import { mustConnect, noticeOf } from './notice.ts';
import { pace, type Frames } from './pace.ts';
import { makePages, type ShownPage } from './pages.ts';
import { makeRuns, type RunChange } from './runs.ts';
import { makeSlots } from './slots.ts';

export interface StoreOptions {
  host: Host;
  connection: Connection;
  frames: Frames;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Where the host's style cannot tell by itself: the blocks, when they are others. */
  folds?: ((shown: ShownBlocks) => void) | undefined;
}

export interface Store {
  /** A macro was rendered. */
  rendered(macro: { slot: string; role: string; uuid: string }): void;
  focused(uuid: string, within: boolean): void;
  /** Its settings are unfolded, or folded again. */
  folded(uuid: string): void;
  /** A person acted here: what comes of it may take the focus away. */
  acted(uuid: string): void;
  /** Does what a person asked for at a block, unless something is under way there; shows when it takes its time. */
  during(uuid: string, deed: () => Promise<unknown>): void;
  /** `holder`: the place in which somebody typed. */
  typed(uuid: string, name: string, value: string, holder?: string): void;
  /** A box was ticked or unticked. The host does not say which. */
  ticked(uuid: string, name: string, holder?: string): void;
  peeked(uuid: string): void;
  /** What a person can do at a block now, with the scene that it belongs to where its page was read; undefined when it is not offered there. */
  action(uuid: string, act: string): { action: Action; scene: Scene | undefined } | undefined;
  /** The scene of the page that a block is on, once it was read as a workflow. */
  scene(uuid: string): Scene | undefined;
  /** Blocks changed in the graph; none named: any may have. */
  changed(uuids: readonly string[]): void;
  /** Another graph was opened. */
  regraphed(): void;
  /** Another page was opened. */
  routed(): void;
  /** A second went by. */
  tick(): void;
}

/** What the blocks show: pages and runs in, drawings out, redrawn only where something changed. */
export function makeStore({ host, connection, frames, now, folds }: StoreOptions): Store {
  const slots = makeSlots(host.ui);
  const roles = new Map<string, string>();
  const typed = new Map<string, Map<string, string>>();
  const peeks = new Set<string>();
  /** Times that go on, by the blocks that show them. */
  const ticking = new Map<string, readonly string[]>();
  const wantedBy = new Map<string, Wanted | undefined>();
  const { ask: mark, forget } = pace(draw, frames);

  const runs = makeRuns(connection, (change) => {
    for (const page of pages.all()) if (page.run === change.run) markRun(page, change);
  });
  const pages = makePages({
    host,
    connection,
    after: frames.after,
    changed(page) {
      runs.follow(new Set([...pages.all()].flatMap((one) => one.run ?? [])));
      markShown(page.uuids);
    },
  });

  connection.on({
    status(status) {
      if (status.is === 'online') {
        void pages.restart().catch(ignored);
        void readAttempts().catch(ignored);
      }
      unheardSince = noticeOf(status) === undefined ? undefined : (unheardSince ?? now());
      tellTimes();
      mark(slots.shown());
    },
    changed(what) {
      if (what === 'runs') pages.stale('runs');
      if (what === 'trust') pages.stale('everything');
      if (what === 'attempts') void readAttempts().catch(ignored);
    },
    reset() {
      runs.reset();
      pages.stale('everything');
    },
  });

  /** What was refused lately, wherever: blocks show what concerns them. */
  let attempts: readonly Attempt[] = [];
  async function readAttempts(): Promise<void> {
    attempts = await connection.call('attempts', {});
    mark(slots.shown());
  }

  /** Of a page's blocks most are prose, which is never drawn and not to be remembered. */
  function markShown(uuids: Iterable<string>): void {
    mark([...uuids].filter(slots.has));
  }

  function markRun(page: ShownPage, { paths }: RunChange): void {
    if (paths === 'all' || !page.reading) return markShown(page.uuids);
    const touched = [...paths];
    markShown(
      page.reading.nodes.flatMap((node) => (node.uuid !== undefined && concerns(node, touched) ? [node.uuid] : [])),
    );
  }

  function sceneOf(page: ShownPage): Scene | undefined {
    const { reading } = page;
    const graph = pages.graph();
    if (!reading || !graph) return undefined;
    const run = page.run === undefined ? undefined : runs.get(page.run);
    const header = reading.nodes.find((node) => node.role === 'workflow')?.uuid;
    return {
      graph: graph.id,
      page: page.name,
      reading,
      run: run?.state,
      executions: (path) => run?.executions(path) ?? [],
      settings: (path) => run?.settings(path) ?? {},
      output: (key) => run?.output(key),
      typed: (header === undefined ? undefined : typed.get(header)) ?? new Map(),
      ticked: (uuid) => page.ticked.has(uuid),
      attempts,
      fenced: (uuid) => page.fenced.has(uuid),
      peeks: (uuid) => peeks.has(uuid),
      asking: (uuid) => underWay.get(uuid) === true,
      notice: noticeOf(connection.status),
      connect: mustConnect(connection.status),
      now: now(),
    };
  }

  function draw(uuids: string[]): void {
    const scenes = new Map<ShownPage, Scene | undefined>();
    const sceneFor = (page: ShownPage) => {
      if (!scenes.has(page)) scenes.set(page, sceneOf(page));
      return scenes.get(page);
    };
    for (const page of new Set(uuids.flatMap((uuid) => pages.of(uuid) ?? []))) {
      const scene = sceneFor(page);
      const wanted = scene && wantedOn(scene);
      const before = wantedBy.get(page.name);
      if (before?.uuid === wanted?.uuid && before?.act === wanted?.act) continue;
      // The filled button moves on: the block that had it is drawn again, too.
      wantedBy.set(page.name, wanted);
      for (const one of [before, wanted]) if (one && !uuids.includes(one.uuid)) uuids.push(one.uuid);
    }
    const drawings = uuids.flatMap((uuid) => (slots.has(uuid) ? [{ uuid, drawing: drawingOf(uuid, sceneFor) }] : []));
    for (const { uuid, drawing } of drawings) {
      if (drawing.ticks.length > 0) ticking.set(uuid, drawing.ticks);
      else ticking.delete(uuid);
    }
    // Before the blocks that show them.
    if (drawings.some(({ drawing }) => drawing.ticks.some((id) => !told.has(id) && !isFresh(id, now())))) tellTimes();
    for (const { uuid, drawing } of drawings) {
      slots.show(uuid, drawing);
      if (drawing.live.includes('class="sb-l2"')) lined.add(uuid);
      else lined.delete(uuid);
    }
    tellFolds();
  }

  function drawingOf(uuid: string, sceneFor: (page: ShownPage) => Scene | undefined): Drawing {
    const page = pages.of(uuid);
    const scene = page && sceneFor(page);
    const node = scene && planOf(scene.reading).byUuid.get(uuid);
    const drawing = node && drawNode(scene, node, page && wantedBy.get(page.name));
    if (drawing) return drawing;
    const found = page?.reading?.problems.find((one) => one.uuid === uuid);
    // A box before the macro makes it no node at all: what it was meant for is said first.
    const problem = page?.ticked.has(uuid) && roles.get(uuid) === 'sign-off' ? UNSIGNED : found;
    const fenced = page?.fenced.has(uuid) ?? false;
    const untitled = page?.untitled.has(uuid) ?? false;
    const unread = page?.reading === undefined;
    const stranger = { uuid, role: roles.get(uuid) ?? '', fenced, untitled, problem, unread };
    return drawStranger({ ...stranger, notice: noticeOf(connection.status), connect: mustConnect(connection.status) });
  }

  /** The times that the host's style has a rule for. */
  let told: ReadonlySet<string> = new Set();
  let toldTimes = '';
  /** Since when nobody has said what goes on: what is shown is how it was then. */
  let unheardSince: number | undefined;
  function tellTimes(): void {
    told = new Set([...ticking.values()].flat());
    const still = unheardSince !== undefined && told.size > 0;
    const style = tickStyle(told, unheardSince ?? now()) + (still ? STILL : '');
    // No style at all would leave the last one where it is.
    if (style !== toldTimes) host.ui.style('stagebook-times', style || '/* nothing goes on */');
    toldTimes = style;
  }

  function type(uuid: string, name: string, value: string, holder?: string): void {
    const values = typed.get(uuid) ?? new Map<string, string>();
    typed.set(uuid, values.set(name, value.slice(0, 10_000)));
    // A frame that is built for another reason has it in it, and so have the other places of the block.
    slots.outdated(uuid, holder);
    mark([uuid]);
  }

  /** What was asked for at blocks and is not answered yet; true once it takes its time. */
  const underWay = new Map<string, boolean>();
  function during(uuid: string, deed: () => Promise<unknown>): void {
    if (underWay.has(uuid)) return;
    underWay.set(uuid, false);
    const inTime = frames.after(PATIENCE_MS, () => {
      underWay.set(uuid, true);
      mark([uuid]);
    });
    const over = () => {
      inTime();
      if (underWay.get(uuid)) mark([uuid]);
      underWay.delete(uuid);
    };
    deed().then(over, over);
  }

  /** The focus leaves a field before it comes to the next: only what stays away has left. */
  const focus = new Map<string, boolean>();
  function focusOn(uuid: string, within: boolean): void {
    focus.set(uuid, within);
    if (within) return slots.focus(uuid, true);
    frames.after(FOCUS_MS, () => {
      if (focus.get(uuid) !== false) return;
      focus.delete(uuid);
      slots.focus(uuid, false);
    });
  }

  /** The daemon may owe pages to this graph, or read them: it hears that something changed, not too often. */
  let hinted = false;
  function hint(): void {
    if (hinted || connection.status.is !== 'online') return;
    hinted = true;
    frames.after(HINT_MS, () => {
      hinted = false;
      if (connection.status.is === 'online') void connection.call('graph.changed', {}).catch(ignored);
    });
  }

  /** Blocks with a line beneath their title. */
  const lined = new Set<string>();
  /** When pages were last looked at without a hint. */
  let resynced = now();
  let toldFolds = '';
  function tellFolds(): void {
    if (!folds) return;
    const all = [...slots.shown()];
    const fenced = all.filter((uuid) => pages.of(uuid)?.fenced.has(uuid));
    const shown: ShownBlocks = {
      all,
      folded: fenced.filter((uuid) => !slots.isOpen(uuid)),
      open: fenced.filter((uuid) => slots.isOpen(uuid)),
      lined: all.filter((uuid) => lined.has(uuid)),
    };
    const text = JSON.stringify(shown);
    if (text !== toldFolds) folds(shown);
    toldFolds = text;
  }

  async function sweep(): Promise<void> {
    for (const uuid of await slots.sweep()) {
      ticking.delete(uuid);
      lined.delete(uuid);
      roles.delete(uuid);
      forget(uuid);
    }
    pages.keep(slots.shown());
    const kept = new Set([...pages.all()].map(({ name }) => name));
    for (const name of wantedBy.keys()) if (!kept.has(name)) wantedBy.delete(name);
  }

  return {
    rendered({ slot, role, uuid }) {
      roles.set(uuid, role);
      pages.want(uuid);
      void slots
        .add(slot, uuid)
        .then((lives) => lives && mark([uuid]))
        .catch(ignored);
    },
    focused: focusOn,
    folded(uuid) {
      slots.toggle(uuid);
      tellFolds();
    },
    acted: (uuid) => slots.released(uuid),
    during,
    typed: type,
    ticked(uuid, name, holder) {
      const page = pages.of(uuid);
      const scene = page && sceneOf(page);
      if (scene) type(uuid, name, filledIn(scene).get(name) === 'true' ? 'false' : 'true', holder);
    },
    peeked(uuid) {
      if (!peeks.delete(uuid)) peeks.add(uuid);
      mark([uuid]);
    },
    action(uuid, act) {
      const page = pages.of(uuid);
      const scene = page && sceneOf(page);
      const node = scene && planOf(scene.reading).byUuid.get(uuid);
      const look = node && lookOf(scene, node);
      const stranger = !look && roles.get(uuid) === 'workflow' && mustConnect(connection.status) ? [CONNECT] : [];
      const offered = [...(look?.actions ?? []), ...(look?.quiet ?? []), ...stranger];
      const action = offered.find((one) => one.act === act);
      return action && { scene, action };
    },
    scene(uuid) {
      const page = pages.of(uuid);
      return page && sceneOf(page);
    },
    changed(uuids) {
      pages.touched(uuids);
      hint();
    },
    regraphed: () => void pages.restart().then(sweep).catch(ignored),
    routed: () => void frames.after(ROUTE_MS, () => void sweep().catch(ignored)),
    tick() {
      tellTimes();
      if (now() - resynced < RESYNC_MS) return;
      resynced = now();
      pages.touched([]);
    },
  };
}

const UNSIGNED = { severity: 'error', message: TICK_IS_NONE };

/** Hosts need not say that something changed: what is shown is looked at again so often. */
const RESYNC_MS = 10_000;

/** So long an answer may take before that is shown. */
const PATIENCE_MS = 700;

const HINT_MS = 1_000;
const FOCUS_MS = 200;

/** After this long the host has taken away what it takes away. */
const ROUTE_MS = 1_000;

/** Whether a node shows anything of the nodes that were touched: itself, what is around it and what is inside. */
function concerns(node: PageNode, touched: readonly NodePath[]): boolean {
  if (node.role === 'workflow') return true;
  const { path } = node;
  return touched.some((one) => one === path || one.startsWith(`${path}/`) || path.startsWith(`${one}/`));
}

/** Whoever asked is gone, or the connection is: both are seen elsewhere. */
function ignored(error: unknown): void {
  console.debug('Stagebook', error);
}
