import { PANEL_PATH } from '../../shared/protocol/limits.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Connection } from '../connection.ts';
import type { Host } from '../host.ts';
import { makeChooser, type Choice } from './chooser.ts';
import { button, element, type View } from './dom.ts';
import { makeInputsView, type Filled } from './inputs-view.ts';
import { makePairingView } from './pairing-view.ts';
import { makePanelView } from './panel-view.ts';
import { roomBeside, styleOf, type Place } from './place.ts';
import { STYLE } from './style.ts';

export interface MainUiOptions {
  host: Pick<Host, 'mainUi' | 'ui' | 'call' | 'openInBrowser'>;
  connection: Pick<Connection, 'status' | 'on' | 'connect'>;
  /** Keeps a code that a person typed; the connection is made with it. */
  pair(code: string): void;
}

/** The plugin's window over Logseq's page. */
export interface MainUi {
  /** Shows the panel at an address of the daemon's own. `from`: the block that gets the attention back. */
  open(url: string, from?: string): void;
  /** Shows the panel's first page, or how to connect; hides whatever is shown. */
  toggle(from?: string): void;
  /** Lets a person choose; undefined when they do not want to. */
  choose(ask: {
    title: string;
    choices: readonly Choice[];
    nothing: string;
    from?: string;
  }): Promise<string | undefined>;
  /** Lets a person fill in a workflow's inputs; undefined when they do not want to. */
  askInputs(ask: { title: string; inputs: JsonObject; from?: string }): Promise<Filled | undefined>;
  close(): void;
  /** Logseq answers from now on. */
  begin(): void;
}

/** Draws the window into this document, and shows nothing yet. */
export function makeMainUi({ host, connection, pair }: MainUiOptions): MainUi {
  const panel = makePanelView({ openInBrowser: (url) => host.openInBrowser(url), leaving: close });
  const pairing = makePairingView(pair, () => connection.connect());
  let place: Place | undefined;
  let wide = false;
  let from: string | undefined;
  /** Where the panel is to be; undefined while something else is shown. */
  let address: string | undefined;
  let drawn: View | undefined;
  /** Ends a choice that was not made. */
  let dropped = () => {};

  const size = button('Wider', () => {
    wide = !wide;
    show(wide ? 'dialog' : 'side');
  });
  const browser = button('Open in browser', () => address !== undefined && host.openInBrowser(address));
  const header = element('header', {}, element('h1', {}, 'Stagebook'), browser, size, button('Close', close));
  const main = element('main');
  document.head.append(element('style', {}, STYLE));
  document.body.append(header, main);

  connection.on({
    status() {
      // Where a person went meanwhile in a panel that is shown is theirs to say.
      if (address !== undefined && place !== undefined) drawPanel(drawn === panel ? undefined : address);
    },
  });
  host.mainUi.onVisible((visible) => {
    if (!visible) forget();
  });
  paint('light');
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing) close();
  });

  function paint(theme: 'light' | 'dark'): void {
    document.documentElement.dataset['theme'] = theme;
    panel.theme(theme);
  }

  function show(where: Place): void {
    place = where;
    size.textContent = where === 'dialog' ? 'Narrower' : 'Wider';
    host.ui.style('stagebook-room', roomBeside(where));
    host.mainUi.show(styleOf(where));
  }

  function draw(view: View, bare = false): void {
    header.hidden = bare;
    if (drawn !== view) {
      // A frame that leaves the document loads anew: it stays, hidden.
      if (view.node.parentNode !== main) main.append(view.node);
      for (const child of main.children) if (child !== view.node && child !== panel.node) child.remove();
      panel.node.hidden = view !== panel;
      drawn = view;
    }
    focus();
  }

  /** Nothing takes the focus before the host has shown this document: no frame is drawn until then. */
  function focus(): void {
    requestAnimationFrame(() => {
      if (place !== undefined) drawn?.focus();
    });
  }

  /** Shows the panel, at an address where one is given; or what is missing for it. */
  function drawPanel(url: string | undefined): void {
    const { status } = connection;
    const shown = drawn === panel;
    browser.hidden = size.hidden = status.is !== 'online';
    if (status.is !== 'online') {
      // The panel says itself that its daemon is away, and keeps what it shows.
      if (shown && status.is !== 'refused' && status.is !== 'unpaired') return;
      pairing.status(status);
      return draw(pairing);
    }
    if (url !== undefined) address = panel.go(url, status.welcome.panel);
    if (!shown) draw(panel);
  }

  /** What is shown is over; it may have been hidden by somebody else. */
  function forget(): void {
    if (place === 'side') host.ui.style('stagebook-room', roomBeside(undefined));
    place = undefined;
    address = undefined;
    dropped();
  }

  function close(): void {
    if (place === undefined) return;
    forget();
    // The host takes the focus from this document, but not from the panel's frame in it: its keys would stay dead.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    host.mainUi.hide();
    const block = from;
    from = undefined;
    // Selected, not edited: a block in edit mode hides what it shows.
    if (block !== undefined) void host.call('logseq.Editor.selectBlock', [block]).catch(() => {});
  }

  function open(url: string, block?: string): void {
    dropped();
    from = block ?? from;
    address = url;
    show(wide || isDecision(url) ? 'dialog' : 'side');
    drawPanel(url);
    focus();
  }

  return {
    begin() {
      host.mainUi.onTheme(paint);
      // Where it cannot be asked it stays light.
      host.mainUi.theme().then(paint, () => {});
    },
    open,
    close,
    toggle(block) {
      if (place === undefined) open('', block);
      else close();
    },
    choose: ({ title, choices, nothing, from: block }) =>
      answered('menu', block, (chosen) => makeChooser({ title, choices, nothing, chosen })),
    askInputs: ({ title, inputs, from: block }) =>
      answered('side', block, (filled) => makeInputsView({ title, inputs, filled })),
  };

  /** Shows a view until it gives an answer, or something else is shown. */
  function answered<T>(
    where: Place,
    block: string | undefined,
    make: (given: (answer: T) => void) => View,
  ): Promise<T | undefined> {
    dropped();
    address = undefined;
    from = block;
    return new Promise((resolve) => {
      dropped = () => {
        dropped = () => {};
        resolve(undefined);
      };
      const view = make((answer) => {
        dropped = () => {};
        resolve(answer);
        close();
      });
      browser.hidden = size.hidden = true;
      show(where);
      draw(view, where === 'menu');
    });
  }
}

/** Something to be read with care and signed takes the middle of the window. */
function isDecision(url: string): boolean {
  if (url === '') return false;
  const { pathname, hash } = new URL(url);
  return pathname === PANEL_PATH && hash.startsWith('#/proposal/');
}
