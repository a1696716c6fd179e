export class NoSuchOrder extends Error {}

const PATIENCE_MS = 250;

/** One order by its number. */
export async function findOrder(pool, number, trace) {
  const connection = await trace('pool.take', () => pool.take(PATIENCE_MS));
  try {
    const row = await trace('database.query', () => connection.query(number));
    if (row === undefined) throw new NoSuchOrder(`there is no order ${number}`);
    return row;
  } finally {
    pool.give(connection);
  }
}
