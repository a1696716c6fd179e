import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findOrder, NoSuchOrder } from './orders.js';
import { Pool } from './pool.js';

const untraced = (name, work) => work();
const pool = () => new Pool([{ query: async (number) => (number < 1000 ? { number } : undefined) }]);

void test('finds an order', async () => {
  assert.deepEqual(await findOrder(pool(), 7, untraced), { number: 7 });
});

void test('says that there is no such order', async () => {
  await assert.rejects(findOrder(pool(), 5000, untraced), NoSuchOrder);
});
