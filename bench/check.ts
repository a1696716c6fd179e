import { actions } from '../daemon/actions/index.ts';
import { catalogueOf } from '../daemon/engine/compile.ts';
import { primitives } from '../daemon/primitives/index.ts';
import { checkWorkflow } from '../shared/workflow/check.ts';
import { parseWorkflowText } from '../shared/workflow/parse.ts';
import type { Bench } from './bench.ts';
import { median, round, timed } from './statistics.ts';

export const check: Bench = {
  name: 'check',
  summary: 'A page read and checked: actions, settings, scope and types of every expression',
  async run() {
    const catalogue = catalogueOf(
      { primitives, actions: new Map(actions.map((action) => [action.name, action])) },
      new Map([['bench', { id: 'bench', actions: ['*'], secrets: ['TOKEN'] }]]),
    );
    const checked = (nodes: number, salt: string): Promise<number> => {
      const page = pageOf(nodes, salt);
      return timed(() => {
        const parsed = parseWorkflowText(page);
        const [problem] = checkWorkflow(parsed, catalogue);
        if (problem) throw new Error(`line ${problem.place.line}: ${problem.message}`);
      });
    };
    const first = await checked(1_000, 'first');
    const times: Record<number, number[]> = { 1_000: [], 4_000: [] };
    for (let n = 0; n < 5; n++) {
      for (const nodes of [1_000, 4_000]) times[nodes]!.push(await checked(nodes, `n${n}`));
    }
    const [one, four] = [median(times[1_000]!), median(times[4_000]!)];
    return [
      { what: '1,000 nodes, the first time in a process', value: round(first), unit: 'ms' },
      { what: '1,000 nodes [core.language.bench]', value: round(one), unit: 'ms', target: { atMost: 250 } },
      { what: '4,000 nodes', value: round(four), unit: 'ms' },
      {
        what: 'four times the nodes, each to each [core.language.bench]',
        value: round(four / 4 / one, 2),
        unit: '×',
        target: { atMost: 1.5 },
      },
    ];
  },
};

/** Nodes of one part of the page below. */
const PART = 10;

/** A page of about so many nodes. No two of its expressions are the same, so that none is known from before. */
function pageOf(nodes: number, salt: string): string {
  const parts = Array.from({ length: Math.round((nodes - 2) / PART) }, (_, n) => part(`${salt} ${n}`, `${salt}_${n}`));
  return `- {{renderer :stagebook, workflow}} Bench
  \`\`\`yaml
  inputs: { directory: { type: path }, coverage: { type: number, default: 80 } }
  \`\`\`
- {{renderer :stagebook, stage}} Work
  \`\`\`yaml
  persona: bench
  \`\`\`
${parts.join('')}`;
}

const part = (title: string, id: string): string => `	- {{renderer :stagebook, sequence}} Part ${title}
		- {{renderer :stagebook, step}} Read ${title}
		  \`\`\`yaml
		  uses: version.read
		  with: { directory: "\${{ inputs.directory + '/${id}' }}" }
		  \`\`\`
		- {{renderer :stagebook, parallel}} Both ${title}
			- {{renderer :stagebook, retry}} Again ${title}
			  \`\`\`yaml
			  attempts: 3
			  backoff: { kind: exponential, initial: 2s, max: 30s, jitter: true }
			  \`\`\`
				- {{renderer :stagebook, step}} Tests ${title}
				  \`\`\`yaml
				  uses: test.run
				  with: { directory: "\${{ inputs.directory }}", command: [npm, test, "\${{ steps.read_${id}.output.version }}"] }
				  \`\`\`
			- {{renderer :stagebook, step}} Status ${title}
			  \`\`\`yaml
			  uses: git.status
			  with: { directory: "\${{ inputs.directory }}" }
			  remember: { branch_${id}: "\${{ output.branch }}" }
			  \`\`\`
		- {{renderer :stagebook, gate}} Good ${title}
			- {{renderer :stagebook, check}} Coverage ${title}
			  \`\`\`yaml
			  that: 'steps.tests_${id}.output.ok && steps.tests_${id}.output.coverage >= inputs.coverage'
			  \`\`\`
			- {{renderer :stagebook, check}} Branch ${title}
			  \`\`\`yaml
			  that: 'steps.status_${id}.output.clean && memory.branch_${id}.matches("^release/")'
			  \`\`\`
		- {{renderer :stagebook, wait}} Wait ${title}
		  \`\`\`yaml
		  for: 30s
		  \`\`\`
`;
