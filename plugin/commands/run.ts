import { fail } from '../../shared/failure.ts';
import { defineCommand } from './command.ts';
import { startPage } from './start.ts';

/** Proposes to run the workflow of the page that one is on. */
export const run = defineCommand({
  key: 'run',
  label: 'Stagebook: run the workflow on this page',
  async run(desk, block) {
    const { host } = desk;
    const page = (block === undefined ? undefined : await host.pageOf(block)) ?? (await host.currentPage());
    if (page === undefined) throw fail('invalid', 'command.no_page', 'Open the page of a workflow first.');
    await startPage(desk, page, block);
  },
});
