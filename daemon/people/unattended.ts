import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who signs where nobody sits. */
export interface UnattendedSigner {
  person: string;
  pin: string;
}

/** The demo's own person. The PIN guards nothing, and need not: the data directory is made for one demo. */
const DEMO: UnattendedSigner = { person: 'demo', pin: 'demo-demo' };

/**
 * Who may sign without a terminal (security.md 5): the demo's person, in a data directory that the demo has made; nobody
 * anywhere else. Making the mark elsewhere gives nothing, for no such person has a key there.
 */
export function unattendedSigner(home: string): UnattendedSigner | undefined {
  return existsSync(mark(home)) ? DEMO : undefined;
}

/** Makes a new data directory the demo's own. */
export function markAsDemo(home: string): UnattendedSigner {
  writeFileSync(mark(home), 'This data directory belongs to the demo.\n', { mode: 0o600 });
  return DEMO;
}

function mark(home: string): string {
  return join(home, 'demo');
}
