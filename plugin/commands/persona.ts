import { fail } from '../../shared/failure.ts';
import { fencesOf, writeFence } from '../../shared/workflow/fences.ts';
import { readMacro } from '../../shared/workflow/macro.ts';
import type { PageBlock } from '../../shared/protocol/calls/pages.ts';
import { defineCommand, type Desk } from './command.ts';
import { leaveEditing } from './page.ts';

/** Who does the work of a stage: sets the persona of the stage that the cursor is in. */
export const persona = defineCommand({
  key: 'persona',
  label: 'Stagebook: choose the persona of this stage',
  slash: 'Persona',
  async run(desk, block) {
    const { host, connection, mainUi } = desk;
    const stage = block === undefined ? undefined : await stageAround(host, block);
    const personas = await connection.call('personas.list', {});
    await leaveEditing(host);
    const chosen = await mainUi.choose({
      title: stage ? `Persona of “${stage.title}”` : 'Personas',
      choices: personas.map(({ id, title, tools }) => ({ id, label: title, detail: `${id} · ${tools} tools` })),
      nothing: 'This daemon has no personas.',
      ...(block === undefined ? {} : { from: block }),
    });
    if (chosen === undefined) return;
    if (!stage)
      throw fail('invalid', 'command.no_stage', 'Put the cursor on a stage first: its persona can then be set.');
    await host.call('logseq.Editor.updateBlock', [stage.uuid, withPersona(stage.content, chosen)]);
  },
});

/** The stage that a block is, or is in. */
async function stageAround(
  host: Desk['host'],
  block: string,
): Promise<{ uuid: string; title: string; content: string } | undefined> {
  const page = await host.pageOf(block);
  const way = page === undefined ? undefined : wayTo((await host.tree(page)) ?? [], block);
  for (const { uuid, content } of (way ?? []).toReversed()) {
    const macro = readMacro(content.split('\n', 1)[0]!);
    if (macro?.role === 'stage' && uuid !== undefined) return { uuid, title: macro.title, content };
  }
  return undefined;
}

function wayTo(blocks: readonly PageBlock[], uuid: string): PageBlock[] | undefined {
  for (const block of blocks) {
    if (block.uuid === uuid) return [block];
    const below = wayTo(block.children, uuid);
    if (below) return [block, ...below];
  }
  return undefined;
}

/** A stage's text with another persona; everything else of it stays. */
export function withPersona(content: string, id: string): string {
  const lines = content.split('\n');
  const fence = fencesOf(content).find(({ language }) => language === 'yaml' || language === 'yml');
  if (!fence) return [lines[0], writeFence('yaml', `persona: ${id}`), ...lines.slice(1)].join('\n');
  const indent = ' '.repeat(fence.indent);
  const own = lines.findIndex((line, at) => at >= fence.line && at < fence.end - 1 && /^\s*persona\s*:/.test(line));
  if (own === -1) lines.splice(fence.line, 0, `${indent}persona: ${id}`);
  else lines[own] = `${indent}persona: ${id}`;
  return lines.join('\n');
}
