import { defineCommand } from './command.ts';
import { beginShipped } from './shipped.ts';

export const review = defineCommand({
  key: 'review',
  label: 'Stagebook: review code',
  slash: 'Review',
  run: (desk, block) => beginShipped(desk, 'code-review', block),
});
