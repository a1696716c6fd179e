import '@logseq/libs';
import type { BlockEntity, PageEntity } from '@logseq/libs/dist/LSPlugin.js';
import { isObject, type Json, type JsonObject } from '../shared/json.ts';
import { slimLogseqAnswer } from '../shared/logseq/answer.ts';
import { LOGSEQ_QUERIES } from '../shared/logseq/methods.ts';
import { isDeleted } from '../shared/logseq/page-rows.ts';
import { speller } from '../shared/logseq/references.ts';
import { joinTask, STATUS } from '../shared/logseq/task.ts';
import { logseqGraphId } from '../shared/logseq/graph.ts';
import type { PageBlock } from '../shared/protocol/calls/pages.ts';
import type { Host, HostCommands, HostGraph, HostMainUi, HostUi, Off, UiEvent } from './host.ts';
import { toMessage } from './message.ts';
import { SETTINGS } from './settings.ts';
import { makeWholeNames, type DbPage } from './whole-names.ts';

/** The real host. Every quirk of a Logseq version is answered here, by trying, never by asking for the version. */
export function openLogseq(): Host {
  return {
    async ready(model) {
      logseq.useSettingsSchema([...SETTINGS]);
      const functions = Object.entries(model).map(([name, run]) => [name, (given: unknown) => run(eventOf(given))]);
      await logseq.ready(Object.fromEntries(functions));
      probe();
    },
    settings: {
      get: () => (logseq.settings ?? {}) as unknown as JsonObject,
      set: (values) => logseq.updateSettings(values),
      onChange: (heard) => off(logseq.onSettingsChanged(() => heard())),
    },
    ui,
    mainUi,
    commands,
    onMacro(heard) {
      logseq.App.onMacroRendererSlotted(({ slot, payload }) => {
        // Every plugin hears of every macro. Commas split arguments, so a role is the second one.
        const [kind, role] = payload?.arguments ?? [];
        if (kind !== ':stagebook' || typeof role !== 'string' || typeof slot !== 'string') return;
        heard({ slot, role: role.trim(), uuid: payload.uuid ?? '' });
      });
    },
    onRoute: (heard) => off(logseq.App.onRouteChanged(() => heard())),
    onGraph: (heard) =>
      off(
        logseq.App.onCurrentGraphChanged(() => {
          opened = { isDb: undefined };
          heard();
        }),
      ),
    onChanged: (heard) =>
      off(
        logseq.DB.onChanged(({ blocks, txMeta }) => {
          const uuids = (blocks ?? []).flatMap((block) => (typeof block?.uuid === 'string' ? [block.uuid] : []));
          // What Logseq writes for itself, without a block that anybody could know.
          const own = Object.entries(txMeta ?? {}).some(
            ([key, value]) => /skip-?refresh\??$/i.test(key) && value === true,
          );
          if (uuids.length > 0 || !own) heard(uuids);
        }),
      ),
    graph,
    pageOf,
    async currentPage() {
      const page = await logseq.Editor.getCurrentPage();
      if (!page) return undefined;
      return 'page' in page && page.page ? pageOf(page.uuid) : nameOf(page as PageEntity);
    },
    ref,
    async tree(page) {
      const known = await ref(page);
      const blocks = known === undefined ? null : await logseq.Editor.getPageBlocksTree(known);
      const spelt = speller(pageById);
      return blocks ? Promise.all(blocks.map((block) => blockOf(block, spelt))) : null;
    },
    async call(method, args) {
      const [space = '', name = ''] = method.replace(/^logseq\./, '').split('.');
      const target = (logseq as unknown as Record<string, Record<string, unknown> | undefined>)[space]?.[name];
      if (typeof target !== 'function') throw new Error(`this Logseq has no ${method}`);
      const result: unknown = await (target as (...args: readonly Json[]) => unknown)(...args);
      // Undefined results arrive without a result.
      return slimLogseqAnswer(method, (result ?? null) as Json);
    },
    openInBrowser: (url) => void logseq.App.openExternalLink(url),
  };
}

