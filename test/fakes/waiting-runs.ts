import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../daemon/clock.ts';
import { makeCluster, type Cluster } from '../../daemon/demo/cluster/world.ts';
import { restartable, startKept } from '../../daemon/demo/counterparts/kept-process.ts';
import { openDatabase } from '../../daemon/journal/database.ts';
import { SqliteJournal } from '../../daemon/journal/sqlite.ts';
import { verifyRun } from '../../daemon/journal/verify.ts';
import { connectRemote, type RemoteEngine } from '../../daemon/server/remote-engine.ts';
import { hubLink } from '../../daemon/hub/report.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import { node, step } from './outline.ts';
import { enrolledSigner, type Signer } from './signer.ts';

const BY = { kind: 'person', name: 'Ben' } as const;
const RUNTIME = fileURLToPath(new URL('../../daemon/runtime.mjs', import.meta.url));
const program = (name: string): string[] => {
  return [process.execPath, '--import', RUNTIME, fileURLToPath(new URL(name, import.meta.url))];
};

const write = (id: string) => step(id, 'deploy.command', { with: { directory: '/', command: [id] } });
/** An effect, something that waits for a person, and another effect. */
const waiting = (request: ReturnType<typeof node>): Definition => ({
  language: 1,
  header: node('workflow', 'waiting'),
  body: [node('stage', 'work', { persona: 'devops' }, write('one'), request, write('two'))],
});
const SIGNED = waiting(node('gate', 'good', {}, node('sign-off', 'look')));
const ASKED = waiting(node('ask', 'good', { question: 'Go on?', options: ['yes', 'no'] }));

/** How many runs wait for what. */
export interface Waiting {
  signed: number;
  asked: number;
}

/** How it went. Times in seconds. */
export interface Restarted {
  /** Runs that waited before and after the restart, and that completed after it. */
  waited: number;
  knownAfter: number;
  completed: number;
  effects: number;
  doubled: number;
  /** Signatures on record that hold, and everything that the check of the records found. */
  signatures: number;
  problems: string[];
  /** How signatures were refused that came by any other way than the hub's: by status or code. */
  forged: { ingress: number; worker: string };
  took: Record<'begin' | 'restart' | 'sign' | 'check', number>;
}

/** Told when a phase is over, with the processes that are up. */
type OnPhase = (phase: keyof Restarted['took'], cluster: Cluster, hub: number | undefined) => void;

/**
 * So many runs are begun and wait: at gates, or for an answer. Worker, hub and Restate, each a process of its own, are killed with
 * SIGKILL and started again; then a person answers, or signs for each run with the key of a device, at the hub. Gives what is on
 * record afterwards. `withinMs` is how long waiting for all of them may take, each time.
 */
export async function restartWaitingRuns(wanted: Waiting, withinMs: number, onPhase?: OnPhase): Promise<Restarted> {
  const runs = wanted.signed + wanted.asked;
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'stagebook-restart-'));
  const ledger = join(folder, 'ledger');
  const release: (() => Promise<unknown> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const took = { begin: 0, restart: 0, sign: 0, check: 0 };
  let since = Date.now();
  try {
    const cluster = await makeCluster({
      program: program('restate-worker-process.ts'),
      environment: { LEDGER: ledger },
    });
    release.push(() => cluster.stop());
    const { home, port, environment: env } = cluster.hub;
    const hub = restartable(() =>
      startKept([...program('restate-hub-process.ts'), home, String(port)], { ready: /ready/, env, withinMs: 60_000 }),
    );
    release.push(() => hub.kill());
    const ada = enrolledSigner(home, 'Ada');
    const over = (phase: keyof typeof took): void => {
      took[phase] = (Date.now() - since) / 1_000;
      since = Date.now();
      onPhase?.(phase, cluster, hub.pid);
    };
    const everything = [hub, cluster.workers[0]!, cluster.restate.nodes[0]!];
    await hub.start();
    since = Date.now();

    const first = await connected(home);
    const ids = await Promise.all(
      Array.from({ length: runs }, (_, index) => {
        const definition = index < wanted.signed ? SIGNED : ASKED;
        return first.client.start({ definition, inputs: {}, by: BY });
      }),
    );
    const waited = await standing(first, 'waiting', runs, withinMs);
    over('begin');

    await Promise.all(everything.map((each) => each.kill()));
    first.close();
    await cluster.restate.nodes[0]!.start();
    await Promise.all(everything.map((each) => each.start()));
    const second = await connected(home);
    const knownAfter = await standing(second, 'waiting', runs, 0);
    over('restart');

    const forged = await forge(cluster, second, ids[0]!, ada);
    await respondToAll(second, ada);
    const completed = await standing(second, 'completed', runs, withinMs);
    over('sign');
    second.close();
    await hub.kill();

    const lines = existsSync(ledger) ? readFileSync(ledger, 'utf8').trim().split('\n') : [];
    const effects = new Set(lines).size;
    const records = await check(home, ids);
    over('check');
    return { waited, knownAfter, completed, effects, doubled: lines.length - effects, ...records, forged, took };
  } finally {
    for (const give of release.toReversed()) await give();
  }
}

