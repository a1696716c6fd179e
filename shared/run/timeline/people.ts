import { isObject, type Json } from '../../json.ts';
import { assumedText, NOT_KNOWN } from '../assumed.ts';
import { evidenceOf, sentence, type Lines } from './line.ts';

/** How gates, questions and notes are told: what people decide and say. */
export const peopleLines: Lines = {
  'gate.opened': ({ node, payload }, teller) => {
    const held = payload.checks.filter((check) => check.held && !check.assumed).length;
    const unknown = payload.checks.filter((check) => check.assumed === 'unknown').length;
    return {
      kind: 'finding',
      fact: `${held} of ${payload.checks.length} requirements of “${teller.title(node)}” hold${unknown === 0 ? '' : `, ${unknown} ${NOT_KNOWN}`}`,
      evidence: payload.checks.map((check) => ({
        of: `${check.title}${check.held || check.assumed ? '' : ', not held'}`,
        value: assumedText(check) ?? check.error ?? check.saw,
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
    fact: `“${teller.title(node)}” ${payload.assumed ? 'was gone past' : payload.passed ? 'passed' : 'was rejected'}: ${sentence(payload.why)}`,
  }),
  'ask.opened': ({ payload }) => ({
    kind: 'status',
    fact: `asked ${payload.from === 'person' ? 'a person' : 'an agent'}: ${payload.question}${payload.because === undefined ? '' : ` (${sentence(payload.because)})`}`,
  }),
  'ask.answered': ({ node, payload }, teller) => ({
    kind: 'decision',
    actor: payload.by,
    fact: `answered “${teller.title(node)}”${answerWords(payload.answer)}`,
    evidence: [{ of: 'answer', value: payload.answer }],
  }),
  'note.added': ({ payload }) => ({
    kind: 'note',
    actor: payload.by,
    fact: sentence(payload.text),
    evidence: payload.evidence === undefined ? [] : evidenceOf('evidence', payload.evidence),
  }),
};

/** Beyond this an answer is told by its beginning; all of it is what the line rests on. */
const LONGEST_ANSWER = 200;

/** What somebody answered, as it is read in a line: of a form its values. */
function answerWords(answer: Json): string {
  const values = isObject(answer) ? Object.values(answer) : [answer];
  const said = values
    .flatMap((value) =>
      value === null || value === undefined || typeof value === 'object' ? [] : [String(value).trim()],
    )
    .filter((value) => value !== '')
    .join('; ');
  if (said === '') return '';
  return `: ${sentence(said.length <= LONGEST_ANSWER ? said : `${said.slice(0, LONGEST_ANSWER).toWellFormed().trimEnd()}…`)}`;
}
