/** Letters of a question that can be its heading. */
const HEADING = 120;

/** A question as its heading, and what is said besides: the first sentence, and the others. */
export function headingOf(question: string): { heading: string; more: string } {
  const end = question.slice(0, HEADING).search(/[?.!](?=\s)/);
  if (end < 0) return { heading: question, more: '' };
  return { heading: question.slice(0, end + 1), more: question.slice(end + 1).trim() };
}
