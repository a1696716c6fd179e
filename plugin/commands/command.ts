import type { Connection } from '../connection.ts';
import type { Host } from '../host.ts';
import type { MainUi } from '../main-ui/main-ui.ts';

/** What commands work with. */
export interface Desk {
  host: Pick<Host, 'tree' | 'ref' | 'call' | 'graph' | 'pageOf' | 'currentPage' | 'ui'>;
  connection: Pick<Connection, 'call' | 'status'>;
  mainUi: MainUi;
}

/**
 * A command: one function, wherever a person finds it. It proposes, shows or writes pages; it never starts, approves or
 * trusts anything, since any page and any plugin can call it (logseq.md, The dangerous facts).
 */
export interface Command {
  key: string;
  /** As the palette and the menu of a block say it. */
  label: string;
  /** What is typed after a slash. */
  slash?: string;
  /** Also in the menu of a block. */
  menu?: boolean;
  /** Keys that do it anywhere. */
  keys?: string;
  /** `block`: the one with the cursor, or whose menu it was. */
  run(desk: Desk, block: string | undefined): void | Promise<void>;
}

/** Declares a command. Only here for the types. */
export function defineCommand(command: Command): Command {
  return command;
}
