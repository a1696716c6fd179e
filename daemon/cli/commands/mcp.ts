import { fail, StagebookError, toFailure } from '../../../shared/failure.ts';
import { portOf } from '../../config.ts';
import { MCP_PATH } from '../../gateway/http-route.ts';
import type { AgentChannel } from '../../server/agent-channel.ts';
import { ownOrigin } from '../../server/origins.ts';
import { connectRemote } from '../../server/remote-engine.ts';
import { AgentBridge } from '../agent-bridge.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import type { Session } from '../session.ts';
import { findRun } from '../find-run.ts';
import { say } from '../terminal.ts';

interface Options {
  run?: string;
  stage?: string;
  name?: string;
}

const AFTER = `
Without --run the agent only reads: runs, pages, workflows. With it, it gets the tools of the persona of the stage that is in force, is told
when they change, and everything that it calls is in the receipt. It cannot approve anything. When the daemon is started
again it goes on by itself.

In the settings of an agent
  { "mcpServers": { "stagebook": { "command": "stagebook", "args": ["mcp", "--run", "last"] } } }`;

export const mcp: AddCommand = (program, cli) => {
  const command = program
    .command('mcp')
    .description('Be an MCP server for your own agent, over stdin and stdout: the tools of the persona in force.')
    .option('--run <run>', 'the run to attach to')
    .option('--stage <id>', 'one stage of it, by its id; else the one that is in force')
    .option('--name <name>', 'how the timeline calls the agent; else as it calls itself')
    .addHelpText('after', AFTER)
    .action(cli.does((options: Options) => serve(cli, options)));
  command
    .command('token')
    .description('Make a token with which an agent connects over HTTP. It is shown once.')
    .argument('<name>', 'what the agent is called, as stagebook devices lists it')
    .option('--only <run>', 'a token for this run and no other')
    .action(cli.does((name: string, options: { only?: string }) => makeToken(cli, name, options)));
};

async function serve(cli: Cli, options: Options): Promise<number> {
  const session = await cli.open('act');
  const run = options.run === undefined ? undefined : (await findRun(session.client, options.run)).run;
  const { stage, name } = options;
  const attachment = {
    ...(run === undefined ? {} : { run }),
    ...(stage === undefined ? {} : { stage }),
    ...(name === undefined ? {} : { name }),
  };
  const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js');
  const stdio = new StdioServerTransport();
  const over = Promise.withResolvers<void>();
  const end = (): void => over.resolve();
  cli.signal.addEventListener('abort', end, { once: true });
  for (const event of ['end', 'close'] as const) process.stdin.once(event, end);
  const channel: AgentChannel = {
    send: (message) => void stdio.send(message as Parameters<typeof stdio.send>[0]),
    close: end,
  };
  // What comes before somebody listens is for whoever listens then.
  const early: unknown[] = [];
  let pass = (message: unknown): void => void early.push(message);
  Object.assign(stdio, { onmessage: (message: unknown) => pass(message) });
  await stdio.start();
  let bridge: AgentBridge | undefined;
  let failure: StagebookError | undefined;
  if (session.agent) {
    let first: Session['agent'] = session.agent;
    bridge = new AgentBridge({
      tell: (message) => channel.send(message),
      // The first daemon is the one that this command found; those after it are looked for where it was.
      async attach(on) {
        const agent = first ?? (await connectRemote(session.config.home).catch(() => undefined))?.agent;
        first = undefined;
        return agent?.(attachment, on);
      },
      after(milliseconds, then) {
        const timer = setTimeout(then, milliseconds);
        return () => clearTimeout(timer);
      },
      lost(error) {
        failure = new StagebookError(toFailure(error));
        end();
      },
    });
    await bridge.begin();
    pass = (message) => bridge?.hear(message);
  } else {
    await session.daemon.gateway.local(channel, attachment);
    pass = (message) => channel.onmessage?.(message);
  }
  for (const message of early.splice(0)) pass(message);
  if (!cli.signal.aborted) await over.promise;
  bridge?.close();
  await stdio.close();
  channel.onclose?.();
  if (failure) throw failure;
  return EXIT.ok;
}

/** Where the gateway is: of the daemon that is up, else where one would be. */
async function originOf({ desk, config }: Session, environment: Cli['environment']): Promise<string> {
  return desk ? new URL(await desk.panel()).origin : ownOrigin(portOf(config, environment));
}

async function makeToken(
  { terminal, open, environment }: Cli,
  name: string,
  { only }: { only?: string },
): Promise<number> {
  const said = name.trim();
  if (said === '' || said.length > 80)
    throw fail('invalid', 'agent.name', 'Give the agent a name of at most 80 characters.');
  const session = await open('look');
  const { daemon, client } = session;
  const run = only === undefined ? undefined : (await findRun(client, only)).run;
  const { agent, token } = daemon.agents.add(said, run);
  const url = `${await originOf(session, environment)}${MCP_PATH}`;
  say(terminal, `Token of ${said} (${agent.agent}), shown only now: ${token}`);
  say(terminal, `It connects to ${url}${run === undefined ? '?run=RUN' : ''} with the header Authorization: Bearer …`);
  say(terminal, `Take it back: stagebook devices revoke ${agent.agent}`);
  return EXIT.ok;
}
