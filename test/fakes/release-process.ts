// A process that releases the demo's package on real parts and can be killed at any moment: it starts the run once, goes on
// with it when it is there already, signs as it is asked, and says on its standard output what is committed, a line a commit.
// Asked to, it kills itself with SIGKILL some time after a commit, and right after the next one at the latest: so it is the
// same number of commits on any machine.
import { readConfig } from '../../daemon/config.ts';
import { openDaemon } from '../../daemon/open.ts';
import { findWorkflow } from '../../daemon/workflows.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import type { JsonObject } from '../../shared/json.ts';

const PIN = 'demo-demo';
const { home, graph, inputs, secrets, kill } = JSON.parse(process.argv[2]!) as {
  home: string;
  graph: string;
  inputs: JsonObject;
  secrets: Record<string, string>;
  kill?: { commits: number; pauseMs: number };
};

const daemon = await openDaemon(readConfig(home), {
  environment: { ...process.env, ...secrets },
  policy: { signToStart: false },
});
const { engine, people, keys } = daemon;
const die = (): void => void process.kill(process.pid, 'SIGKILL');
let commits = 0;
engine.subscribe({
  events(events) {
    process.stdout.write(`${events.map(({ type }) => type).join(' ')}\n`);
    commits += 1;
    if (commits === kill?.commits) setTimeout(die, kill.pauseMs);
    if (kill && commits > kill.commits) die();
  },
});
if (!people.find('demo')) people.add('demo');
if (!keys.has('demo')) keys.create('demo', PIN);
const definition = (await findWorkflow('package-release')).parsed.definition!;
const { values } = readInputs(definition, inputs);
const run = await engine.start({
  definition,
  inputs: values,
  by: { kind: 'person', name: 'demo' },
  graph,
  idempotencyKey: 'the release',
});
for (let state = await engine.settled(run); state.status === 'waiting'; state = await engine.settled(run)) {
  for (const request of engine.requests(run)) {
    if (request.kind !== 'sign-off') throw new Error(`nobody is here to answer: ${request.question}`);
    const { node, signOff } = request;
    const challenge = engine.challenge({ kind: 'sign-off', run, node, signOff });
    await engine.sign(run, node, signOff, keys.sign('demo', PIN, challenge));
  }
}
await daemon.pages.flush();
const { status, failure, output } = engine.state(run);
process.stdout.write(`ended ${JSON.stringify({ status, failure: failure ?? null, output: output ?? null })}\n`);
await daemon.close();
