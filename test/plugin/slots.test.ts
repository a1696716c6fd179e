import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Drawing } from '../../plugin/blocks/draw.ts';
import type { HostUi } from '../../plugin/host.ts';
import { makeSlots } from '../../plugin/slots.ts';

/** As much of the host as slots rest on: an element stands where its key was drawn first, while its slot lives. */
class HostOfSlots implements HostUi {
  readonly alive = new Set<string>();
  readonly keys = new Set<string>();
  /** By key: where its element stands, and what is in it. */
  readonly drawn = new Map<string, { slot: string; html: string }>();
  readonly calls: { key: string; where: string }[] = [];
  lost = 0;

  draw(where: { key: string; slot: string } | { key: string; path: string }, html: string): void {
    const slot = 'slot' in where ? where.slot : where.path.replace('#live-', '');
    this.calls.push({ key: where.key, where: 'slot' in where ? 'frame' : 'live' });
    this.keys.add(where.key);
    const there = this.drawn.get(where.key);
    // An element of a dead slot is not in the document any more.
    const stands = there && this.alive.has(there.slot) ? there.slot : slot;
    if (!this.alive.has(stands)) this.lost += 1;
    else if ('slot' in where) this.drawn.set(where.key, { slot: stands, html });
    else this.#live(stands, html);
  }
  /** The live part stands in the frame. */
  #live(slot: string, html: string): void {
    for (const one of this.drawn.values()) if (one.slot === slot) one.html = one.html.replace(/:[^:]*/, `:${html}`);
  }
  clear(key: string): void {
    this.drawn.delete(key);
  }
  style(): void {}
  slotLives = (slot: string) => Promise.resolve(this.alive.has(slot));
  elementId = (key: string) => `stagebook--${key}`;
  message(): void {}

  /** The frames that a reader sees, by slot. */
  visible(): Map<string, string> {
    const frames = [...this.drawn].filter(([, { slot }]) => this.alive.has(slot));
    return new Map(frames.map(([, { slot, html }]) => [slot, html]));
  }
}

const drawing = (live: string, frame = 'frame'): Drawing => ({
  live,
  frameKey: frame,
  frame: ({ open }) => `${frame}:${live}${open ? ':open' : ''}`,
  ticks: [],
});

async function shown(slot: string, uuid = 'block', ui = new HostOfSlots()) {
  const slots = makeSlots(ui);
  ui.alive.add(slot);
  await slots.add(slot, uuid);
  slots.show(uuid, drawing('one'));
  return { ui, slots };
}

describe('slots', () => {
  it('use few keys for any number of generations, and draw every live slot [ui.blocks.keys]', async () => {
    const ui = new HostOfSlots();
    const slots = makeSlots(ui);
    const uuids = Array.from({ length: 20 }, (_, n) => `b${n}`);
    for (let generation = 0; generation < 500; generation += 1) {
      for (const uuid of uuids) {
        // As when a block leaves edit mode: two slots, the old one gone.
        ui.alive.delete(`${uuid}-${generation - 1}`);
        ui.alive.add(`${uuid}-${generation}`);
        await slots.add(`${uuid}-${generation}`, uuid);
        slots.show(uuid, drawing(`at ${generation}`));
      }
    }
    expect(ui.visible().size).toBe(uuids.length);
    expect([...ui.visible().values()]).toEqual(uuids.map(() => 'frame:at 499'));
    expect(ui.keys.size).toBeLessThanOrEqual(uuids.length * 4);
    expect(ui.lost).toBe(0);
  });

  it('never show one key in two live slots, whatever comes and goes [ui.blocks.keys]', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('render' as const), uuid: fc.constantFrom('a', 'b') }),
      fc.record({ do: fc.constant('die' as const), nth: fc.nat(20) }),
      fc.record({ do: fc.constant('stillborn' as const), uuid: fc.constantFrom('a', 'b') }),
      fc.record({ do: fc.constant('change' as const), uuid: fc.constantFrom('a', 'b') }),
      fc.record({ do: fc.constant('sweep' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const ui = new HostOfSlots();
        const slots = makeSlots(ui);
        const of = new Map<string, string>();
        let text = 'start';
        for (const [n, one] of steps.entries()) {
          if (one.do === 'render') {
            ui.alive.add(`s${n}`);
            of.set(`s${n}`, one.uuid);
            expect(await slots.add(`s${n}`, one.uuid)).toBe(true);
            slots.show(one.uuid, drawing(text));
          } else if (one.do === 'stillborn') expect(await slots.add(`s${n}`, one.uuid)).toBe(false);
          else if (one.do === 'die') ui.alive.delete([...ui.alive][one.nth] ?? '');
          else if (one.do === 'sweep') await slots.sweep();
          else slots.show(one.uuid, drawing((text = `text ${n}`), text));
        }
        await slots.sweep();
        for (const uuid of ['a', 'b']) slots.show(uuid, drawing('last', 'last'));
        for (const uuid of ['a', 'b']) {
          const alive = [...ui.alive].filter((slot) => of.get(slot) === uuid);
          const seen = alive.filter((slot) => ui.visible().get(slot) === 'last:last');
          expect(seen).toHaveLength(Math.min(4, alive.length));
          expect(slots.has(uuid)).toBe(alive.length > 0);
        }
        expect(ui.keys.size).toBeLessThanOrEqual(2 * 4 * 2);
      }),
      { numRuns: 200 },
    );
  });

  it('redraw only what differs, and the frame only when it differs [ui.blocks.parts]', async () => {
    const { ui, slots } = await shown('s');
    slots.show('block', drawing('one'));
    slots.show('block', drawing('two'));
    slots.show('block', drawing('two'));
    slots.show('block', drawing('two', 'other'));
    expect(ui.calls.map(({ where }) => where)).toEqual(['frame', 'live', 'frame']);
  });

  it('take no frame from under a person’s fingers, and none for long [ui.blocks.focus]', async () => {
    const { ui, slots } = await shown('s');
    slots.focus('block', true);
    slots.show('block', drawing('two', 'other'));
    slots.show('block', drawing('three', 'other'));
    expect(ui.calls.map(({ where }) => where)).toEqual(['frame', 'live', 'live']);
    slots.focus('block', false);
    expect(ui.visible().get('s')).toBe('other:three');
  });

  it('remember what a person unfolded over frames and generations [ui.blocks.focus]', async () => {
    const { ui, slots } = await shown('s');
    expect(slots.toggle('block')).toBe(true);
    slots.show('block', drawing('two', 'other'));
    expect(ui.visible().get('s')).toBe('other:two:open');
    ui.alive.clear();
    await slots.sweep();
    ui.alive.add('t');
    await slots.add('t', 'block');
    expect(ui.visible().get('t')).toBe('other:two:open');
  });

  it('draw again into a slot that the host has emptied [ui.blocks.keys]', async () => {
    const { ui, slots } = await shown('s');
    await slots.add('s', 'block');
    expect(ui.calls.map(({ where }) => where)).toEqual(['frame', 'frame']);
  });

  it('draw nothing where the host tells no block or no plain slot [ui.blocks.keys]', async () => {
    const ui = new HostOfSlots();
    const slots = makeSlots(ui);
    expect(await slots.add('s', '')).toBe(false);
    expect(await slots.add('s"],*', 'u')).toBe(false);
    expect(ui.calls).toEqual([]);
  });
});
