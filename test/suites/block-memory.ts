import { expect, it, describe } from 'vitest';
import type { BlockMemory } from '../../daemon/graph/block-memory.ts';

/** What the writer's memory promises, held by each way of keeping it. */
export function blockMemorySuite(name: string, make: () => { memory: BlockMemory; reopen(): BlockMemory }): void {
  describe(`${name} as the writer's memory`, () => {
    it('keeps entries by graph, page and key, also after a restart', () => {
      const { memory, reopen } = make();
      memory.put(
        'g',
        'P',
        new Map([
          ['a', { uuid: 'u', hash: 'h' }],
          ['b', { uuid: '', hash: '?x y' }],
        ]),
        [],
      );
      memory.put('g', 'Q', new Map([['a', { uuid: 'q', hash: 'q' }]]), []);
      memory.put('g2', 'P', new Map([['a', { uuid: 'g2', hash: 'g2' }]]), []);
      memory.put(
        'g',
        'P',
        new Map([
          ['a', { uuid: 'u2', hash: 'h2' }],
          ['c', { uuid: 'c', hash: 'c' }],
        ]),
        ['b'],
      );
      const holds = (each: BlockMemory): void => {
        expect(each.get('g', 'P')).toEqual(
          new Map([
            ['a', { uuid: 'u2', hash: 'h2' }],
            ['c', { uuid: 'c', hash: 'c' }],
          ]),
        );
        expect(each.get('g', 'Q').size).toBe(1);
        expect(each.get('nowhere', 'P')).toEqual(new Map());
      };
      holds(memory);
      holds(reopen());
    });

    it('gives copies: changing one changes nothing in it', () => {
      const { memory } = make();
      memory.put('g', 'P', new Map([['a', { uuid: 'u', hash: 'h' }]]), []);
      memory.get('g', 'P').clear();
      expect(memory.get('g', 'P').size).toBe(1);
    });
  });
}
