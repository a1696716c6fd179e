import { copyPage, type ModelPage, type Store } from './store.ts';

/** Undo, as Logseq has it: one step a transaction, over the pages that it changed. */
export class History {
  readonly #store: Store;
  readonly #steps: Map<number, ModelPage | null>[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  get length(): number {
    return this.#steps.length;
  }

  /** Notes the pages as they are before a step changes them; `made` are those that the step is about to make. */
  begin(pages: Iterable<ModelPage>): { made(page: ModelPage): void } {
    const step = new Map<number, ModelPage | null>();
    for (const page of pages) step.set(page.id, copyPage(page));
    this.#steps.push(step);
    return {
      made: (page) => {
        if (!step.has(page.id)) step.set(page.id, null);
      },
    };
  }

  /** Takes the last step back. False when there is none. */
  undo(): boolean {
    const step = this.#steps.pop();
    for (const [id, page] of step ?? []) this.#store.restore(id, page);
    return step !== undefined;
  }
}
