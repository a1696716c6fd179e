import { beforeEach, describe, expect, it } from 'vitest';
import type { OutboxStore } from '../../daemon/graph/outbox-store.ts';

/** What the outbox's books promise, held by each way of keeping them. `make` gives empty ones, `reopen` the same again. */
export function outboxStoreSuite(name: string, make: () => { store: OutboxStore; reopen(): OutboxStore }): void {
  describe(`${name} as the outbox's books`, () => {
    let store: OutboxStore;
    let reopen: () => OutboxStore;
    beforeEach(() => {
      ({ store, reopen } = make());
    });
    const page = { graph: 'g', page: 'P', part: '' };
    const owe = (more: object = {}) =>
      store.put({ ...page, kind: 'run', run: 'r1', data: { a: [1, 'é'] }, pos: 5, ...more });

    it('owes a page until it is written as far as its run is', () => {
      owe();
      expect(store.due(0)).toEqual([{ ...page, kind: 'run', run: 'r1', data: { a: [1, 'é'] }, pos: 5, attempts: 0 }]);
      store.written(page, 5);
      expect(store.due(0)).toEqual([]);
      store.raise(
        new Map([
          ['r1', 9],
          ['other', 99],
        ]),
        99,
      );
      expect(store.due(0)).toMatchObject([{ pos: 9 }]);
      store.written(page, 5);
      expect(store.due(0)).toHaveLength(1);
      store.written(page, 9);
      expect(store.due(0)).toEqual([]);
      store.raise(new Map([['r1', 7]]), 7);
      expect(store.due(0)).toEqual([]);
      expect(store.seen()).toBe(99);
    });

    it('enters a page again in place of the old entry, and then owes it also without anything new', () => {
      owe();
      store.written(page, 5);
      owe({ data: null, run: 'r2', kind: 'release' });
      expect(store.due(0)).toMatchObject([{ run: 'r2', kind: 'release', data: null, pos: 5 }]);
      expect(store.get(page)).toMatchObject({ run: 'r2' });
      expect(store.get({ ...page, page: 'Q' })).toBeUndefined();
    });

    it('raises whole pages only: an addition is written once', () => {
      owe({ part: 'k', kind: 'addition', pos: 0 });
      store.written({ ...page, part: 'k' }, 0);
      store.raise(new Map([['r1', 9]]), 9);
      expect(store.due(0)).toEqual([]);
      owe();
      expect(store.ofRun('r1').map(({ part }) => part)).toEqual(['']);
    });

    it('puts off what failed, says why, and has it due at once when the graph is there again', () => {
      owe();
      owe({ page: 'Q' });
      store.failed(page, 1_000, 'the disk is gone');
      expect(store.due(999).map((owed) => owed.page)).toEqual(['Q']);
      expect(store.nextDue()).toBe(0);
      store.written({ ...page, page: 'Q' }, 5);
      expect(store.nextDue()).toBe(1_000);
      expect(store.problems()).toEqual([{ ...page, attempts: 1, problem: 'the disk is gone' }]);
      expect(store.due(1_000)).toMatchObject([{ attempts: 1 }]);
      store.wake('another');
      expect(store.due(0)).toEqual([]);
      store.wake('g');
      expect(store.due(0)).toMatchObject([{ attempts: 1 }]);
      store.written(page, 5);
      expect(store.problems()).toEqual([]);
      expect(store.nextDue()).toBeUndefined();
    });

    it('forgets what is dropped', () => {
      owe();
      store.drop(page);
      expect(store.due(0)).toEqual([]);
    });

    it('knows everything after a restart', () => {
      owe();
      store.failed(page, 1_000, 'away');
      store.raise(new Map([['r1', 9]]), 12);
      const again = reopen();
      expect(again.seen()).toBe(12);
      expect(again.due(1_000)).toMatchObject([{ ...page, pos: 9, attempts: 1, data: { a: [1, 'é'] } }]);
    });
  });
}
