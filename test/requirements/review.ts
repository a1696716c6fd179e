import { promisesOf, type Requirement } from './promise.ts';

const promises = promisesOf('review');

/** The review of a graph. */
export const review: readonly Requirement[] = [
  ...promises('past', {
    'same-way': 'A finished run as a scenario, its recorded answers as stubs, goes the same way again.',
    caught: 'The scenario of a past run says of an edited workflow whether it would have prevented what happened.',
    proof: 'A closed action item can name the scenario that proves it; one that is gone or holds no more is told.',
    file: 'Scenarios are added to a file whose comments stay, and no name is taken twice.',
  }),
  ...promises('rehearsal', {
    faults: 'A rehearsal fails each step once and for good, and loses the answers of writes, without any effect.',
    stale: 'A rehearsal is stale when the page, an action, a persona or a server’s tools moved, and says which.',
    probe: 'A rehearsal looks for secrets, tools and what is read, and starts no server that nobody trusts.',
    wears: 'A workflow is listed with when it was rehearsed, and its page wears it.',
  }),
  ...promises('claims', {
    since: 'A claim is looked at again when its time has come; since when it stopped being true is remembered.',
    untrusted: 'The claims of a page that nobody trusts ask nobody outside; trust goes with what they say.',
    expression: 'A claim whose query cannot be seen, or that is no truth, is said and not guessed.',
    outside: 'A claim asks the configured Prometheus, or opens its address.',
  }),
  ...promises('index', {
    incremental: 'Of a graph only what changed is read again, and what hangs together is kept up to date.',
    rules: 'Pages are known by the graph’s own rules: escapes, titles, journals, aliases, namespaces.',
    robust: 'What is no text, too large, a link to nowhere, or vanishes meanwhile becomes a note, never an end.',
    'read-only': 'Reviewing writes nothing, and a graph that is read-only is reviewed as any other.',
    ways: 'The same graph gives the same findings, with the same ids, through the folder and through Logseq.',
    db: 'A database graph is read by its own names of days; Logseq’s own properties and tags are not reviewed.',
    bench:
      '10,000 pages are reviewed in 3 s, again in 150 ms after one changed, in 400 MB; a page costs the same among 50,000.',
  }),
  ...promises('checks', {
    precise: 'On a graph with known faults each check finds at least 98 % of them, and is right 98 times of 100.',
    fixes: 'Each fix that a check offers leaves, undone, every file as it was; made, the finding is gone.',
    measure: 'stagebook review --measure prints precision and recall of each check on any labelled graph.',
    swept: 'Every check says what it is about, why it matters and what to do.',
    references:
      'References are told as Logseq tells them: none in code, formulas, comments, macros; all in quotes and properties.',
    secrets: 'Secrets are told from words about them, from examples and from names that stand for one.',
    workflows: 'A workflow page that uses an action that is gone is told, with its line.',
    outside:
      'Registries and GitHub are asked about releases and pull requests; what may only be hidden counts as not known.',
    odd: 'On graphs as people really have them each check finds what is wrong, and nothing else.',
    todos:
      'What comments in code leave to be done is gathered into a page when it is asked for; written again it stays as it is.',
    code: 'Names of files of configured repositories are checked, with their lines.',
  }),
  ...promises('about', {
    pages: 'The pages that name a file of code are said, with their lines; what only may mean it is told apart.',
    path: 'A file is known by its path from its repository or checkout, from wherever it is asked about.',
    cli: 'stagebook review --about FILE says which pages name a file, as text and JSON, and writes nothing.',
  }),
  ...promises('fix', {
    undo: 'A fix is made as it was shown, and undone it leaves every file as it was, byte for byte.',
    atomic: 'A fix of several pages is made on all of them or on none.',
    stale:
      'A fix is refused when the text changed since it was shown; one is not undone over what a person did after it.',
    logseq: 'In Logseq, too, a fix undone leaves every block as it was, and is refused when somebody typed meanwhile.',
    all: 'When every fix was made, a review finds none of what they mend.',
  }),
  ...promises('decide', {
    remember: 'A finding is put off until a time, or said to be no issue with a reason; both are remembered.',
  }),
  ...promises('page', {
    asked:
      'Nothing is written without a click but the review page when it is asked for; written again it stays as it is.',
    slash: 'In Logseq /review writes the page of the review, opens it, and changes no other page.',
    large: 'With 5,000 findings page and pieces stay small: folded groups, counts, and a piece at a time.',
  }),
  ...promises('calls', {
    person: 'A person at a device of theirs reviews, sees a change, makes it, takes it back, and decides.',
    plugin:
      'A plugin sees no findings and makes no fix; it asks for the page of its own graph, and no other folder is opened.',
  }),
  ...promises('panel', {
    fix: 'The panel shows findings in groups, a piece at a time, the exact change, Apply and Undo, by keyboard alone.',
    refuse: 'What changed since it was shown is refused in the panel with a reason; a click by a script does nothing.',
    decide: 'In the panel a finding is put off, said to be no issue with a reason, and opened again.',
    axe: 'The panel’s review holds WCAG 2.2 A and AA in light and dark, fits a narrow window, and says when nothing is left.',
  }),
  ...promises('trigger', {
    page: 'A page that gets a tag starts the trusted workflow that waits for it, once; one that had it before does not.',
    unread: 'A page that cannot be read for a moment has neither lost its tag nor got it.',
    incremental: 'To find the pages that have a tag, only those that changed are read again.',
  }),
  ...promises('schedule', {
    times:
      'Reviews are written and workflows rehearsed at configured times; a time nobody was up at is made up for once.',
  }),
  ...promises('cli', {
    exit: 'stagebook review tells what it finds, as text or JSON, with an exit code for CI, and writes nothing it was not asked for.',
    since:
      'stagebook review looks only at pages that changed since a commit, a day or for so long, where it is asked to.',
  }),
];
