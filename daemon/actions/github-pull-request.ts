import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fail, type StagebookError } from '../../shared/failure.ts';
import { githubClient, lookUp, parseRepository, talk, type GithubClient } from '../github/client.ts';
import { isMarked, markedBody } from '../github/marker.ts';
import { pullNumber, readToken, repository, writeToken } from '../github/settings.ts';
import { verdict } from '../github/verdict.ts';
import { defineAction, type ActionContext } from './action.ts';

const token = writeToken('pull requests: write');

const createInput = z.strictObject({
  repository,
  token,
  title: z.string().min(1),
  body: z.string().default(''),
  head: z.string().min(1).meta({ description: 'The branch with the changes; owner:branch for one of a fork.' }),
  base: z.string().min(1).meta({ description: 'The branch they are for.' }),
  template: z
    .boolean()
    .default(false)
    .meta({ description: 'The repository’s own template for pull requests follows the body, where it has one.' }),
  draft: z.boolean().default(false),
  labels: z.array(z.string()).default([]),
});
const createOutput = z.object({ number: z.number(), url: z.string(), head_commit: z.string(), already: z.boolean() });

export const githubCreatePullRequest = defineAction<z.infer<typeof createInput>, z.infer<typeof createOutput>>({
  name: 'github.create_pull_request',
  summary: 'Opens a pull request on GitHub.',
  effect: 'write',
  input: createInput,
  output: createOutput,
  settleMs: 15_000,

  async run(input, context) {
    const client = githubClient(context, input.token);
    const where = parseRepository(input.repository);
    // An earlier try may have ended between opening it and its labels.
    const earlier = await ours(client, input, context);
    if (earlier?.state === 'closed' && !earlier.merged_at) throw closed(earlier);
    const { title, head, base, draft, labels } = input;
    const write = async () => {
      const text = [input.body, input.template ? await templateOf(client, input, context) : ''].filter(Boolean);
      return markedBody(withDigests(text.join('\n\n'), input.body), context);
    };
    const open = async () => {
      const body = await write();
      return (await talk(context, () => client.rest.pulls.create({ ...where, title, head, base, draft, body }))).data;
    };
    const renew = async (pull: Found) => {
      const body = await write();
      const { data } = await talk(context, () =>
        client.rest.pulls.update({ ...where, pull_number: pull.number, body }),
      );
      return data;
    };
    const pull = !earlier ? await open() : isOutdated(earlier, input) ? await renew(earlier) : earlier;
    if (labels.length > 0) {
      await talk(context, () => client.rest.issues.addLabels({ ...where, issue_number: pull.number, labels }));
    }
    return { number: pull.number, url: pull.html_url, head_commit: pull.head.sha, already: earlier !== undefined };
  },

  async verify(input, context) {
    return verdict(async () => {
      const found = await ours(githubClient(context, input.token), input, context);
      const labelled = found && input.labels.every((label) => found.labels.some(({ name }) => name === label));
      if (!found || !labelled || isOutdated(found, input)) return undefined;
      if (found.state === 'closed' && !found.merged_at) return undefined;
      return { number: found.number, url: found.html_url, head_commit: found.head.sha, already: true };
    }, context);
  },
});

type Found = NonNullable<Awaited<ReturnType<typeof ours>>>;

/**
 * Whether it tells of an earlier time of the step, such as results that are others by now. What a person has written into it
 * stays as it is.
 */
function isOutdated({ body, state }: Found, input: z.infer<typeof createInput>): boolean {
  const [, given, whole] = DIGESTS.exec(body ?? '') ?? [];
  const text = (body ?? '').slice(0, DIGESTS.exec(body ?? '')?.index);
  return state === 'open' && whole === digestOf(text) && given !== digestOf(input.body);
}

/** By which a later try knows what it wrote from what a person did: the text that it was given, and all above this line. */
function withDigests(text: string, given: string): string {
  return `${text.trimEnd()}\n\n<!-- stagebook-text:${digestOf(given)}:${digestOf(text)} -->`.trimStart();
}

const DIGESTS = /<!-- stagebook-text:([0-9a-f]+):([0-9a-f]+) -->/;

/** GitHub's own editor ends lines in its own way. */
function digestOf(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n').trim()).digest('hex').slice(0, 16);
}

function closed({ number, html_url: url }: { number: number; html_url: string }): StagebookError {
  return fail(
    'conflict',
    'github.pull_request_closed',
    `Somebody has closed the pull request #${number} (${url}). Reopen it on GitHub, then go on where it stopped.`,
  );
}

