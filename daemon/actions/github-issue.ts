import { z } from 'zod';
import { githubClient, parseRepository, talk } from '../github/client.ts';
import { isMarked, markedBody } from '../github/marker.ts';
import { repository, writeToken } from '../github/settings.ts';
import { verdict } from '../github/verdict.ts';
import { defineAction } from './action.ts';

const token = writeToken('issues: write');

const issueInput = z.strictObject({
  repository,
  token,
  title: z.string().min(1),
  body: z.string().default(''),
  labels: z.array(z.string()).default([]),
});
const issueOutput = z.object({
  number: z.number(),
  url: z.string(),
  already: z.boolean().meta({ description: 'An earlier try of this step had opened it.' }),
});
type IssueOutput = z.infer<typeof issueOutput>;

export const githubCreateIssue = defineAction<z.infer<typeof issueInput>, IssueOutput>({
  name: 'github.create_issue',
  summary: 'Opens an issue on GitHub.',
  effect: 'write',
  input: issueInput,
  output: issueOutput,
  settleMs: 15_000,

  async run(input, context) {
    const client = githubClient(context, input.token);
    const { data } = await talk(context, () =>
      client.rest.issues.create({
        ...parseRepository(input.repository),
        title: input.title,
        body: markedBody(input.body, context),
        labels: input.labels,
      }),
    );
    return { number: data.number, url: data.html_url, already: false };
  },

  async verify(input, context) {
    return verdict(async () => {
      const client = githubClient(context, input.token);
      // Listed, not searched: GitHub's search finds a new issue only after a while.
      const { data } = await client.rest.issues.listForRepo({
        ...parseRepository(input.repository),
        state: 'all',
        sort: 'created',
        direction: 'desc',
        per_page: 100,
      });
      const found = data.find((issue) => isMarked(issue.body, context));
      return found && { number: found.number, url: found.html_url, already: true };
    }, context);
  },
});

const commentInput = z.strictObject({ repository, token, number: z.int().positive(), body: z.string().min(1) });
const commentOutput = z.object({ id: z.number(), url: z.string(), already: z.boolean() });

export const githubComment = defineAction<z.infer<typeof commentInput>, z.infer<typeof commentOutput>>({
  name: 'github.comment',
  summary: 'Comments on an issue or pull request on GitHub.',
  effect: 'write',
  input: commentInput,
  output: commentOutput,
  settleMs: 15_000,

  async run(input, context) {
    const client = githubClient(context, input.token);
    const { data } = await talk(context, () =>
      client.rest.issues.createComment({
        ...parseRepository(input.repository),
        issue_number: input.number,
        body: markedBody(input.body, context),
      }),
    );
    return { id: data.id, url: data.html_url, already: false };
  },

  async verify(input, context) {
    return verdict(async () => {
      const client = githubClient(context, input.token);
      const comments = await client.paginate(client.rest.issues.listComments, {
        ...parseRepository(input.repository),
        issue_number: input.number,
        per_page: 100,
      });
      const found = comments.find((comment) => isMarked(comment.body, context));
      return found && { id: found.id, url: found.html_url, already: true };
    }, context);
  },
});

const updateInput = z.strictObject({
  repository,
  token,
  number: z.int().positive(),
  state: z.enum(['open', 'closed']).optional(),
  labels: z.array(z.string()).default([]).meta({ description: 'Labels to add; those that are there stay.' }),
});
const updateOutput = z.object({ number: z.number(), url: z.string(), state: z.string(), labels: z.array(z.string()) });

export const githubUpdateIssue = defineAction<z.infer<typeof updateInput>, z.infer<typeof updateOutput>>({
  name: 'github.update_issue',
  summary: 'Closes, reopens or labels an issue or pull request on GitHub.',
  effect: 'repeatable',
  input: updateInput,
  output: updateOutput,
  async run({ number, state, labels, ...input }, context) {
    const client = githubClient(context, input.token);
    const issue = { ...parseRepository(input.repository), issue_number: number };
    if (labels.length > 0) await talk(context, () => client.rest.issues.addLabels({ ...issue, labels }));
    const { data } = await talk(context, () =>
      state === undefined ? client.rest.issues.get(issue) : client.rest.issues.update({ ...issue, state }),
    );
    const names = data.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? '')));
    return { number, url: data.html_url, state: data.state, labels: names };
  },
});
