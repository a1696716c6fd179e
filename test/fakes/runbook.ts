/** Lines that mean something only to Markdown: fences, rules, underlines of headings, the second line of tables. */
const MARKS = /^(?:`{3,}|~{3,}|[-*_=\s]{3,}$|\|?[\s:|-]+\|?$)/;
/** What stands before the text of a line: headings, points, boxes, quotes. */
const LEAD = /^(?:#{1,6}\s+|[-*+]\s+|\d{1,9}[.)]\s+|\[[ xX]\]\s+|>\s?)/;

/** What each line of a runbook says, without what only marks it. */
function sayings(markdown: string): string[] {
  return markdown
    .split('\n')
    .filter((line) => !MARKS.test(line.trim()))
    .map((line) => {
      let text = normal(line);
      for (let lead = LEAD.exec(text); lead; lead = LEAD.exec(text)) text = text.slice(lead[0].length);
      return text.replace(/\s+#+$/, '');
    })
    .filter((text) => text !== '');
}

/** The lines of a runbook that a page does not have. */
export function lostFrom(markdown: string, page: string): string[] {
  const all = normal(page);
  return sayings(markdown).filter((text) => !all.includes(text));
}

/** One line, without the backslashes that keep text from meaning something. */
function normal(text: string): string {
  return text.replaceAll('\\', '').replace(/\s+/g, ' ').trim();
}
