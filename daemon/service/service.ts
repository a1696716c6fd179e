import type { ProcessRunner } from '../actions/action.ts';

/** What a system's own service manager starts with every login. */
export interface ServiceCommand {
  /** The program by its absolute path, and its arguments. */
  argv: readonly [string, ...string[]];
  /** A service begins without the variables of anybody's shell. */
  environment: Readonly<Record<string, string>>;
}

export interface ServiceState {
  installed: boolean;
  running: boolean;
}

/** One system's way to have the daemon up while its person is logged in. What people and runs have in the data directory stays. */
export interface Service {
  /** As in “systemd user unit”. */
  kind: string;
  /** The file or name under which the system knows it. */
  place: string;
  /** Where what it printed can be read. */
  logs: string;
  /** Installs and starts it. `same`: it was there already, just so. Throws `service.unavailable`, `service.refused`. */
  install(command: ServiceCommand): Promise<'new' | 'changed' | 'same'>;
  state(): Promise<ServiceState>;
  /** Ends and removes it. False when there was none. */
  uninstall(): Promise<boolean>;
}

/** What a service needs of the machine. */
export interface ServiceWorld {
  environment: NodeJS.ProcessEnv;
  /** The person's own folder. */
  home: string;
  /** The data directory. */
  data: string;
  /** The number of the person's account; absent on Windows. */
  uid?: number | undefined;
  process: ProcessRunner;
}
