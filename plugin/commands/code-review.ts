import { defineCommand } from './command.ts';
import { beginShipped } from './shipped.ts';

export const codeReview = defineCommand({
  key: 'code-review',
  label: 'Stagebook: review code',
  slash: 'Code review',
  run: (desk, block) => beginShipped(desk, 'code-review', block),
});
