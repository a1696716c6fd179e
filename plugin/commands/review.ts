import { defineCommand } from './command.ts';
import { leaveEditing, openPage } from './page.ts';

/** A large graph that is reviewed for the first time through Logseq is read page by page. */
const PATIENCE_MS = 10 * 60_000;

/**
 * Reviews this graph: the daemon writes the page `Review/<date>`, which is opened. Each fix on it is looked at and made in the
 * panel, by a person.
 */
export const review = defineCommand({
  key: 'review',
  label: 'Stagebook: review this graph',
  slash: 'Review',
  async run({ host, connection }) {
    // The block in which the command was typed is left alone from here on.
    await leaveEditing(host);
    const { id: graph } = await host.graph();
    host.ui.message('Stagebook reviews this graph…', 'success');
    const { page } = await connection.call('review.page', { graph }, PATIENCE_MS);
    if (page !== null) return openPage(host, page);
    host.ui.message('You deleted today’s page of the review, so it is not made again.', 'warning');
  },
});
