import { setTimeout as sleep } from 'node:timers/promises';
import { StagebookError } from '../../shared/failure.ts';
import { portOf, readConfig, type Config } from '../config.ts';
import type { Daemon } from '../open.ts';
import { localClient, type EngineClient } from '../server/client.ts';
import type { Desk } from '../server/desk.ts';
import { connectRemote, type RemoteEngine } from '../server/remote-engine.ts';

/** What one command works with. */
export interface Session {
  config: Config;
  /** The engine, wherever it is. */
  client: EngineClient;
  /** This process' own view of the data directory: hosting the runs, or only looking. */
  daemon: Daemon;
  /** The daemon's own desk, where another process is the daemon. */
  desk?: Desk;
  /** Makes the connection to that daemon an agent's. */
  agent?: RemoteEngine['agent'];
  /** Whether this process hosts the runs. */
  hosts: boolean;
  /** Whether another process does. */
  remote: boolean;
  /** Raised when a run that is hosted here could not be recorded any more (a full disk): it stays resumable. */
  lost: AbortSignal;
  close(): Promise<void>;
}

/**
 * `look`: reads, whoever hosts the runs. `act`: changes something; hosts the runs itself when nobody does. `host`: is the
 * daemon, and is refused where there is one.
 */
export type Purpose = 'look' | 'act' | 'host';

/** How long a daemon that has just begun or is about to end is waited for, in milliseconds. */
const PATIENCE_MS = 3_000;

/**
 * Opens a data directory for a command. Throws `daemon.running` for a second host, `journal.newer`, `config.invalid`. A
 * host is told of what goes wrong later on by `onProblem`: pages that cannot be written, a Logseq that is not used.
 */
export async function openSession(
  purpose: Purpose,
  environment: NodeJS.ProcessEnv,
  onProblem: (problem: string) => void,
): Promise<Session> {
  const config = readConfig();
  // All of the daemon, which most ways to use the command line can do without.
  const { openDaemon } = await import('../open.ts');
  const until = Date.now() + PATIENCE_MS;
  const control = new AbortController();
  const lost = control.signal;
  for (;;) {
    const remote = purpose === 'host' ? undefined : await connectRemote(config.home);
    if (remote) {
      const daemon = await openDaemon(config, { environment, passive: true });
      const close = async (): Promise<void> => {
        remote.close();
        await daemon.close();
      };
      const { client, desk, agent } = remote;
      return { config, client, desk, agent, daemon, hosts: false, remote: true, lost, close };
    }
    try {
      const daemon = await openDaemon(config, {
        environment,
        passive: purpose === 'look',
        ...(purpose === 'host' ? { port: portOf(config, environment), onProblem } : {}),
        onInterrupted: (_run, error) => control.abort(error),
      });
      const close = () => daemon.close();
      return {
        config,
        client: localClient(daemon.engine),
        daemon,
        hosts: purpose !== 'look',
        remote: false,
        lost,
        close,
      };
    } catch (error) {
      const taken = error instanceof StagebookError && error.code === 'daemon.running';
      // Another process has claimed the directory and does not listen yet, or has stopped listening and still writes.
      if (!taken || purpose === 'host' || Date.now() > until) throw error;
      await sleep(50);
    }
  }
}
