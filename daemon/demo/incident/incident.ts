import { parseArgs } from 'node:util';
import type { RunState } from '../../../shared/run/state.ts';
import { followRun } from '../../cli/follow.ts';
import { say, type Terminal } from '../../cli/terminal.ts';
import type { Daemon } from '../../open.ts';
import type { UnattendedSigner } from '../../people/unattended.ts';
import { localClient } from '../../server/client.ts';
import { findWorkflow } from '../../workflows.ts';
import { inDemo, printProofs } from '../play.ts';
import { proveIncident } from './proof.ts';
import { changeShop } from './shop.ts';
import { makeIncidentWorld, type IncidentWorld } from './world.ts';
import type { OpenRequest } from '../../../shared/run/summary.ts';

const HELP = `Runs Incident response on real parts, all on this machine: a small shop whose pool of connections runs dry
under load, a real Prometheus and Alertmanager, a git repository, a local GitHub API with a small CI. The alert comes by
webhook. The code is mended by a script in the place of a person, who also says who leads and signs: everything else is
done, measured and decided by the workflow. Logs and traces are in small stand-ins for Loki and Tempo.

  npm run demo incident                 the fix helps: recovery, post-mortem
  npm run demo incident --without-fix   the person changes something else: it is rolled back by itself`;

/** Runs the demo. Resolves with the exit code: 0 when everything it promised was seen. */
export async function incidentDemo(argv: readonly string[], terminal: Terminal): Promise<number> {
  const print = (line: string): void => say(terminal, line);
  const { values: options } = parseArgs({
    args: [...argv],
    options: { 'without-fix': { type: 'boolean' }, yes: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (options.help) {
    print(HELP);
    return 0;
  }
  const fixes = !options['without-fix'];
  print('Starting a shop, its database, its customers, a Prometheus, an Alertmanager and a GitHub of its own …');
  const world = await makeIncidentWorld({ validate: fixes });
  return inDemo(world, { port: world.port, onProblem: print }, print, async (daemon, signer) => {
    await trustPage(daemon, world, signer);
    await measured(world);
    print(
      `The shop answers ${(world.load.answers.get(200) ?? 0).toString()} requests. Now customers begin to ask for orders that are not there …`,
    );
    world.load.misses(0.1);
    const run = await startedRun(daemon);
    print(`The alert has come in. Run ${run} began by itself.`);
    const state = await respond(daemon, world, run, signer, fixes, terminal);
    await daemon.pages.flush();
    return conclude(daemon, world, state, fixes, print);
  });
}

/** The shop's own copy of the page may start by itself, because a person has signed that it is trusted. */
async function trustPage(daemon: Daemon, world: IncidentWorld, { person, pin }: UnattendedSigner): Promise<void> {
  const { engine, keys } = daemon;
  const { parsed } = await findWorkflow(world.page, await daemon.graph(world.graph));
  if (!parsed.definition) throw new Error(`The page is no workflow: ${JSON.stringify(parsed)}`);
  const definition = await engine.propose(parsed.definition);
  await engine.trust(definition, keys.sign(person, pin, engine.challenge({ kind: 'trust', definition })));
}

/** Until Prometheus has seen enough of how it usually is. */
async function measured({ prometheus }: IncidentWorld): Promise<void> {
  const query = encodeURIComponent(
    'sum(rate(http_requests_total{code="200"}[3s])) > 10 and on() max(count_over_time(up[1m])) >= 10',
  );
  for (const until = Date.now() + 30_000; Date.now() < until;) {
    const answer = await fetch(`${prometheus.url}/api/v1/query?query=${query}`);
    const { data } = (await answer.json()) as { data?: { result: unknown[] } };
    if (data?.result.length) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error('Prometheus has not seen the shop within half a minute.');
}

/** The run that the alert starts. */
function startedRun({ engine }: Daemon): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      unsubscribe();
      reject(new Error('No alert has started a run within a minute.'));
    }, 60_000);
    const unsubscribe = engine.subscribe({
      events(events) {
        const begun = events.find(({ type }) => type === 'run.started');
        if (!begun) return;
        clearTimeout(late);
        unsubscribe();
        resolve(begun.run);
      },
    });
  });
}

async function respond(
  daemon: Daemon,
  world: IncidentWorld,
  run: string,
  { person, pin }: UnattendedSigner,
  fixes: boolean,
  terminal: Terminal,
): Promise<RunState> {
  const { engine, keys } = daemon;
  const by = { kind: 'person', name: person } as const;
  const decide = async (request: OpenRequest): Promise<boolean> => {
    const { node } = request;
    if (request.kind === 'sign-off') {
      const asked = engine.challenge({ kind: 'sign-off', run, node, signOff: request.signOff });
      await engine.sign(run, node, request.signOff, keys.sign(person, pin, asked));
      say(terminal, `■ ${request.title}: signed as "${person}"`);
      return true;
    }
    switch (node.split('/').at(-1)) {
      case 'acknowledge':
        await engine.answer(run, node, { commander: person }, by);
        say(terminal, `■ Acknowledged as "${person}"`);
        return true;
      case 'change_the_code': {
        await changeShop(world.shop, fixes ? 'fixed' : 'other');
        const what = fixes
          ? 'give connections back also when there is no such order'
          : 'wait a little longer for a connection';
        say(terminal, `■ ${what}: written into ${world.shop.directory} by the script`);
        await engine.answer(run, node, { what }, by);
        return true;
      }
      default:
        return false;
    }
  };
  return followRun(localClient(engine), run, { terminal, decide });
}

async function conclude(
  daemon: Daemon,
  world: IncidentWorld,
  state: RunState,
  fixes: boolean,
  print: (line: string) => void,
): Promise<number> {
  print('');
  const wanted = fixes ? 'completed' : 'failed';
  print(
    state.status === 'completed'
      ? 'The incident is over. Looked up afterwards:'
      : `The run ${state.status}: ${state.failure?.message ?? 'no reason was given'} Looked up afterwards:`,
  );
  const incident = state.incident?.id ?? '';
  const proofs = await proveIncident(world, fixes, incident);
  const end = { proofs, workflow: 'incident-response', graph: world.graph, places: { shop: world.shop.directory } };
  return (await printProofs(daemon, end, print)) && state.status === wanted ? 0 : 1;
}