const ui: HostUi = {
  draw: (where, template) => void logseq.provideUI({ ...where, template }),
  clear: (key) => void logseq.provideUI({ key, template: null }),
  style: (key, style) => void logseq.provideStyle({ key, style }),
  slotLives,
  elementId: (key) => `${logseq.baseInfo?.id ?? 'stagebook'}--${key}`,
  message: (text, kind) => void logseq.UI.showMsg(toMessage(text), kind),
};

const mainUi: HostMainUi = {
  show(style) {
    logseq.setMainUIInlineStyle(style);
    logseq.showMainUI({ autoFocus: true });
  },
  hide: () => logseq.hideMainUI({ restoreEditingCursor: true }),
  onVisible(heard) {
    const listener = ({ visible }: { visible: boolean }) => heard(visible);
    logseq.on('ui:visible:changed', listener);
    return () => void logseq.off('ui:visible:changed', listener);
  },
  async theme() {
    const { preferredThemeMode } = await logseq.App.getUserConfigs();
    return preferredThemeMode === 'dark' ? 'dark' : 'light';
  },
  onTheme: (heard) => off(logseq.App.onThemeModeChanged(({ mode }) => heard(mode))),
};

const commands: HostCommands = {
  slash: (tag, run) => void logseq.Editor.registerSlashCommand(tag, async (event) => run(event?.uuid || undefined)),
  palette({ key, label, keys }, run) {
    const keybinding = keys === undefined ? {} : { keybinding: { mode: 'global' as const, binding: keys } };
    logseq.App.registerCommandPalette({ key, label, ...keybinding }, () => run());
  },
  blockMenu: (label, run) =>
    void logseq.Editor.registerBlockContextMenuItem(label, async (event) => run(event?.uuid || undefined)),
  toolbar: (key, template) => logseq.App.registerUIItem('toolbar', { key, template }),
};

/** Links and other plugins call the model, too, with whatever they like. */
function eventOf(given: unknown): UiEvent {
  const { value, id, dataset } = isObject(given) ? given : {};
  const data = isObject(dataset) ? Object.entries(dataset).filter(([, one]) => typeof one === 'string') : [];
  return {
    ...(typeof value === 'string' && { value }),
    ...(typeof id === 'string' && { id }),
    dataset: Object.fromEntries(data) as UiEvent['dataset'],
  };
}

/** Old hosts do not answer what they do not know, and the SDK waits ten seconds for it. */
const PROBE_MS = 800;

function quickly<T>(asked: Promise<T>, otherwise: T): Promise<T> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(otherwise), PROBE_MS);
    void asked
      .catch(() => otherwise)
      .then((answer) => {
        clearTimeout(timer);
        return resolve(answer);
      });
  });
}

/** How this host is asked whether a slot lives, as far as it has answered yet. */
let asks: 'nothing' | 'element' | 'slot' = 'nothing';

/** Tries both ways. A host that is busy may answer late, and one that knows neither never does. */
function probe(): void {
  const none = 'stagebook-none';
  const knows = (way: 'element' | 'slot') => () => {
    if (asks !== 'slot') asks = way;
  };
  logseq.UI.checkSlotValid(none).then(knows('slot'), () => {});
  logseq.UI.queryElementById(none).then(knows('element'), () => {});
}

/** Every slot is believed to live until the host says otherwise: what is drawn in vain harms nobody. */
async function slotLives(slot: string): Promise<boolean> {
  try {
    if (asks === 'slot') return await logseq.UI.checkSlotValid(slot);
    if (asks === 'element') return Boolean(await logseq.UI.queryElementById(slot));
  } catch {
    // It was too busy to say.
  }
  return true;
}

async function graph(): Promise<HostGraph> {
  opened = { isDb: undefined };
  const info = await logseq.App.getCurrentGraph();
  // A demo graph has no name, and is nowhere that a daemon could know it by.
  const name = info?.name ?? 'demo';
  const kind = (await isDb()) ? 'db' : 'file';
  return { id: logseqGraphId(kind, info) ?? name, name, kind };
}

/** What the host has said for certain of the graph that is open. */
let opened: { isDb: boolean | undefined } = { isDb: undefined };

