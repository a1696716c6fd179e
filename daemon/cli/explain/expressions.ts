/** What expressions see and can do, each with an example that the checker accepts. For who writes a page. */
export const EXPRESSIONS: readonly (readonly [example: string, meaning: string])[] = [
  ['inputs.name', 'an input, as the header declares it'],
  [
    'steps.build.output.ok',
    'the output of an earlier node, by its id: its title in snake_case, or id: in its settings',
  ],
  ['steps.build.status', 'how a node stands: completed, failed, skipped …'],
  ['has(steps.build.output)', 'whether it has one: of what may have been skipped or failed'],
  ['memory.last_size', 'what a remember: kept, in this run or in the memory that the header names'],
  ['run.date', 'the run: id, number, title, date, started_at, by, dry_run'],
  ['output.size', 'in remember and in until: what the step gave just now'],
  ['secret("TOKEN")', 'a secret, in with only: it is handed on, never shown'],
  ['size(inputs.list) > 0 && inputs.level != "none"', 'comparing: == != < <= > >= && || ! and in'],
  ['inputs.list.all(x, x != "")', 'lists: all, exists, filter, map; size(…), [0]'],
  [
    'inputs.name.startsWith("v")',
    'texts: contains, startsWith, endsWith, matches(pattern), split, trim; + puts together',
  ],
  ['inputs.ready ? "now" : "later"', 'one or the other'],
  ['string(inputs.count)', 'changing the type: string, double, int'],
  ['timestamp(run.started_at) + duration("7d")', 'moments and durations'],
];
