import { isObject, type Json } from '../../shared/json.ts';
import { assumedText } from '../../shared/run/assumed.ts';
import type { GateState, NodeState, RunState } from '../../shared/run/state.ts';
import type { DocBlock } from '../pages/page.ts';
import { table } from './table.ts';
import { code, plain } from './text.ts';
import { zoned } from './times.ts';

/** The gates of a run that were reached, in order. */
export function gatesOf(state: RunState): (NodeState & { gate: GateState })[] {
  return [...state.nodes.values()].filter((node): node is NodeState & { gate: GateState } => node.gate !== undefined);
}

/** A gate as a block: its requirements with the value seen, the result and who signed, and how each was decided. */
export function gateBlock(node: NodeState & { gate: GateState }, zone: string, prefix = ''): DocBlock {
  const { gate } = node;
  const rows = [...checkRows(gate), ...signOffRows(gate, zone)];
  const content = [
    `${plain(node.title ?? node.key)} — **${gateStatus(gate)}**${gate.why ? `: ${plain(gate.why)}` : ''}`,
    table(['Requirement', 'Value', 'Result', 'Signed by'], rows),
  ].join('\n');
  const key = `${prefix}gate/${node.key}`;
  const evidence = gate.checks.map((check) => ({
    key: `${key}/${check.id}`,
    content: `${plain(check.title)}: ${code(check.that)}`,
  }));
  if (evidence.length === 0) return { key, content };
  const how: DocBlock = { key: `${key}/how`, content: 'How each was decided', collapsed: true, children: evidence };
  return { key, content, children: [how] };
}

function gateStatus(gate: GateState): 'passed' | 'rejected' | 'waiting' | 'not asked' {
  if (gate.assumed && gate.passed !== false) return 'not asked';
  return gate.passed === undefined ? 'waiting' : gate.passed ? 'passed' : 'rejected';
}

/** Who agreed, at any gate, each once. */
export function approvers(state: RunState): string[] {
  return [...new Set(gatesOf(state).flatMap(({ gate }) => gate.signatures.map(({ signature }) => signature.person)))];
}

/** What a requirement saw: a single value bare, several with their names. */
function seen(value: Json): string {
  if (!isObject(value)) return bare(value);
  const entries = Object.entries(value);
  if (entries.length === 1) return bare(entries[0]![1]);
  return entries.map(([name, one]) => `${name} = ${bare(one)}`).join(', ');
}

const bare = (value: Json): string =>
  value === '' || (Array.isArray(value) && value.length === 0)
    ? 'nothing'
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);

function checkRows(gate: GateState): string[][] {
  return gate.checks.map((check) => [
    plain(check.title),
    check.error ? `not known: ${plain(check.error)}` : plain(seen(check.saw), 200),
    assumedText(check) ?? (check.held ? '✓ held' : '✗ not held'),
    '–',
  ]);
}

function signOffRows(gate: GateState, zone: string): string[][] {
  return gate.signOffs.map(({ id, title, people }) => {
    const agreed = gate.signatures.filter(({ signOff }) => signOff === id);
    const refused = gate.refusals.filter(({ signOff }) => signOff === id);
    const who = [...agreed, ...refused].map(
      ({ signature }) => `${plain(signature.person)}, ${zoned(signature.at, zone)}`,
    );
    const result = refused.length > 0 ? '✗ refused' : agreed.length >= people ? '✓ agreed' : 'not signed';
    const reasons = refused.flatMap(({ reason }) => (reason ? [`refused: ${plain(reason)}`] : []));
    return [plain(title), reasons.join('; ') || `${agreed.length} of ${people}`, result, who.join('; ')];
  });
}
