import type { SandboxLevel, SandboxRequest, SandboxResult } from '../actions/action.ts';

/** A way to run code apart from the host. `sandbox.ts` chooses one. */
export interface Isolation {
  /** Whether it works here and now, and if not, what to install. */
  check(): Promise<{ works: true; level: SandboxLevel; why: string } | { works: false; why: string }>;
  run(request: SandboxRequest): Promise<SandboxResult>;
  close(): Promise<void>;
}
