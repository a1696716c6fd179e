import { afterEach, describe, expect, it } from 'vitest';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { taggedPages } from '../../../daemon/graph/tagged.ts';
import { SimulatedClock } from '../../../daemon/scenarios/simulated-clock.ts';
import { startByTags, type Tagged } from '../../../daemon/triggers/page-triggers.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import { createKeptFolder, type KeptFolder } from './kept-folder.ts';

const PAGE = `- {{renderer :stagebook, workflow}} On approval
  \`\`\`yaml
  inputs: { subject: { type: string } }
  triggers: [{ page: approved, inputs: { subject: "\${{ alert.page }}" } }]
  \`\`\`
- {{renderer :stagebook, stage}} Work
  \`\`\`yaml
  persona: tester
  \`\`\`
	- {{renderer :stagebook, step}} Publish
	  \`\`\`yaml
	  uses: act.write
	  with: { name: publish }
	  \`\`\`
`;

describe('a page that gets a tag', () => {
  let here: KeptFolder;
  afterEach(() => here.remove());

  it('starts the trusted workflow that waits for it, once; a page that had it before starts none [review.trigger.page]', async () => {
    here = await createKeptFolder();
    const { write, test } = here;
    write('On approval', PAGE);
    write('Old', 'tags:: approved, other\n\n- x\n');
    /** What all runs so far were started about, a minute later. */
    const minute = async (): Promise<unknown[]> => {
      await here.minute();
      return test.engine.list().map(({ run }) => test.engine.state(run).inputs.subject);
    };
    await here.keep();
    // Nobody trusts it yet.
    write('Early', '- #approved\n');
    expect(await minute()).toEqual([]);
    expect(here.problems).toHaveLength(1);

    await here.trust(PAGE);
    expect(await minute()).toEqual([]);
    write('Plan', 'tags:: [[approved]]\n\n- x\n');
    write('Talk', '- about `#approved` and #approvedly\n');
    expect(await minute()).toEqual(['Plan']);
    expect(await minute()).toEqual(['Plan']);
    write('Plan', '- x\n');
    await minute();
    write('Plan', '- #Approved x\n');
    expect(await minute()).toEqual(['Plan', 'Plan']);
    expect(here.problems).toHaveLength(1);
    const graph = await openFolder(here.folder);
    const { pages } = await taggedPages(graph, 'approved');
    expect(pages.map(({ name }) => name).toSorted()).toEqual(['Early', 'Old', 'Plan']);
    await graph.close();
  });
});

it.each([
  ['had it before', [['Plan'], []], [[], ['Plan']], [['Plan'], []], []],
  ['could not be read when somebody began to listen', [[], ['Plan']], [['Plan'], []], [['Plan'], []], []],
  ['could not be read, and had it not before', [[], []], [[], ['Plan']], [['Plan'], []], ['Plan']],
] as [string, ...[string[], string[]][], string[]][])(
  'a page that cannot be read for a moment has neither lost its tag nor got it: one that %s [review.trigger.unread]',
  async (_, ...given) => {
    const started = given.pop() as string[];
    const marks = new Map<string, string[]>();
    const names: unknown[] = [];
    for (const [pages, unread] of given as [string[], string[]][]) {
      const tagged: Tagged = { pages: pages.map((name) => ({ name, properties: {} })), unread };
      await startByTags([{ hash: 'h', definition: parseWorkflowText(PAGE).definition!, graph: 'g' }], {
        engine: { trusted: () => true, start: ({ inputs }) => Promise.resolve(`run ${names.push(inputs.subject)}`) },
        clock: new SimulatedClock(),
        tagged: () => Promise.resolve(tagged),
        marks: { get: (name) => marks.get(name), set: (name, all) => Promise.resolve(void marks.set(name, all)) },
        onProblem: (_title, error) => {
          throw error as Error;
        },
      });
    }
    expect(names).toEqual(started);
  },
);
