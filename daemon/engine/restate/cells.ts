import type { Json } from '../../../shared/json.ts';
import type { CellUpdate } from '../host.ts';
import type { Ingress } from './ingress.ts';
import type { CellChange, CellLook } from './messages.ts';

/** The cells that runs share, as one worker changes them: those of one name in turn, so that its own runs need no second try. */
export class Cells {
  readonly #ingress: Ingress;
  readonly #service: string;
  /** By cell, the end of the last change that was asked for. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(ingress: Ingress, service: string) {
    this.#ingress = ingress;
    this.#service = service;
  }

  /**
   * Changes a cell and gives the change's result. `op` names the change: when a run asks for it again because it was ended
   * before it could record the result, it is not made twice. Throws what `change` throws, and then nothing is changed.
   */
  async change<R extends Json>(op: string, update: Pick<CellUpdate<R>, 'cell' | 'change'>): Promise<R> {
    const { cell } = update;
    const before = this.#turns.get(cell) ?? Promise.resolve();
    const mine = before.then(() => this.#change(op, update));
    const ended = mine.catch(() => undefined);
    this.#turns.set(cell, ended);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(cell) === ended) this.#turns.delete(cell);
    }
  }

  async #change<R extends Json>(op: string, { cell, change }: Pick<CellUpdate<R>, 'cell' | 'change'>): Promise<R> {
    let look = await this.#ask(cell, 'look', { op });
    while (!look.done) {
      const { value, result } = change(look.value);
      const wanted: CellChange = { op, version: look.version, value, result };
      look = await this.#ask(cell, 'change', wanted);
    }
    return look.result as R;
  }

  #ask(cell: string, method: string, message: unknown): Promise<CellLook> {
    return this.#ingress.call<CellLook>({ service: this.#service, key: cell, method }, message);
  }
}
