import { defineCommand } from './command.ts';
import { beginShipped } from './shipped.ts';

export const release = defineCommand({
  key: 'release',
  label: 'Stagebook: release a package',
  slash: 'Release',
  run: (desk, block) => beginShipped(desk, 'package-release', block),
});
