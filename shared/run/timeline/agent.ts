import { sentence, type Lines } from './line.ts';

/** How personas, their tools and models are told. */
export const agentLines: Lines = {
  'persona.switched': ({ payload }) => ({
    kind: payload.by ? 'decision' : 'status',
    ...(payload.by && { actor: payload.by }),
    fact: payload.from ? `the persona changed from ${payload.from} to ${payload.to}` : `the persona is ${payload.to}`,
    shown: payload.by !== undefined,
  }),
  'persona.refused': ({ node, payload }, teller) => ({
    kind: 'finding',
    fact: `refused ${payload.persona} to use ${payload.wanted} in “${teller.title(node)}”: ${sentence(payload.why)}`,
  }),
  'memory.added': ({ payload }) => ({
    kind: 'finding',
    actor: payload.by,
    fact: `remembered ${payload.key}`,
    evidence: [{ of: payload.key, value: payload.value }],
  }),
  'tools.offered': ({ payload }) => ({
    kind: 'status',
    fact: `offered ${payload.tools.length} tools of ${payload.persona} to ${payload.to}`,
    evidence: [{ of: `tokens of their definitions (${payload.tokenizer})`, value: payload.tokens }],
    shown: false,
  }),
  'tool.called': ({ payload }) => ({
    kind: payload.effect === 'read' || payload.effect === 'repeatable' ? 'finding' : 'effect',
    actor: payload.by,
    fact: `called ${payload.server}/${payload.tool}`,
    evidence: [{ of: 'arguments', value: payload.with }],
    shown: payload.effect === 'write' || payload.effect === 'irreversible',
  }),
  'tool.ended': ({ payload }) =>
    'failure' in payload
      ? {
          kind: 'finding',
          fact: `a tool failed: ${sentence(payload.failure.message)}`,
          evidence: [{ of: 'code', value: payload.failure.code }],
          shown: false,
        }
      : undefined,
  'agent.turn': ({ node, payload }, teller) => ({
    kind: 'finding',
    actor: { kind: 'system', name: payload.model },
    fact: `had turn ${payload.turn} in “${teller.title(node)}”`,
    evidence: [
      { of: 'tokens', value: payload.tokens },
      ...(payload.cost === undefined ? [] : [{ of: 'cost', value: payload.cost }]),
    ],
    shown: false,
  }),
};
