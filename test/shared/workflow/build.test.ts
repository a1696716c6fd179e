import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { primitives } from '../../../daemon/primitives/index.ts';
import * as build from '../../../shared/workflow/build.ts';
import {
  check,
  gate,
  otherwise,
  parallel,
  retry,
  sequence,
  signOff,
  source,
  stage,
  step,
  undo,
  workflow,
} from '../../../shared/workflow/build.ts';
import { ROLES } from '../../../shared/workflow/definition.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import { printWorkflowText } from '../../../shared/workflow/print.ts';

describe('builders', () => {
  it('make the same data as a page [core.language.builders]', () => {
    const page = `- {{renderer :stagebook, workflow}} Nightly
  \`\`\`yaml
  inputs: { directory: { type: path } }
  \`\`\`
- ## {{renderer :stagebook, stage}} Prepare
  \`\`\`yaml
  persona: backend
  \`\`\`
	- {{renderer :stagebook, retry}} Push, three times at most
	  \`\`\`yaml
	  attempts: 3
	  backoff: { kind: exponential, initial: 2s, jitter: true }
	  \`\`\`
		- {{renderer :stagebook, step}} Push it
		  \`\`\`yaml
		  uses: git.push
		  with: { directory: "\${{ inputs.directory }}" }
		  \`\`\`
	- {{renderer :stagebook, sequence}}
	  \`\`\`yaml
	  id: both
	  \`\`\`
		- {{renderer :stagebook, step}} Lint
		  \`\`\`yaml
		  uses: shell.run
		  \`\`\`
		  \`\`\`bash
		  npm run lint
		  \`\`\`
			- {{renderer :stagebook, undo}}
				- {{renderer :stagebook, step}} Tidy
				  \`\`\`yaml
				  uses: shell.run
				  \`\`\`
	- {{renderer :stagebook, gate}} Good
		- {{renderer :stagebook, check}} Linted
		  \`\`\`yaml
		  that: 'has(steps.lint.output)'
		  \`\`\`
		- {{renderer :stagebook, sign-off}} Agreed
		- {{renderer :stagebook, otherwise}}
			- {{renderer :stagebook, step}} Tell
			  \`\`\`yaml
			  uses: page.append
			  \`\`\`
`;
    const built = workflow(
      'Nightly',
      { inputs: { directory: { type: 'path' } } },
      stage(
        'Prepare',
        { persona: 'backend' },
        retry(
          'Push, three times at most',
          { attempts: 3, backoff: { kind: 'exponential', initial: '2s', jitter: true } },
          step('Push it', { uses: 'git.push', with: { directory: '${{ inputs.directory }}' } }),
        ),
        sequence(
          { id: 'both' },
          step(
            'Lint',
            { uses: 'shell.run' },
            source('bash', 'npm run lint'),
            undo(step('Tidy', { uses: 'shell.run' })),
          ),
        ),
        gate(
          'Good',
          check('Linted', { that: 'has(steps.lint.output)' }),
          signOff('Agreed'),
          otherwise(step('Tell', { uses: 'page.append' })),
        ),
      ),
    );
    const parsed = parseWorkflowText(page);
    expect(parsed.problems).toEqual([]);
    expect(built).toEqual(parsed.definition);
    expect(printWorkflowText(built)).toBe(page);
  });

  it('exist for every role of a program [core.language.builders]', () => {
    const names: Record<string, string> = { 'sign-off': 'signOff', case: 'routeCase' };
    const program = ROLES.filter((role) => role !== 'persona' && role !== 'claim');
    expect(
      Object.keys(build)
        .filter((name) => name !== 'source')
        .toSorted(),
    ).toEqual(program.map((role) => names[role] ?? role).toSorted());
    expect(program.every((role) => primitives.has(role))).toBe(true);
  });

  it('leave out what is undefined', () => {
    const timeout = undefined as unknown as '5m';
    expect(step('A', { uses: 'a.b', timeout }).settings).toEqual({ uses: 'a.b' });
  });

  it.each([
    ['no title and no id', () => parallel({ id: '' })],
    ['a title that gives none', () => gate('完了')],
    ['an id that is none', () => step('A', { id: 'Not-One', uses: 'a.b' })],
  ])('refuse %s [core.language.ids]', (_name, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'build.id' }));
  });

  it.each(['two\nlines', 'a {{renderer :stagebook, step}} b'])(
    'refuse the title %j, which no page can have',
    (title) => {
      expect(() => sequence(title)).toThrow(expect.objectContaining({ code: 'build.title' }));
    },
  );

  it('make what a page can say, whatever the title [core.language.builders]', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (title) => {
        let built;
        try {
          built = workflow('W', stage(title, { persona: 'p' }));
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^build\./);
          return;
        }
        expect(parseWorkflowText(printWorkflowText(built)).definition).toEqual(built);
      }),
    );
  });
});
