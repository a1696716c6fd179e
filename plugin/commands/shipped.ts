import { fail } from '../../shared/failure.ts';
import type { Desk } from './command.ts';
import { hasTemplate, leaveEditing, makePage, makePageFromTemplate } from './page.ts';
import { startPage } from './start.ts';

/** Makes the page of a workflow that comes with Stagebook, or opens it where it is; gives its title. */
export async function insertShipped({ host, connection }: Desk, name: string): Promise<string> {
  // The block in which the command was typed is left alone from here on.
  await leaveEditing(host);
  const { title, blocks } = await connection.call('workflows.page', { name });
  // What a person made of it before is what they want.
  const own = await firstOf([title, name], (template) => hasTemplate(host, template));
  if (own === undefined) await makePage(host, title, blocks);
  else await makePageFromTemplate(host, title, own);
  return title;
}

/** The same, and asks for its inputs. Says what there is when it does not come with this Stagebook. */
export async function beginShipped(desk: Desk, name: string, block: string | undefined): Promise<void> {
  const items = await desk.connection.call('workflows.list', {});
  if (!items.some((item) => item.name === name)) {
    const there = items.map(({ title }) => title).join(', ');
    throw fail('not-found', 'command.no_workflow', `This daemon has no workflow “${name}” yet. There is: ${there}.`);
  }
  await startPage(desk, await insertShipped(desk, name), block);
}

async function firstOf(
  names: readonly string[],
  holds: (name: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const name of names) if (await holds(name)) return name;
  return undefined;
}
