// Sends 200 look-ups through the code as it stands, every tenth for an order that is not there, and writes the share that failed.
import { findOrder, NoSuchOrder } from './orders.js';
import { Pool } from './pool.js';

const connection = () => ({ query: async (number) => (number < 1000 ? { number } : undefined) });
const pool = new Pool(Array.from({ length: 5 }, connection));
const looked = Array.from({ length: 200 }, (_, index) =>
  findOrder(pool, index % 10 === 0 ? 5000 : index, (name, work) => work()).then(
    () => true,
    (error) => error instanceof NoSuchOrder,
  ),
);
const answered = await Promise.all(looked);
console.log(answered.filter((good) => !good).length / answered.length);
