import { z } from 'zod';
import { fail, StagebookError } from '../../shared/failure.ts';
import { githubClient, parseRepository, talk, type GithubClient } from '../github/client.ts';
import { isMarked, isOfAnyStep, markedBody } from '../github/marker.ts';
import { pullNumber, repository, writeToken } from '../github/settings.ts';
import { verdict } from '../github/verdict.ts';
import { defineAction, type ActionContext } from './action.ts';

const input = z.strictObject({
  repository,
  token: writeToken('pull requests: write'),
  number: pullNumber,
  verdict: z.enum(['approve', 'request-changes', 'comment']),
  body: z.string().default(''),
  commit: z
    .string()
    .optional()
    .meta({ description: 'The head that was judged: where it is another by now, it is not approved.' }),
  own: z.enum(['refuse', 'comment']).default('refuse').meta({
    description:
      'Nobody can approve their own pull request on GitHub: then it fails, or says the verdict in a comment.',
  }),
});
const output = z.object({
  id: z.number(),
  url: z.string(),
  said: z.enum(['approve', 'request-changes', 'comment']).meta({ description: 'What GitHub counts it as.' }),
  already: z.boolean(),
});
type Input = z.infer<typeof input>;

const EVENTS = { approve: 'APPROVE', 'request-changes': 'REQUEST_CHANGES', comment: 'COMMENT' } as const;

export const githubReviewPullRequest = defineAction<Input, z.infer<typeof output>>({
  name: 'github.review_pull_request',
  summary: 'Reviews a pull request on GitHub: approves it, requests changes, or comments.',
  effect: 'write',
  input,
  output,
  settleMs: 15_000,
  async run(settings, context) {
    try {
      return await submit(settings, settings.verdict, context);
    } catch (error) {
      const isOwn = error instanceof StagebookError && /your own pull request/i.test(error.message);
      if (!isOwn || settings.own === 'refuse') throw error;
      context.log('The pull request is by the same account: the verdict is said in a comment.');
      const body = `**${settings.verdict === 'approve' ? 'Approved' : 'Changes requested'}**\n\n${settings.body}`;
      return submit({ ...settings, body }, 'comment', context);
    }
  },
  async verify(settings, context) {
    return verdict(async () => {
      const client = githubClient(context, settings.token);
      const pull = { ...parseRepository(settings.repository), pull_number: settings.number };
      const reviews = await client.paginate(client.rest.pulls.listReviews, { ...pull, per_page: 100 });
      const found = reviews.findLast((review) => isMarked(review.body, context));
      if (found && (isTakenBack(found, reviews) || isOfAnother(found, settings))) return undefined;
      return found && { id: found.id, url: found.html_url, said: saidAs(found.state), already: true };
    }, context);
  },
});

/**
 * Whether a verdict of an earlier time counts no more: dismissed on GitHub, or followed by another step's by the same account.
 * What the person of that account has said by hand since then is not answered for them.
 */
function isTakenBack(found: Review, reviews: readonly Review[]): boolean {
  const next = reviews
    .slice(reviews.indexOf(found) + 1)
    .findLast(({ user, state }) => user?.login === found.user?.login && state !== 'COMMENTED' && state !== 'PENDING');
  return found.state === 'DISMISSED' || (next !== undefined && isOfAnyStep(next.body));
}

type Review = { user: { login: string } | null; state: string; body: string; commit_id: string | null };

/** Whether it is an approval of another commit than is judged now. */
function isOfAnother({ commit_id: said }: Review, { verdict: wanted, commit }: Input): boolean {
  return wanted === 'approve' && commit !== undefined && said !== null && said !== commit;
}

async function submit(settings: Input, verdictSaid: Input['verdict'], context: ActionContext) {
  const client = githubClient(context, settings.token);
  const pull = { ...parseRepository(settings.repository), pull_number: settings.number };
  const judged = settings.commit === undefined ? undefined : await headAsJudged(client, settings, context);
  const { data } = await talk(context, () =>
    client.rest.pulls.createReview({
      ...pull,
      event: EVENTS[verdictSaid],
      body: markedBody(settings.body, context),
      // What is pushed while it is on its way is not covered by it.
      ...(judged === undefined ? {} : { commit_id: judged }),
    }),
  );
  return { id: data.id, url: data.html_url, said: verdictSaid, already: false };
}

/**
 * The commit that was judged, where it is the head still; undefined where it is not, for GitHub then takes the verdict only as
 * one on the pull request. Throws `github.pull_request_moved` when it was to be approved: nobody has looked at that head.
 */
async function headAsJudged(client: GithubClient, settings: Input, context: ActionContext) {
  const { data } = await talk(context, () =>
    client.rest.pulls.get({ ...parseRepository(settings.repository), pull_number: settings.number }),
  );
  if (data.head.sha === settings.commit) return settings.commit;
  if (settings.verdict !== 'approve') return undefined;
  throw fail(
    'conflict',
    'github.pull_request_moved',
    `Somebody has pushed to #${settings.number} (${data.html_url}): its head is ${data.head.sha.slice(0, 7)} by now, and ` +
      `${settings.commit?.slice(0, 7)} is what was judged. Nothing was approved. Look at what came, and judge it anew.`,
  );
}

function saidAs(state: string): Input['verdict'] {
  return state === 'APPROVED' ? 'approve' : state === 'CHANGES_REQUESTED' ? 'request-changes' : 'comment';
}
