/** How long after a macro was rendered plugins are told by new hosts. Old hosts tell at once. */
const ANNOUNCE_MS = 50;
/** When a block that was just left is rendered a second time. */
const AGAIN_MS = { old: 30, new: 90 };

export interface MacroCall {
  name: string;
  arguments: string[];
}

export interface Slots {
  /** How often plugins were told. */
  readonly announced: number;
  /** A place for plugins to draw in, for one macro of one block. `uuid` is empty where the block is not known. */
  mount(macro: MacroCall, uuid: string): HTMLElement;
  /** The block was rendered again around this slot: it goes on under another id, with what stands in it. */
  again(slot: HTMLElement, macro: MacroCall): void;
  /** Every slot under an element is taken from the page. */
  unmount(root: ParentNode): void;
  /** Renders a block that was left once more, the `nth` time; the result calls it off. */
  later(nth: number, render: () => void): () => void;
  /** Whether an announcement or a render is to come. */
  readonly busy: boolean;
  /** All that are on the page are announced again, under new ids and empty: a plugin was loaded. */
  rescan(): void;
}

/** The slots of `renderer` macros: short-lived places, announced by an id that the next render already changes. */
export function createSlots(options: {
  host: 'old' | 'new';
  announce: (event: { type: string; slot: string; payload: MacroCall & { uuid: string } }) => void;
}): Slots {
  const { host, announce } = options;
  const live = new Map<HTMLElement, { macro: MacroCall; uuid: string; callOff?: () => void }>();
  let announced = 0;
  let pending = 0;
  const wait = (ms: number, act: () => void): (() => void) => {
    let waits = true;
    pending += 1;
    const end = () => {
      if (waits) pending -= 1;
      waits = false;
    };
    const timer = setTimeout(() => {
      end();
      act();
    }, ms);
    return () => {
      clearTimeout(timer);
      end();
    };
  };

  const tell = (slot: HTMLElement): void => {
    const entry = live.get(slot);
    if (!entry) return;
    slot.id = `slot__${randomId()}`;
    entry.callOff?.();
    const { id } = slot;
    const { macro, uuid } = entry;
    const say = () => {
      announced += 1;
      announce({ type: 'macro-renderer-slotted', slot: id, payload: { ...macro, uuid } });
    };
    // What an old host has said it has said, also of a slot that is gone by then.
    if (host === 'old') queueMicrotask(say);
    else entry.callOff = wait(ANNOUNCE_MS, say);
  };

  return {
    get announced() {
      return announced;
    },
    get busy() {
      return pending > 0;
    },
    later: (nth, render) => wait(nth * AGAIN_MS[host], render),
    mount(macro, uuid) {
      const slot = document.createElement('div');
      slot.className = 'lsp-hook-ui-slot';
      // A click in a slot is no click in the text. Old hosts go further: nothing in it gets focus by the mouse.
      if (host === 'new') slot.addEventListener('pointerdown', (event) => event.stopPropagation());
      slot.addEventListener('mousedown', (event) => {
        event.stopPropagation();
        if (host === 'old') event.preventDefault();
      });
      live.set(slot, { macro, uuid });
      tell(slot);
      return slot;
    },
    again(slot, macro) {
      const entry = live.get(slot);
      if (entry) entry.macro = macro;
      tell(slot);
    },
    unmount(root) {
      for (const slot of root.querySelectorAll<HTMLElement>('.lsp-hook-ui-slot')) {
        const entry = live.get(slot);
        if (!entry) continue;
        entry.callOff?.();
        live.delete(slot);
      }
    },
    rescan() {
      for (const slot of live.keys()) {
        if (!slot.isConnected) continue;
        slot.replaceChildren();
        tell(slot);
      }
    },
  };
}

function randomId(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => letters[byte % letters.length]).join('');
}
