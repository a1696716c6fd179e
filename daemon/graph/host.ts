import { StagebookError } from '../../shared/failure.ts';
import type { LogseqMethod } from '../../shared/logseq/methods.ts';

/** A Logseq that answers calls of its API: through our plugin, or through its own HTTP server. */
export interface LogseqHost {
  /**
   * Calls a method by its name in the SDK. Undefined and null both mean nothing. Rejects with a retryable `graph.away` when
   * Logseq cannot be reached or does not answer in time, and with `graph.host_error` when it says that it failed, which is
   * also what it says of a method that it does not have.
   */
  call(method: LogseqMethod, args: readonly unknown[]): Promise<unknown>;
}

/** What a call gives, or undefined where this Logseq does not have the method or it fails. */
export async function attempt(host: LogseqHost, method: LogseqMethod, args: readonly unknown[]): Promise<unknown> {
  try {
    return await host.call(method, args);
  } catch (error) {
    if (error instanceof StagebookError && error.code === 'graph.host_error') return undefined;
    throw error;
  }
}

/** Which kind of graph is open. Hosts that cannot be asked know file graphs only. */
export async function kindOfGraph(host: LogseqHost): Promise<'file' | 'db'> {
  return (await attempt(host, 'logseq.App.checkCurrentIsDbGraph', [])) === true ? 'db' : 'file';
}
