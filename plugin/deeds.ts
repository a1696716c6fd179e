import { toFailure } from '../shared/failure.ts';
import type { JsonObject } from '../shared/json.ts';
import type { Wish } from '../shared/protocol/calls/proposals.ts';
import { declarationsOf, readInputs } from '../shared/workflow/inputs.ts';
import type { Deed } from './blocks/block.ts';
import type { Scene } from './blocks/scene.ts';
import { filledIn } from './blocks/header-inputs.ts';
import type { Connection } from './connection.ts';
import type { HostUi } from './host.ts';

export interface DeedsOptions {
  connection: Connection;
  ui: Pick<HostUi, 'message'>;
  /** Shows the panel at an address of the daemon's own. */
  openPanel(url: string): void;
  /** Brings a block into view. */
  goTo(page: string, uuid: string): Promise<unknown>;
  /** Opens our window. */
  openWindow(): void;
}

/**
 * Does what a person asked for at a block, which is never more than to propose: a wish goes to the daemon, and the panel
 * opens where a person decides on it. Says what is missing, and what went wrong.
 */
export async function doDeed(deed: Deed, scene: Scene | undefined, options: DeedsOptions): Promise<void> {
  try {
    if (deed.kind === 'propose') await propose(deed.wish, options);
    if (deed.kind === 'start' && scene) await start(scene, deed.dryRun, options);
    if (deed.kind === 'open') openAt(deed.at, options);
    if (deed.kind === 'show' && scene) await options.goTo(scene.page, deed.uuid);
    if (deed.kind === 'connect') options.openWindow();
  } catch (error) {
    options.ui.message(toFailure(error).message, 'error');
  }
}

/** Asks a person for something, and shows them where to decide. */
async function propose(wish: Wish, { connection, openPanel }: DeedsOptions): Promise<void> {
  const { panel } = await connection.call('propose', { wish });
  openPanel(panel);
}

async function start(scene: Scene, dryRun: boolean, options: DeedsOptions): Promise<void> {
  const { reading, graph, page } = scene;
  if (reading.definition === undefined) return;
  const given: JsonObject = {};
  // An empty field says nothing: the default holds, or the input is missing. An unticked box says no.
  for (const [name, value] of filledIn(scene)) if (value.trim() !== '') given[name] = value;
  const { values, problems } = readInputs({ header: { settings: { inputs: reading.inputs } } }, given);
  const problem = problems[0];
  if (problem) {
    const title = declarationsOf(reading.inputs)[problem.input]?.title ?? problem.input;
    return options.ui.message(
      problem.code === 'input.missing' ? `Fill in “${title}” first.` : problem.message,
      'warning',
    );
  }
  await propose({ kind: 'start', definition: reading.definition, inputs: values, dryRun, graph, page }, options);
}

function openAt(at: string, { connection, openPanel }: DeedsOptions): void {
  const { status } = connection;
  if (status.is === 'online') openPanel(new URL(at, status.welcome.panel).href);
}
