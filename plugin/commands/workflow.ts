import type { Choice } from '../main-ui/chooser.ts';
import { defineCommand, type Desk } from './command.ts';
import { turnOutline, workflowUnder } from './outline.ts';
import { leaveEditing, openPage } from './page.ts';
import { insertShipped } from './shipped.ts';
import { startPage } from './start.ts';
import { workflowPages } from './workflow-pages.ts';

type Act = Choice & { act(): void | Promise<void> };

/** Everything that can be done with workflows here: run this one, insert or open one, make one of the outline. */
export const workflow = defineCommand({
  key: 'workflow',
  label: 'Stagebook: workflows',
  slash: 'Workflow',
  menu: true,
  async run(desk, block) {
    const acts = await actsFor(desk, block);
    const chosen = await desk.mainUi.choose({
      title: 'Workflows',
      choices: acts.map(({ id, label, detail }) => ({ id, label, ...(detail === undefined ? {} : { detail }) })),
      nothing: 'No workflow is there.',
      ...(block === undefined ? {} : { from: block }),
    });
    await acts.find(({ id }) => id === chosen)?.act();
  },
});

async function actsFor(desk: Desk, block: string | undefined): Promise<Act[]> {
  const { host, connection } = desk;
  await leaveEditing(host);
  const here = (block === undefined ? undefined : await host.pageOf(block)) ?? (await host.currentPage());
  const online = connection.status.is === 'online';
  const [pages, shipped, made] = await Promise.all([
    workflowPages(host),
    online ? connection.call('workflows.list', {}) : [],
    block === undefined ? undefined : workflowUnder(host, block),
  ]);
  const acts: Act[] = [];
  if (here !== undefined && pages.includes(here)) {
    acts.push({
      id: 'run',
      label: `Run “${here}”`,
      detail: 'The workflow on this page',
      act: () => startPage(desk, here, block),
    });
  }
  if (made) {
    acts.push({
      id: 'outline',
      label: `Turn “${made.title}” into a workflow`,
      detail: 'On a page of its own; the outline stays',
      act: () => turnOutline(desk, block),
    });
  }
  for (const { name, title, description } of shipped) {
    const there = pages.includes(title);
    acts.push({
      id: `shipped ${name}`,
      label: title,
      detail: there ? 'Open its page' : description,
      act: async () => void (await insertShipped(desk, name)),
    });
  }
  const titles = new Set(shipped.map(({ title }) => title));
  for (const page of pages) {
    if (!titles.has(page) && page !== here) {
      acts.push({
        id: `page ${page}`,
        label: page,
        detail: 'Open this page of the graph',
        act: () => openPage(host, page),
      });
    }
  }
  return acts;
}
