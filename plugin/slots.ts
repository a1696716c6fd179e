import type { Drawing } from './blocks/draw.ts';
import type { HostUi } from './host.ts';

/** No block has more places at a time: the host never frees a key, so keys are used again (logseq.md). */
const PLACES = 4;

/** One live slot of a block, and what stands in it. */
interface Place {
  slot: string;
  /** Counts up. */
  since: number;
  frameKey: string | undefined;
  live: string | undefined;
}

interface Block {
  uuid: string;
  /** By number of its key. */
  places: (Place | undefined)[];
  drawing: Drawing | undefined;
  /** A person's focus is in it: its frame waits, so that nothing is taken from under their fingers. */
  focused: boolean;
  /** Its settings are unfolded. The host forgets that with each frame, so we remember. */
  open: boolean;
}

export interface Slots {
  /** A macro was rendered. Draws once the slot proves alive; true then. */
  add(slot: string, uuid: string): Promise<boolean>;
  /** What a block looks like now. Draws only what differs from what stands there. */
  show(uuid: string, drawing: Drawing): void;
  /** What stands in its frames is not so any more, but for the place with this holder: they are built anew with the next drawing. */
  outdated(uuid: string, holder: string | undefined): void;
  focus(uuid: string, within: boolean): void;
  /** A person's own act: what is drawn next is for them and waits for nothing. */
  released(uuid: string): void;
  /** Its settings are unfolded, or folded again. Whether they are shown now. */
  toggle(uuid: string): boolean;
  isOpen(uuid: string): boolean;
  /** Asks the host which slots still live and forgets the others; gives the blocks that are gone from view. */
  sweep(): Promise<string[]>;
  /** Blocks with a slot. */
  shown(): Iterable<string>;
  has(uuid: string): boolean;
}

/**
 * Puts drawings into the host's slots. A block is known by its uuid; slots come and die; a key is never used for two live
 * slots at once, and is one of few.
 */
export function makeSlots(ui: HostUi): Slots {
  const blocks = new Map<string, Block>();
  let count = 0;

  async function add(slot: string, uuid: string): Promise<boolean> {
    // Blocks in a query's table have none, and a selector can only name a plain id.
    if (uuid === '' || !/^[\w-]+$/.test(slot)) return false;
    const others = blocks.get(uuid)?.places.filter((place) => place !== undefined) ?? [];
    const [lives, ...othersLive] = await Promise.all([slot, ...others.map((place) => place.slot)].map(ui.slotLives));
    const block = blocks.get(uuid) ?? { uuid, places: [], drawing: undefined, focused: false, open: false };
    for (const [index, other] of others.entries()) if (!othersLive[index]) forget(block, other);
    if (!lives) {
      settle(block);
      return false;
    }
    blocks.set(uuid, block);
    // The same slot again: the host has emptied it.
    const known = block.places.findIndex((place) => place?.slot === slot);
    const at = known >= 0 ? known : freePlace(block);
    block.places[at] = { slot, since: (count += 1), frameKey: undefined, live: undefined };
    draw(block, at);
    return true;
  }

  function freePlace(block: Block): number {
    let oldest = 0;
    for (let at = 0; at < PLACES; at += 1) {
      const place = block.places[at];
      if (!place) return at;
      if (place.since < block.places[oldest]!.since) oldest = at;
    }
    // All in use: the oldest view gives way, and its element with it, or the key would go on drawing there.
    ui.clear(keyOf(block, oldest));
    return oldest;
  }

  function forget(block: Block, place: Place): void {
    const at = block.places.indexOf(place);
    if (at >= 0) block.places[at] = undefined;
  }

  /** Lets go of a block without a place; what a person unfolded stays known for when it is rendered again. */
  function settle(block: Block): boolean {
    if (block.places.some((place) => place !== undefined)) return false;
    block.focused = false;
    if (!block.open) blocks.delete(block.uuid);
    return true;
  }

  function draw(block: Block, at: number): void {
    const { drawing } = block;
    const place = block.places[at];
    if (!place || !drawing) return;
    const key = keyOf(block, at);
    const holder = holderOf(place);
    const first = `${key}-l`;
    if (place.frameKey === undefined || (place.frameKey !== drawing.frameKey && !block.focused)) {
      place.frameKey = drawing.frameKey;
      place.live = drawing.live;
      ui.draw({ key, slot: place.slot }, drawing.frame({ holder, first: ui.elementId(first), open: block.open }));
    } else if (place.live !== drawing.live) {
      place.live = drawing.live;
      // The element of this key came with the frame: the host fills it and makes no other.
      ui.draw({ key: first, path: `#${holder}` }, drawing.live);
    }
  }

  function drawAll(block: Block): void {
    for (let at = 0; at < block.places.length; at += 1) draw(block, at);
  }

  return {
    add,
    show(uuid, drawing) {
      const block = blocks.get(uuid);
      if (!block) return;
      block.drawing = drawing;
      drawAll(block);
    },
    outdated(uuid, holder) {
      for (const place of blocks.get(uuid)?.places ?? [])
        if (place && holderOf(place) !== holder) place.frameKey = undefined;
    },
    focus(uuid, within) {
      const block = blocks.get(uuid);
      if (!block) return;
      block.focused = within;
      if (!within) drawAll(block);
    },
    released(uuid) {
      const block = blocks.get(uuid);
      if (block) block.focused = false;
    },
    toggle(uuid) {
      const block = blocks.get(uuid);
      if (!block) return false;
      block.open = !block.open;
      return block.open;
    },
    isOpen: (uuid) => blocks.get(uuid)?.open ?? false,
    async sweep() {
      const gone: string[] = [];
      const all = [...blocks.values()];
      const places = all.flatMap((block) => block.places.flatMap((place) => (place ? [{ block, place }] : [])));
      const live = await Promise.all(places.map(({ place }) => ui.slotLives(place.slot)));
      for (const [index, { block, place }] of places.entries()) if (!live[index]) forget(block, place);
      for (const block of all) if (settle(block)) gone.push(block.uuid);
      return gone;
    },
    shown: () => [...blocks.values()].filter((block) => block.places.some(Boolean)).map((block) => block.uuid),
    has: (uuid) => blocks.get(uuid)?.places.some(Boolean) ?? false,
  };
}

function holderOf({ slot }: Place): string {
  return `live-${slot}`;
}

function keyOf(block: Block, at: number): string {
  return `sb-${block.uuid}-${at}`;
}
