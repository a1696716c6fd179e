// A worker as a process of its own, whose steps write a line for each effect into a file (LEDGER): what a test kills. It is
// configured and started as `stagebook worker` is, and says the same when it is ready.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { defineAction, type Action, type Services } from '../../daemon/actions/action.ts';
import { systemClock } from '../../daemon/clock.ts';
import { readConfig } from '../../daemon/config.ts';
import { openRunWorker } from '../../daemon/engine/restate/run-worker.ts';
import { RunsHere } from '../../daemon/engine/restate/runs-here.ts';
import { hubLink } from '../../daemon/hub/report.ts';
import { primitives } from '../../daemon/primitives/index.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';

const { restate } = readConfig();
const { LEDGER: ledger, HUB_TOKEN: token } = process.env;
if (!restate || ledger === undefined || token === undefined) throw new Error('configure restate, LEDGER and HUB_TOKEN');

/**
 * Stands for what the hub knows as `deploy.command`. Writes its effect once it is called, whatever happened before; only
 * `verify` can tell that it was there already.
 */
const write: Action = defineAction({
  name: 'deploy.command',
  summary: 'Writes a line into the ledger.',
  effect: 'write',
  input: z.object({ directory: z.string(), command: z.array(z.string()) }),
  output: z.object({ said: z.string() }),
  run({ command }, { key }) {
    const said = command.join(' ');
    appendFileSync(ledger, `${key} ${said}\n`);
    return Promise.resolve({ said });
  },
  verify({ command }, { key }) {
    const lines = existsSync(ledger) ? readFileSync(ledger, 'utf8') : '';
    const result = { said: command.join(' ') };
    return Promise.resolve(lines.includes(`${key} `) ? { is: 'done', result } : { is: 'not-done' });
  },
});

const link = hubLink(restate.hub, { node: 'killed', token: () => Promise.resolve(token) });
const worker = await openRunWorker({
  hub: restate.hub.id,
  token,
  restate: { ingress: restate.ingress, admin: restate.admin },
  port: restate.worker?.port ?? 0,
  ...(restate.worker?.uri === undefined ? {} : { uri: restate.worker.uri }),
  clock: systemClock,
  settleMs: parseDuration(restate.worker?.settle ?? '5s'),
  primitives,
  actions: new Map([[write.name, write]]),
  personas: () => new Map([['devops', { id: 'devops', actions: ['deploy.command'], secrets: [] }]]),
  services: () => ({}) as Services,
  secrets: { read: (name) => Promise.reject(new Error(`no secret ${name}`)) },
  redact: (value) => value,
  here: new RunsHere(),
  report: (reported) => link.report(reported),
});
await worker.register();
process.stdout.write(`This worker does the runs of the hub ${restate.hub.id} at ${worker.uri}.\n`);
