import { fail } from '../shared/failure.ts';
import type { Json } from '../shared/json.ts';
import { mayCallLogseq } from '../shared/logseq/methods.ts';
import { SOCKET_PATH } from '../shared/protocol/limits.ts';
import { MODEL } from './blocks/draw.ts';
import { styleById, STYLE } from './blocks/style.ts';
import { commands } from './commands/index.ts';
import { registerCommands } from './commands/register.ts';
import { TOOLBAR } from './commands/toolbar.ts';
import { makeConnection } from './connection.ts';
import { doDeed } from './deeds.ts';
import type { UiEvent } from './host.ts';
import { openLogseq } from './logseq.ts';
import { makeMainUi } from './main-ui/main-ui.ts';
import { pluginSettings } from './settings.ts';
import { makeStore } from './store.ts';
import { VERSION } from './version.ts';
import { after, browserWires, soon } from './wires.ts';

const host = openLogseq();
const settings = pluginSettings(host.settings);

const connection = makeConnection({
  wires: browserWires,
  version: VERSION,
  // By number: the name localhost is another origin, which something else can have.
  url: () => `ws://127.0.0.1:${settings.get().port}${SOCKET_PATH}`,
  identity() {
    const { pairingCode, token } = settings.get();
    if (pairingCode !== '') return { kind: 'pairing', code: pairingCode, name: 'Logseq' };
    return token === '' ? undefined : { kind: 'plugin', token };
  },
  keep: (token) => settings.keep(token),
  async answer(call, { method, args }): Promise<Json> {
    if (call === 'graph.call' && mayCallLogseq(method, args)) return host.call(method, args);
    throw fail('denied', 'graph.method', `The plugin does not call ${method} for anybody.`);
  },
});

const store = makeStore({
  host,
  connection,
  frames: { now: () => performance.now(), after, soon },
  now: () => Date.now(),
  // Our frame and the host's are one browser: where its styles know no :has(), folds are told by id.
  folds: CSS.supports('selector(:has(a))') ? undefined : (shown) => host.ui.style('stagebook-folds', styleById(shown)),
});

const mainUi = makeMainUi({ host, connection, pair: (code) => settings.pair(code) });

/** Named by our HTML. Anybody can call these: they propose, remember or show, and start nothing. */
const model = {
  [MODEL.act]({ dataset: { u = '', a = '' } }: UiEvent) {
    const found = store.action(u, a);
    if (!found) return;
    if (found.action.does.kind === 'peek') return store.peeked(u);
    store.acted(u);
    store.during(u, () =>
      doDeed(found.action.does, found.scene, {
        connection,
        ui: host.ui,
        openPanel: (url) => mainUi.open(url, u),
        goTo: async (page, uuid) =>
          host.call('logseq.Editor.scrollToBlockInPage', [(await host.ref(page)) ?? page, uuid]),
        openWindow: () => mainUi.open('', u),
      }),
    );
  },
  [TOOLBAR.model]: () => mainUi.toggle(),
  [MODEL.type]: ({ value = '', dataset: { u = '', n = '', p } }: UiEvent) => store.typed(u, n, value, p),
  [MODEL.tick]: ({ dataset: { u = '', n = '', p } }: UiEvent) => store.ticked(u, n, p),
  [MODEL.fold]: ({ dataset: { u = '' } }: UiEvent) => store.folded(u),
  [MODEL.focus]: ({ dataset: { u = '' } }: UiEvent) => store.focused(u, true),
  [MODEL.blur]: ({ dataset: { u = '' } }: UiEvent) => store.focused(u, false),
};

async function main(): Promise<void> {
  await host.ready(model);
  host.ui.style('stagebook', STYLE);
  mainUi.begin();
  registerCommands(host.commands, { host, connection, mainUi }, commands, after);
  // Logseq shows the key where it lists what plugins have in the toolbar.
  host.commands.toolbar('Stagebook', TOOLBAR.template);
  host.onMacro((macro) => store.rendered(macro));
  host.onRoute(() => store.routed());
  host.onGraph(() => store.regraphed());
  host.onChanged((uuids) => store.changed(uuids));
  settings.onChange(() => connection.connect());
  connection.on({
    status(status) {
      if (status.is !== 'refused' || status.code !== 'code') return;
      // Another window may have used the code: what it was given serves us, too.
      settings.spent();
      if (settings.get().token !== '') connection.connect();
    },
  });
  connection.connect();
  setInterval(() => store.tick(), 1_000);
}

void main();
