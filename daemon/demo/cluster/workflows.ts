import type { JsonObject } from '../../../shared/json.ts';
import type { Definition, Node, Role } from '../../../shared/workflow/definition.ts';

function node(role: Role, id: string, title: string, settings: JsonObject = {}, ...children: Node[]): Node {
  return { role, id, title, settings, children };
}

/** One effect on the counterpart, and a look whether it happened. */
function act(id: string, title: string): Node {
  const entry = `${id}-\${{ run.id }}`;
  const directory = '${{ inputs.directory }}';
  const command = ['sh', 'do.sh', 'entries', entry];
  const verify = ['sh', 'look.sh', 'entries', entry];
  return node('step', id, title, { uses: 'deploy.command', with: { directory, command, verify } });
}

function workflow(title: string, ...body: Node[]): Definition {
  const inputs = { directory: { type: 'string' } };
  const line = { page: 'Cluster', content: `${title} \${{ run.id }} is over` };
  const tell = node('step', 'tell', 'Write it down', { uses: 'page.append', with: line });
  const stage = node('stage', 'work', 'Work', { persona: 'devops' }, ...body, tell);
  return { language: 1, header: node('workflow', 'workflow', title, { inputs }), body: [stage] };
}

/** A release in short: two things side by side, a person's agreement, two effects that cannot be taken back. */
export const release: Definition = workflow(
  'Short release',
  node('parallel', 'both', 'Prepare', {}, act('build', 'Build'), act('stage', 'Put on staging')),
  node('gate', 'ship', 'Ship it?', {}, node('sign-off', 'agreed', 'Agreed')),
  act('publish', 'Publish'),
  act('tag', 'Tag'),
);

/** An incident in short: three things side by side, a person's decision, a change to the running system, a pause, a message. */
export const incident: Definition = workflow(
  'Short incident',
  node('parallel', 'looks', 'Look', {}, act('metrics', 'Metrics'), act('logs', 'Logs'), act('traces', 'Traces')),
  node('ask', 'decide', 'Roll back?', { question: 'Roll back?', options: ['yes', 'no'] }),
  act('roll_back', 'Roll back'),
  node('wait', 'settle', 'Let it settle', { for: '1s' }),
  act('owner', 'Tell the owner'),
);
