// A worker as a process of its own, whose steps write a line for each effect into a file: what a test kills.
//   restate-worker-process.ts SETTINGS     SETTINGS is JSON: { hub, url, token, ingress, admin, port, ledger }
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { defineAction, type Action, type Services } from '../../daemon/actions/action.ts';
import { systemClock } from '../../daemon/clock.ts';
import { openRunWorker } from '../../daemon/engine/restate/run-worker.ts';
import { RunsHere } from '../../daemon/engine/restate/runs-here.ts';
import { hubLink } from '../../daemon/hub/report.ts';
import { primitives } from '../../daemon/primitives/index.ts';

const settings = JSON.parse(process.argv[2] ?? '{}') as {
  hub: string;
  url: string;
  token: string;
  ingress: string;
  admin: string;
  port: number;
  ledger: string;
};

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
    appendFileSync(settings.ledger, `${key} ${said}\n`);
    return Promise.resolve({ said });
  },
  verify({ command }, { key }) {
    const lines = existsSync(settings.ledger) ? readFileSync(settings.ledger, 'utf8') : '';
    const result = { said: command.join(' ') };
    return Promise.resolve(lines.includes(`${key} `) ? { is: 'done', result } : { is: 'not-done' });
  },
});

const link = hubLink({ id: settings.hub, url: settings.url }, { node: 'killed', token: async () => settings.token });
const worker = await openRunWorker({
  hub: settings.hub,
  token: settings.token,
  restate: { ingress: [settings.ingress], admin: [settings.admin] },
  port: settings.port,
  clock: systemClock,
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
process.stdout.write(`ready at ${worker.uri}\n`);
