import { fail } from '../../shared/failure.ts';
import type { PageBlock } from '../../shared/protocol/calls/pages.ts';
import { workflowFromOutline } from '../../shared/workflow/from-outline.ts';
import { defineCommand, type Desk } from './command.ts';
import { isWritten, leaveEditing, makePage } from './page.ts';

/** Makes a page with a workflow of the outline under a block. What it was made from stays as it is. */
export const outline = defineCommand({
  key: 'outline',
  label: 'Stagebook: turn this outline into a workflow',
  menu: true,
  run: turnOutline,
});

export async function turnOutline({ host }: Desk, block: string | undefined): Promise<void> {
  await leaveEditing(host);
  const made = block === undefined ? undefined : await workflowUnder(host, block);
  if (!made) {
    throw fail(
      'invalid',
      'command.no_outline',
      'Put the cursor on a block with an outline under it: headings become stages, items questions, checkboxes gates.',
    );
  }
  await makePage(host, await freeTitle(host, made.title), made.blocks);
}

/** Whether there is an outline under a block that can be turned. */
export async function workflowUnder(
  host: Desk['host'],
  block: string,
): Promise<ReturnType<typeof workflowFromOutline>> {
  const page = await host.pageOf(block);
  const found = page === undefined ? undefined : find((await host.tree(page)) ?? [], block);
  return found && workflowFromOutline(found);
}

function find(blocks: readonly PageBlock[], uuid: string): PageBlock | undefined {
  for (const block of blocks) {
    const found = block.uuid === uuid ? block : find(block.children, uuid);
    if (found) return found;
  }
  return undefined;
}

/** A title that is no page yet. What a name of a page cannot have is left out. */
async function freeTitle(host: Desk['host'], title: string): Promise<string> {
  const stem =
    title
      .replace(/[/\\#[\]^|:]+/g, ' ')
      .replace(/\s+/g, ' ')
      .trim() || 'Workflow';
  let name = stem;
  for (let count = 2; await isWritten(host, name); count += 1) name = `${stem} ${count}`;
  return name;
}
