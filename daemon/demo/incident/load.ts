import { Agent, request } from 'node:http';

/** Requests to the shop, as customers send them. */
export interface Load {
  /** From now on this share of the requests asks for orders that are not there. */
  misses(share: number): void;
  /** Answers by status; 0 for none. */
  readonly answers: ReadonlyMap<number, number>;
  stop(): Promise<void>;
}

/** Sends so many requests a second, evenly, whether or not they are answered. */
export function startLoad(service: string, perSecond: number): Load {
  const answers = new Map<number, number>();
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const [host, port] = service.split(':');
  const open = new Set<Promise<void>>();
  let share = 0;
  let sent = 0;
  let missing = 0;
  const ask = (number: number): Promise<void> =>
    new Promise((resolve) => {
      const saw = (status: number): void => {
        answers.set(status, (answers.get(status) ?? 0) + 1);
        resolve();
      };
      const asked = request({ host, port, path: `/orders/${number}`, agent, timeout: 2_000 }, (response) => {
        response.resume();
        response.once('close', () => saw(response.statusCode ?? 0));
      });
      asked.once('timeout', () => asked.destroy());
      asked.once('error', () => saw(0));
      asked.end();
    });
  const timer = setInterval(() => {
    sent += 1;
    const misses = Math.floor(sent * share) > missing;
    if (misses) missing = Math.floor(sent * share);
    const one = ask(misses ? 5_000 : sent % 1_000);
    open.add(one);
    void one.then(() => open.delete(one));
  }, 1_000 / perSecond);
  return {
    misses(next) {
      share = next;
      missing = Math.floor(sent * share);
    },
    answers,
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
      agent.destroy();
    },
  };
}
