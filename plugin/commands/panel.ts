import { defineCommand } from './command.ts';

/** Shows the panel, or hides it. */
export const panel = defineCommand({
  key: 'panel',
  label: 'Stagebook: show or hide the panel',
  keys: 'mod+alt+s',
  run: ({ mainUi }, block) => mainUi.toggle(block),
});
