import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { fail } from '../../../shared/failure.ts';
import { postOf } from '../conversation.ts';
import { graphOf } from '../graph-of.ts';
import { pageText } from '../page-text.ts';
import { defineTool } from '../tool.ts';

/** An edit that a person may make: it is written below the page's text as a proposal, and changes nothing of it. */
export const proposeEdit = defineTool({
  name: 'propose_edit',
  description:
    'Propose to replace a passage of a page. It is added to the page as a proposal for people; the passage stays.',
  effect: 'write',
  needs: 'stage',
  action: 'page.append',
  input: z.strictObject({
    page: z.string().min(1).max(255),
    passage: z.string().min(1).max(10_000).meta({ description: 'As it stands on the page, in one place only.' }),
    replacement: z.string().max(10_000),
    why: z.string().trim().min(1).max(1_000),
  }),
  async run({ page, passage, replacement, why }, conversation) {
    const { run } = postOf(conversation);
    const { pages, redact } = conversation.means;
    const found = await (await graphOf(conversation)).read(page);
    const places = found ? pageText(found).split(passage).length - 1 : 0;
    if (!found || places !== 1) {
      const trouble = found
        ? `stands on “${page}” ${places} times; give one that stands there once`
        : `cannot be found: there is no page “${page}”`;
      throw fail('invalid', 'agent.passage', `The passage ${trouble}.`);
    }
    const content = [
      `- Proposed by ${conversation.by.name}: ${why.replace(/\s+/g, ' ')}`,
      `\t- Instead of\n${fenced(passage)}`,
      `\t- write\n${fenced(replacement)}`,
    ].join('\n');
    const written = await pages(run).append(found.name, redact(content), `agent/${randomUUID()}`);
    return { page: written.page, proposed: true };
  },
});

/** A fence that nothing in the text can end. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...text.split('\n'), fence].map((line) => `\t  ${line}`).join('\n');
}
