import type { RunState } from '../../shared/run/state.ts';
import { titlesIn } from '../../shared/run/titles.ts';
import { askAnswer } from './answer.ts';
import { EXIT, type Cli } from './command.ts';
import { followRun, type FollowOptions } from './follow.ts';
import { exitOf, tellInterrupted, tellOutcome } from './outcome.ts';
import { foreseen } from './progress/foreseen.ts';
import { isInterrupt } from './refusal.ts';
import type { Session } from './session.ts';
import { askSignOff } from './sign.ts';
import { errorLine } from './terminal.ts';
import type { OpenRequest } from '../../shared/run/summary.ts';

export interface AttendOptions {
  json?: boolean | undefined;
  /** Stays while the run waits for people who are elsewhere. */
  wait?: boolean | undefined;
  /** Asks nobody, only shows. */
  silent?: boolean | undefined;
  /** Decides without asking: the demo's own signer. */
  decide?: FollowOptions['decide'];
}

/** Shows a run until it settles, asks whoever sits at the terminal for what is open, and tells how it went: the exit code. */
export async function attendRun(cli: Cli, session: Session, run: string, options: AttendOptions): Promise<number> {
  const { terminal } = cli;
  const { client, hosts, lost } = session;
  const asks =
    options.decide ?? (terminal.interactive && !options.json && !options.silent ? decider(cli, session) : undefined);
  const summary = await client.state(run);
  let state: RunState;
  try {
    state = await followRun(client, run, {
      terminal,
      signal: AbortSignal.any([cli.signal, lost]),
      ...(options.json ? { json: true } : {}),
      ...(options.wait ? { wait: true } : {}),
      ...(asks ? { decide: asks } : {}),
    });
  } catch (error) {
    if (!isInterrupt(error)) throw error;
    tellInterrupted(terminal, summary, hosts);
    return EXIT.interrupted;
  }
  if (hosts) await session.daemon.pages.flush();
  if (lost.aborted) {
    const why = lost.reason instanceof Error ? lost.reason.message : String(lost.reason);
    const message = `The run could not be recorded any more and was stopped: ${why}. It can go on once that is cleared up: stagebook resume ${run}`;
    terminal.err.write(`${errorLine(terminal, 'run.interrupted', message)}\n`);
    return EXIT.failed;
  }
  if (cli.signal.aborted) {
    tellInterrupted(terminal, summary, hosts);
    return EXIT.interrupted;
  }
  if (!options.json) {
    const foretold = state.dryRun ? foreseen(state, titlesIn(await client.definition(run))) : [];
    tellOutcome(terminal, state, await client.requests(run), { foretold });
  }
  return exitOf(state);
}

/** Puts what is open to the person at the terminal. */
function decider(cli: Cli, session: Session) {
  const { terminal } = cli;
  const signers = session.daemon;
  return async (request: OpenRequest, signal: AbortSignal): Promise<boolean> => {
    if (request.kind === 'ask') return askAnswer(session.client, request, { terminal, signers, signal });
    return (await askSignOff(session.client, request, { terminal, signers, signal })) !== 'left';
  };
}
