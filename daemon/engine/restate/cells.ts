import type { Json } from '../../../shared/json.ts';
import type { CellUpdate } from '../journaled.ts';
import type { Ingress } from './ingress.ts';
import type { CellChange, CellLook } from './messages.ts';

/**
 * Changes a cell and gives the change's result. `op` names the change: when a run asks for it again because it was ended before
 * it could record the result, it is not made twice. Throws what `change` throws, and then nothing is changed.
 */
export async function changeCell<R extends Json>(
  ingress: Ingress,
  service: string,
  op: string,
  { cell, change }: Pick<CellUpdate<R>, 'cell' | 'change'>,
): Promise<R> {
  const ask = (method: string, message: unknown): Promise<CellLook> =>
    ingress.call<CellLook>({ service, key: cell, method }, message);
  let look = await ask('look', { op });
  while (!look.done) {
    const { value, result } = change(look.value);
    const wanted: CellChange = { op, version: look.version, value, result };
    look = await ask('change', wanted);
  }
  return look.result as R;
}