/** Where GitHub looks for a template. */
const TEMPLATES = ['.github', '', 'docs'].flatMap((folder) =>
  ['pull_request_template.md', 'PULL_REQUEST_TEMPLATE.md'].map((name) => (folder ? `${folder}/${name}` : name)),
);

async function templateOf(client: GithubClient, input: z.infer<typeof createInput>, context: ActionContext) {
  for (const path of TEMPLATES) {
    const where = { ...parseRepository(input.repository), path, ref: input.base };
    const found = await lookUp(context, () => client.rest.repos.getContent(where));
    if (found && !Array.isArray(found) && found.type === 'file') {
      return Buffer.from(found.content, 'base64').toString('utf8').trim();
    }
  }
  return '';
}

/** The pull request that an earlier try of this step opened, among the newest hundred for its base. */
async function ours(client: GithubClient, input: z.infer<typeof createInput>, context: ActionContext) {
  const { data } = await talk(context, () =>
    client.rest.pulls.list({ ...parseRepository(input.repository), state: 'all', base: input.base, per_page: 100 }),
  );
  return data.find((pull) => isMarked(pull.body, context));
}

const readInput = z.strictObject({ repository, token: readToken, number: pullNumber });
const readOutput = z.object({
  number: z.number(),
  url: z.string(),
  state: z.enum(['open', 'merged', 'closed']),
  draft: z.boolean(),
  head_commit: z.string(),
  merge_commit: z.string().nullable().meta({ description: 'Of a merged one.' }),
  mergeable: z.boolean().nullable().meta({ description: 'Null while GitHub works it out.' }),
  approved: z
    .boolean()
    .meta({ description: 'Somebody approved, and nobody whose last word is a request for changes.' }),
  approvals: z.array(z.string()).meta({ description: 'Whose last word is an approval.' }),
  changes_requested: z.array(z.string()).meta({ description: 'Whose last word is a request for changes.' }),
});

export const githubReadPullRequest = defineAction<z.infer<typeof readInput>, z.infer<typeof readOutput>>({
  name: 'github.read_pull_request',
  summary: 'Reads a pull request on GitHub: its state, what reviewers said last, whether it can be merged.',
  effect: 'read',
  taints: true,
  input: readInput,
  output: readOutput,
  async run(input, context) {
    const client = githubClient(context, input.token);
    const pull = { ...parseRepository(input.repository), pull_number: input.number };
    const [{ data }, reviews] = await talk(context, () =>
      Promise.all([
        client.rest.pulls.get(pull),
        client.paginate(client.rest.pulls.listReviews, { ...pull, per_page: 100 }),
      ]),
    );
    const last = lastWords(reviews);
    const whose = (word: string) => [...last].filter(([, said]) => said === word).map(([who]) => who);
    const [approvals, changesRequested] = [whose('APPROVED'), whose('CHANGES_REQUESTED')];
    return {
      number: data.number,
      url: data.html_url,
      state: data.merged ? 'merged' : data.state === 'closed' ? 'closed' : 'open',
      draft: data.draft ?? false,
      head_commit: data.head.sha,
      merge_commit: data.merged ? data.merge_commit_sha : null,
      mergeable: data.mergeable,
      approved: approvals.length > 0 && changesRequested.length === 0,
      approvals,
      changes_requested: changesRequested,
    };
  },
});

/** What each reviewer decided last. A comment takes no decision back; a dismissal does. */
function lastWords(reviews: readonly { user: { login: string } | null; state: string }[]): Map<string, string> {
  const last = new Map<string, string>();
  for (const { user, state } of reviews)
    if (user && state !== 'COMMENTED' && state !== 'PENDING') last.set(user.login, state);
  return last;
}

const askInput = z.strictObject({
  repository,
  token,
  number: pullNumber,
  reviewers: z.array(z.string()).default([]),
  teams: z.array(z.string()).default([]),
});
const askOutput = z.object({ number: z.number(), reviewers: z.array(z.string()) });

export const githubRequestReviews = defineAction<z.infer<typeof askInput>, z.infer<typeof askOutput>>({
  name: 'github.request_reviews',
  summary: 'Asks people and teams to review a pull request on GitHub.',
  effect: 'repeatable',
  input: askInput,
  output: askOutput,
  async run(input, context) {
    const client = githubClient(context, input.token);
    const { data } = await talk(context, () =>
      client.rest.pulls.requestReviewers({
        ...parseRepository(input.repository),
        pull_number: input.number,
        reviewers: input.reviewers,
        team_reviewers: input.teams,
      }),
    );
    return { number: input.number, reviewers: (data.requested_reviewers ?? []).map(({ login }) => login) };
  },
});