/**
 * Hosts that do not know the question have file graphs only, and may never answer it. One that says that it knows database
 * graphs is asked with all its time: it may be busy opening one.
 */
async function isDb(): Promise<boolean> {
  const about = opened;
  if (about.isDb !== undefined) return about.isDb;
  const asked = logseq.App.checkCurrentIsDbGraph().then(
    (is) => (about.isDb = Boolean(is)),
    () => undefined,
  );
  const info: unknown = await quickly<unknown>(logseq.App.getInfo(), null);
  const supports = isObject(info) && info.supportDb === true;
  const answer = supports ? await asked : await quickly(asked, undefined);
  if (answer === undefined && isObject(info) && !supports) about.isDb = false;
  return answer ?? false;
}

async function pageOf(uuid: string): Promise<string | undefined> {
  const block = await logseq.Editor.getBlock(uuid);
  if (!block) return undefined;
  // A page is a block, too, in a database graph: it is on itself.
  const page = block.page ? await logseq.Editor.getPage(referred(block.page)) : (block as unknown as PageEntity);
  return page ? nameOf(page) : undefined;
}

/** What a reference is followed by: an id in most hosts, a uuid in some. */
function referred(page: { id?: number; uuid?: string } | number): number | string {
  return typeof page === 'object' ? (page.id ?? page.uuid ?? '') : page;
}

async function nameOf(page: PageEntity): Promise<string> {
  if (await isDb()) return names.of(toDbPage(page));
  return page.originalName ?? page.title ?? page.name;
}

async function ref(page: string): Promise<string | undefined> {
  return (await isDb()) ? names.find(page) : page;
}

const names = makeWholeNames({
  page: pageById,
  all: () => logseq.DB.datascriptQuery(LOGSEQ_QUERIES.pagesInDb),
  async written(uuid) {
    const blocks = (await logseq.Editor.getPageBlocksTree(uuid)) ?? [];
    return blocks.some(
      ({ title, content, children }) => (title ?? content).trim() !== '' || (children ?? []).length > 0,
    );
  },
});

async function pageById(id: string | number): Promise<DbPage | null> {
  const page = await logseq.Editor.getPage(id);
  return page && toDbPage(page);
}

/** A page under which others are has more to it than the host's library promises. */
function toDbPage(page: PageEntity): DbPage {
  const { id, uuid, title, name } = page;
  const { parent } = page as { parent?: { id?: number } | number };
  const above = typeof parent === 'object' ? parent?.id : parent;
  return { id, uuid, title, name, parent: above, deleted: isDeleted(page) };
}

async function blockOf(block: BlockEntity, spelt: (text: string) => Promise<string>): Promise<PageBlock> {
  const children = (block.children ?? []).filter((child): child is BlockEntity => isObject(child) && 'uuid' in child);
  // A database graph has its text in `title`, with `content` as an alias that newer hosts may drop.
  const content = await spelt(block.content ?? block.title ?? '');
  return {
    uuid: block.uuid,
    content: await withMarker(block, content),
    children: await Promise.all(children.map((child) => blockOf(child, spelt))),
  };
}

/** Blocks that people may take for a box to tick. */
const TICKABLE = /\{\{renderer\s+:stagebook,\s*(?:gate|check|sign-off)\b/;

/** A task of a database graph has a status, which others have as the first word of the text: so a tick is read alike. */
async function withMarker(block: BlockEntity, content: string): Promise<string> {
  const entity = block as unknown as Readonly<Record<string, unknown>>;
  const status = entity[`:${STATUS}`] ?? entity[STATUS];
  // What it says has to be asked for, block by block.
  if (status === undefined || status === null || !TICKABLE.test(content)) return content;
  const properties = await logseq.Editor.getBlockProperties(block.uuid).catch(() => null);
  const said: unknown = properties?.[`:${STATUS}`];
  return joinTask(content, isObject(said) ? (said.title ?? said.value) : said);
}

/** Old hosts give no function to stop listening. */
function off(given: unknown): Off {
  return typeof given === 'function' ? (given as Off) : () => {};
}
