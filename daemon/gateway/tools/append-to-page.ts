import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { postOf } from '../conversation.ts';
import { defineTool } from '../tool.ts';

/** A block at the end of a page, through the writer: it stays what a person makes of it. */
export const appendToPage = defineTool({
  name: 'append_to_page',
  description: 'Add blocks at the end of a page of the graph. They are plain Markdown: no macro in them runs.',
  effect: 'write',
  needs: 'stage',
  action: 'page.append',
  input: z.strictObject({ page: z.string().min(1).max(255), content: z.string().trim().min(1).max(20_000) }),
  async run({ page, content }, conversation) {
    const { run } = postOf(conversation);
    const { pages, redact } = conversation.means;
    const written = await pages(run).append(page, redact(content), `agent/${randomUUID()}`);
    return { page: written.page, queued: true };
  },
});