async function connected(home: string): Promise<RemoteEngine> {
  const remote = await connectRemote(home);
  if (!remote) throw new Error('the hub is not there');
  return remote;
}

/** How many runs stand so, once all of them do or the time is over. */
async function standing(
  { client }: RemoteEngine,
  status: 'waiting' | 'completed',
  runs: number,
  withinMs: number,
): Promise<number> {
  for (const limit = Date.now() + withinMs; ; await pause(250)) {
    const count = (await client.list({ status: [status], limit: 2 * runs })).length;
    if (count >= runs || Date.now() >= limit) return count;
  }
}

async function respondToAll({ client }: RemoteEngine, signer: Signer): Promise<void> {
  const requests = await client.requests();
  await Promise.all(
    requests.map(async (request) => {
      const { run, node: gate } = request;
      if (request.kind === 'ask') return client.answer(run, gate, 'yes', BY);
      const { signOff } = request;
      const challenge = await client.challenge({ kind: 'sign-off', run, node: gate, signOff });
      await client.sign(run, gate, signOff, signer.sign(challenge));
    }),
  );
}

/** A signature with Ada's own key, for what she was really shown, brought to the run past the hub and to the hub past her. */
async function forge(
  { hub: { port, environment }, restate }: Cluster,
  { client }: RemoteEngine,
  run: string,
  ada: Signer,
): Promise<Restarted['forged']> {
  const [request] = await client.requests(run);
  if (request?.kind !== 'sign-off') throw new Error('nothing is to be signed');
  const { node: gate, signOff } = request;
  const signature = ada.sign(await client.challenge({ kind: 'sign-off', run, node: gate, signOff }));
  const payload = { signOff, signature };
  const said = JSON.stringify({
    hub: 'ours',
    run,
    events: [{ type: 'gate.signed', node: gate, payload }],
    at: Date.now(),
  });
  const address = `${restate.nodes[0]!.ingress}/Stagebook.ours.Inbox/${run}/tell`;
  const { status } = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sealed: said, mac: '0'.repeat(64) }),
  });
  const token = (): Promise<string> => Promise.resolve(environment['HUB_TOKEN'] ?? '');
  const worker = hubLink({ id: 'ours', url: `http://127.0.0.1:${port}` }, { node: 'forger', token });
  const last = (await client.events(run)).at(-1)!;
  const event = {
    seq: last.seq + 1,
    type: 'gate.signed' as const,
    node: gate,
    attempt: 1,
    epoch: last.epoch,
    at: Date.now(),
    payload,
  };
  const code = await worker.report({ run, events: [event] }).then(
    () => 'taken',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );
  return { ingress: status, worker: code };
}

/** What the hub has on its disk: each event once and in order, chained, and who signed. */
async function check(home: string, runs: readonly string[]): Promise<Pick<Restarted, 'signatures' | 'problems'>> {
  const database = openDatabase(join(home, 'journal.db'));
  try {
    const journal = new SqliteJournal(database, systemClock);
    const problems: string[] = [];
    let signatures = 0;
    for (const run of runs) {
      const events = journal.events(run);
      if (events.some(({ seq }, index) => seq !== index + 1))
        problems.push(`${run}: its events do not follow each other`);
      const ends = events.filter(({ type }) => type === 'node.completed').map((event) => event.node);
      if (new Set(ends).size !== ends.length) problems.push(`${run}: a step is recorded twice`);
      const verified = await verifyRun(database, run);
      problems.push(...verified.problems.map((problem) => `${run}: ${JSON.stringify(problem)}`));
      signatures += verified.signatures.filter(({ holds }) => holds).length;
    }
    return { signatures, problems };
  } finally {
    database.close();
  }
}
