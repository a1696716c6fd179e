import { toFailure } from '../../shared/failure.ts';
import type { HostCommands } from '../host.ts';
import type { Command, Desk } from './command.ts';

/** Puts commands wherever a person looks for them. Whatever goes wrong is said in one line. */
export function registerCommands(host: HostCommands, desk: Desk, commands: readonly Command[]): void {
  const runner = (command: Command) => (block?: string) => void carryOut(command, desk, block);
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

/** The block that has the cursor. */
async function current({ host }: Desk): Promise<string | undefined> {
  try {
    const editing = await host.call('logseq.Editor.checkEditing', []);
    return typeof editing === 'string' ? editing : undefined;
  } catch {
    return undefined;
  }
}
