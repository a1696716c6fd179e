import { defineCommand } from './command.ts';
import { beginShipped } from './shipped.ts';

export const feature = defineCommand({
  key: 'feature',
  label: 'Stagebook: develop a feature',
  slash: 'Feature',
  run: (desk, block) => beginShipped(desk, 'feature-development', block),
});
