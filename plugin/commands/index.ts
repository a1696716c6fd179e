import { codeReview } from './code-review.ts';
import type { Command } from './command.ts';
import { feature } from './feature.ts';
import { incident } from './incident.ts';
import { outline } from './outline.ts';
import { panel } from './panel.ts';
import { persona } from './persona.ts';
import { release } from './release.ts';
import { review } from './review.ts';
import { run } from './run.ts';
import { workflow } from './workflow.ts';

/** Every command, in the order in which a person meets them. */
export const commands: readonly Command[] = [
  workflow,
  release,
  feature,
  incident,
  review,
  codeReview,
  persona,
  run,
  outline,
  panel,
];
