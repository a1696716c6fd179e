import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { RunEvent } from '../../../shared/run/event.ts';
import { say, type Terminal } from '../../cli/terminal.ts';
import { verifyRun } from '../../journal/verify.ts';
import type { Daemon } from '../../open.ts';
import { markAsDemo } from '../../people/unattended.ts';
import { RESTATE_REMEDY, restateProgram } from '../counterparts/restate.ts';
import { makeLedger, type Books } from './ledger.ts';
import { incident, release } from './workflows.ts';
import { makeCluster, type Cluster } from './world.ts';

const HELP = `Thirty releases and incidents at once on three nodes of Restate, two workers and a hub, all on this machine.
In the middle a node and a worker are killed by their ids and started again. Ends with what came of it.

  npm run demo cluster               the counterpart is a fast stand-in that keeps books
  npm run demo cluster -- --runs 60  so many runs

Restate's server is not part of Stagebook: ${RESTATE_REMEDY}.`;

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);
const KILL_AFTER_MS = 1_500;
const DOWN_MS = 3_000;
/** Longer than this, and something hangs. */
const WITHIN_MS = 180_000;

/** What the table says. */
export interface Outcome {
  runs: number;
  completed: number;
  steps: number;
  recordedOnce: number;
  books: Books;
  events: number;
  /** What the hash chains of all runs complain of. */
  problems: string[];
  /** The longest time without any event after the kills, in seconds. */
  secondsLost: number;
}

/** Runs the demo. Resolves with the exit code: 0 when every run completed, each step once and no effect twice. */
export async function clusterDemo(argv: readonly string[], terminal: Terminal): Promise<number> {
  const print = (line: string): void => say(terminal, line);
  const { values: options } = parseArgs({
    args: [...argv],
    options: { runs: { type: 'string' }, yes: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (options.help) {
    print(HELP);
    return 0;
  }
  if (restateProgram() === undefined) {
    print(`Restate's server is not here, and this demo needs it: ${RESTATE_REMEDY}.`);
    return 2;
  }
  const outcome = await playCluster(Math.max(2, Number(options.runs ?? 30) || 30), print);
  print('');
  for (const line of tableOf(outcome)) print(line);
  return isGood(outcome) ? 0 : 1;
}

export function isGood({ runs, completed, steps, recordedOnce, books, problems }: Outcome): boolean {
  return completed === runs && recordedOnce === steps && books.doubled === 0 && problems.length === 0;
}

/** The whole play, with a cluster of its own that is gone afterwards. */
export async function playCluster(runs: number, print: (line: string) => void): Promise<Outcome> {
  print('Starting three nodes of Restate, two workers and a hub …');
  const ends: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const give of ends.splice(0).toReversed()) await give();
  };
  const interrupted = (): void => void close().finally(() => process.exit(130));
  process.once('SIGINT', interrupted);
  try {
    const cluster = await makeCluster({ nodes: 3, workers: 2 });
    ends.push(() => cluster.stop());
    const hub = await cluster.openHub({ policy: { trust: false, signToStart: false } });
    ends.push(() => hub.close());
    return await play(cluster, hub, runs, print);
  } finally {
    process.off('SIGINT', interrupted);
    await close();
  }
}

async function play(cluster: Cluster, hub: Daemon, count: number, print: (line: string) => void): Promise<Outcome> {
  const graph = join(cluster.folder, 'graph');
  for (const name of ['pages', 'journals', 'logseq']) mkdirSync(join(graph, name), { recursive: true });
  const ledger = await makeLedger(cluster.folder);
  const stop = answerEverything(hub);
  print(`Starting ${count} runs at once, releases and incidents in turn …`);
  const by = { kind: 'person', name: 'Ada' } as const;
  const runs = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      hub.engine.start({
        definition: index % 2 ? incident : release,
        inputs: { directory: ledger.directory },
        by,
        graph,
      }),
    ),
  );
  await sleep(KILL_AFTER_MS);
  const node = cluster.restate.nodes[1]!;
  const worker = cluster.workers[0]!;
  print(`Killing the node ${node.name} (${node.pid}) and ${worker.name} (${worker.pid}) with kill -9 …`);
  const killedAt = Date.now();
  await Promise.all([node.kill(), worker.kill()]);
  await sleep(DOWN_MS);
  print('Starting both again …');
  await Promise.all([node.start(), worker.start()]);
  const deadline = Date.now() + WITHIN_MS;
  while (Date.now() < deadline && runs.some((run) => !ENDED.has(hub.engine.state(run).status))) await sleep(100);
  stop();
  return outcomeOf(hub, runs, await ledger.books(), killedAt);
}

/** A person who agrees to everything at once, with a real signature. */
function answerEverything(hub: Daemon): () => void {
  const signer = markAsDemo(hub.config.home);
  hub.people.add(signer.person);
  hub.keys.create(signer.person, signer.pin);
  const react = async ({ type, run, node }: RunEvent): Promise<void> => {
    if (type === 'ask.opened') await hub.engine.answer(run, node, 'yes', { kind: 'person', name: signer.person });
    if (type !== 'gate.opened') return;
    for (const request of hub.engine.requests(run)) {
      if (request.kind !== 'sign-off' || request.node !== node) continue;
      const { signOff } = request;
      const challenge = hub.engine.challenge({ kind: 'sign-off', run, node, signOff });
      await hub.engine.sign(run, node, signOff, hub.keys.sign(signer.person, signer.pin, challenge));
    }
  };
  return hub.engine.subscribe({
    events: (events) => {
      // A request that is over by now needs no answer.
      for (const event of events) void react(event).catch(() => undefined);
    },
  });
}

async function outcomeOf(hub: Daemon, runs: readonly string[], books: Books, killedAt: number): Promise<Outcome> {
  let steps = 0;
  let recordedOnce = 0;
  let events = 0;
  const problems: string[] = [];
  const times: number[] = [killedAt];
  for (const run of runs) {
    const all = hub.journal.events(run);
    events += all.length;
    times.push(...all.map(({ at }) => at).filter((at) => at > killedAt));
    const ends = all.filter((event) => event.type === 'node.completed' && event.payload.step);
    const byNode = Map.groupBy(ends, (event) => event.node);
    steps += byNode.size;
    recordedOnce += [...byNode.values()].filter((each) => each.length === 1).length;
    problems.push(...(await verifyRun(hub.database, run)).problems.map((problem) => `${run}: ${problem}`));
  }
  times.sort((one, other) => one - other);
  const gaps = times.slice(1).map((at, index) => at - times[index]!);
  const completed = runs.filter((run) => hub.engine.state(run).status === 'completed').length;
  const secondsLost = Math.max(0, ...gaps) / 1_000;
  return { runs: runs.length, completed, steps, recordedOnce, books, events, problems, secondsLost };
}

function tableOf(outcome: Outcome): string[] {
  const { runs, completed, steps, recordedOnce, books, events, problems, secondsLost } = outcome;
  const rows: [string, string][] = [
    ['runs', `${completed} of ${runs} completed`],
    ['steps', String(steps)],
    ['recorded once', `${recordedOnce} of ${steps}`],
    ['events at the hub', `${events}, ${problems.length === 0 ? 'all chains hold' : problems.slice(0, 3).join('; ')}`],
    ['effects', `${books.effects}, of which doubled ${books.doubled}`],
    ['seconds lost', `${secondsLost.toFixed(1)} (the longest time after the kills in which nothing went on)`],
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(18)} ${value}`);
}
