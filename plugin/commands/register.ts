import { toFailure } from '../../shared/failure.ts';
import type { HostCommands } from '../host.ts';
import type { Command, Desk } from './command.ts';

/** So long the daemon may take to answer before that is said, in milliseconds. */
const PATIENCE_MS = 1_000;

type After = (milliseconds: number, run: () => void) => () => void;

/**
 * Puts commands wherever a person looks for them. Whatever goes wrong is said in one line, and once that the daemon takes its
 * time: until it has answered nothing is to be seen of a command.
 */
export function registerCommands(host: HostCommands, desk: Desk, commands: readonly Command[], after: After): void {
  const runner = (command: Command) => (block?: string) => void carryOut(command, patient(desk, after), block);
  for (const command of commands) {
    const run = runner(command);
    const { key, label, slash, menu, keys } = command;
    if (slash !== undefined) host.slash(slash, run);
    if (menu) host.blockMenu(label, run);
    host.palette({ key, label, ...(keys === undefined ? {} : { keys }) }, () => void current(desk).then(run));
  }
}

/** Runs a command and tells the person when it cannot. */
async function carryOut(command: Command, desk: Desk, block: string | undefined): Promise<void> {
  try {
    await command.run(desk, block);
  } catch (error) {
    desk.host.ui.message(toFailure(error).message, 'error');
  }
}

/** The same desk, which says once when an answer takes long. What is known to take minutes says so itself. */
function patient(desk: Desk, after: After): Desk {
  const { host, connection } = desk;
  let said = false;
  const say = () => {
    if (!said) host.ui.message('Waiting for Stagebook to answer…', 'success');
    said = true;
  };
  return {
    ...desk,
    connection: {
      get status() {
        return connection.status;
      },
      async call(name, parameters, timeoutMs) {
        const inTime = timeoutMs === undefined ? after(PATIENCE_MS, say) : () => {};
        try {
          return await connection.call(name, parameters, timeoutMs);
        } finally {
          inTime();
        }
      },
    },
  };
}

/** The block that has the cursor. */
async function current({ host }: Desk): Promise<string | undefined> {
  try {
    const editing = await host.call('logseq.Editor.checkEditing', []);
    return typeof editing === 'string' ? editing : undefined;
  } catch {
    return undefined;
  }
}
