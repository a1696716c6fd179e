import { defineCommand } from './command.ts';
import { beginShipped } from './shipped.ts';

export const incident = defineCommand({
  key: 'incident',
  label: 'Stagebook: respond to an incident',
  slash: 'Incident',
  run: (desk, block) => beginShipped(desk, 'incident-response', block),
});
