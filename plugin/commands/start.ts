import { declarationsOf } from '../../shared/workflow/inputs.ts';
import type { Desk } from './command.ts';

/**
 * Proposes to run the workflow on a page: asks for its inputs, and shows the panel, where a person decides. Says why where
 * there is nothing to run.
 */
export async function startPage({ host, connection, mainUi }: Desk, page: string, from?: string): Promise<void> {
  const { id: graph } = await host.graph();
  const reading = await connection.call('page.read', { graph, page, blocks: (await host.tree(page)) ?? [] });
  if (!reading || reading.nodes.some(({ role }) => role === 'persona'))
    return host.ui.message(`“${page}” is no workflow. /workflow makes one.`, 'warning');
  const { definition, title, problems } = reading;
  if (definition === undefined) {
    const [first] = problems.filter(({ severity }) => severity === 'error');
    return host.ui.message(`“${title}” cannot run yet: ${first?.message ?? 'it has problems'}`, 'warning');
  }
  if (!reading.trusted) {
    const { panel } = await connection.call('propose', { wish: { kind: 'trust', definition } });
    return mainUi.open(panel, from);
  }
  const asked = Object.keys(declarationsOf(reading.inputs)).length > 0;
  const given = asked
    ? await mainUi.askInputs({ title, inputs: reading.inputs, ...(from ? { from } : {}) })
    : { values: {}, dryRun: false };
  if (!given) return;
  const { values: inputs, dryRun } = given;
  const { panel } = await connection.call('propose', {
    wish: { kind: 'start', definition, inputs, dryRun, graph, page },
  });
  mainUi.open(panel, from);
}
