import { evidenceOf, sentence, type Lines } from './line.ts';

/** How gates, questions and notes are told: what people decide and say. */
export const peopleLines: Lines = {
  'gate.opened': ({ node, payload }, teller) => {
    const held = payload.checks.filter((check) => check.held).length;
    return {
      kind: 'finding',
      fact: `${held} of ${payload.checks.length} requirements of “${teller.title(node)}” hold`,
      evidence: payload.checks.map((check) => ({
        of: `${check.title}${check.held ? '' : ', not held'}`,
        value: check.error ?? check.saw,
      })),
      // When everything holds and nobody is asked, the next line says that it passed.
      shown: held < payload.checks.length || payload.signOffs.length > 0,
    };
  },
  'gate.signed': ({ node, payload }, teller) => ({
    kind: 'decision',
    actor: { kind: 'person', name: payload.signature.person },
    fact: `agreed: “${teller.signOff(node, payload.signOff)}”`,
    evidence: [{ of: 'digest of what was shown', value: payload.signature.digest }],
  }),
  'gate.refused': ({ node, payload }, teller) => ({
    kind: 'decision',
    actor: { kind: 'person', name: payload.signature.person },
    fact: `refused: “${teller.signOff(node, payload.signOff)}”${payload.reason ? `: ${sentence(payload.reason)}` : ''}`,
    evidence: [{ of: 'digest of what was shown', value: payload.signature.digest }],
  }),
  'gate.closed': ({ node, payload }, teller) => ({
    kind: 'decision',
    fact: `“${teller.title(node)}” ${payload.passed ? 'passed' : 'was rejected'}: ${sentence(payload.why)}`,
  }),
  'ask.opened': ({ payload }) => ({
    kind: 'status',
    fact: `asked ${payload.from === 'person' ? 'a person' : 'an agent'}: ${payload.question}`,
  }),
  'ask.answered': ({ node, payload }, teller) => ({
    kind: 'decision',
    actor: payload.by,
    fact: `answered “${teller.title(node)}”`,
    evidence: [{ of: 'answer', value: payload.answer }],
  }),
  'note.added': ({ payload }) => ({
    kind: 'note',
    actor: payload.by,
    fact: sentence(payload.text),
    evidence: payload.evidence === undefined ? [] : evidenceOf('evidence', payload.evidence),
  }),
};
