import { promisesOf, type Requirement } from './promise.ts';

const promises = promisesOf('core');

/** The language, the engine, the journal, the release from the terminal. */
export const core: readonly Requirement[] = [
  ...promises('house', {
    node: 'An entry point started on an older Node says so, with the remedy, and exits.',
    install:
      'npm ci needs no compiler and no registry of one machine: the lockfile is complete for every platform and names no host.',
    pinned: 'Every version in package.json is pinned.',
    layers: 'Who may import whom is checked, and an import against the layers is found.',
    'no-exemptions': 'The checks have no exemption list and the code no comment that silences one.',
    'last-line': 'A test run ends with its counts alone on a line and fails on any failure.',
    'required-skip': 'Where everything is required a skipped test fails the run and is named.',
    leaks: 'A test run that leaves a process, a port or a folder behind fails; its temporary files go.',
    new: 'npm run new makes a primitive, an action or a page kind: the file, its line in the list and its test; taken and bad names are refused.',
    requirements:
      'Every promise is proved by a test or benchmark that names it, and no test names one that does not exist.',
    bench: 'npm run bench prints each figure beside its target; --json ends in the line of the contender form.',
    ci: 'The CI of forks runs on Linux, macOS and Windows with the Node of the runner, 22, 24 and 26, all actions pinned.',
    documents: 'Every file and command that the documents name exists.',
  }),
  ...promises('outline', {
    'round-trip': 'Anything that Logseq writes is read and written back to the byte.',
    constructs:
      'Tabs and spaces, properties, fences, drawers, headings, CRLF, numbered lists, embeds, macros, emoji and files without bullets are understood.',
    mldoc: 'On the corpus the tree is the one that mldoc, the parser of Logseq, sees.',
    total: 'No text makes the parser throw, hang or overflow the stack.',
    bench:
      'A graph of 10,000 pages and 20 MB is parsed in under 1 s, 30 times faster than mldoc and 4 times faster than its outline-only parse.',
  }),
  ...promises('language', {
    inverse: 'print and parse are inverse: parsing what was printed gives the same definition.',
    builders: 'The typed builders make the same definition data as a page.',
    indentation: 'Settings never depend on indentation: a page whose blocks lost it parses to the same definition.',
    roles: 'A node has the settings and the parts that its role allows, and says where not.',
    ids: 'Ids come from titles or id:, are unique on the page, and are required where a title gives none.',
    scope: 'A node sees what language.md lets it see; an output that may not exist needs has().',
    expressions:
      'Expressions are CEL, checked for types before anything runs; a setting that is one expression keeps its type.',
    literals: 'uses, page and script text never contain expressions.',
    secrets: 'A secret is an opaque handle allowed in with only.',
    durations: 'Durations are a number with ms, s, m, h or d.',
    inputs: 'Inputs are checked against their declared types before a run starts.',
    place: 'Every problem names its file, line and column.',
    calls: 'Cyclic calls are found before anything runs.',
    canonical: 'A definition is hashed in its canonical form: its executable content counts, prose and layout do not.',
    bench: 'Checking a workflow of 1,000 nodes takes under 250 ms and grows linearly.',
    regex: 'A catastrophic regular expression in a gate costs under 50 ms.',
  }),
  ...promises('refuse', {
    yaml: 'A YAML error is refused with its place and exit code 2; nothing starts.',
    role: 'An unknown role is refused with its place and exit code 2; nothing starts.',
    action: 'An unknown action is refused with its place and exit code 2; nothing starts.',
    'cel-type': 'A CEL type error is refused with its place and exit code 2; nothing starts.',
    input: 'A missing input is refused and named, exit code 2; nothing starts.',
    config: 'A configuration that cannot be used is refused with every problem at its place, exit code 2.',
    home: 'A place where no data directory can be made is refused with what to set, exit code 2; nothing hangs.',
    cycle: 'A cyclic call is refused with its place and exit code 2; nothing starts.',
    page: 'A page that is not found is refused with exit code 2; nothing starts.',
    huge: 'A page of 50 MB is refused with exit code 2; nothing starts.',
    binary: 'A binary file is refused with exit code 2; nothing starts.',
    deep: 'A page of 10,000 nodes nested 200 deep works or is refused with a limit, never a stack overflow.',
    untrusted: 'An untrusted definition is refused with exit code 2; nothing starts.',
    'dry-run':
      'A dry run of a definition that nobody has agreed to reaches nothing outside of this machine and reads no secret.',
    'no-graph': 'A run without a graph whose steps write pages is refused before it starts; a dry run of it is not.',
    'disk-full': 'A full disk in the middle of a run stops it as resumable, and the journal stays intact.',
    'second-daemon': 'A second daemon on the same data directory is refused.',
  }),
  ...promises('engine', {
    'own-changes':
      'Resumed from before its own uncommitted version bump, a release takes what it wrote itself for no unfinished work of others.',
    'cron-downtime':
      'After however long a time without anybody, a schedule finds its latest time at once and catches up as it says.',
    table: 'Every container behaves as language.md says for output, scope, failure, cancel, timeout and restart.',
    memo: 'A node whose completion is in the journal is not run again.',
    going:
      'What acts when replay begins anew, as after a skip beside it, goes on: it is done once, and is told to end with its run.',
    decisions:
      'Routes, conditions, lists, retries, breaker decisions and cache hits are replayed from the journal, never decided again.',
    effects:
      'A write is on record before it begins; its key is the same for every attempt, and other settings under one key are refused.',
    timers: 'Retry and timer times are absolute and hold over restarts.',
    because: 'Whoever is asked because something failed reads what.',
    'retry-after': 'A retry waits for as long as the counterpart asks to be left alone, up to an hour.',
    breaker: 'Breaker state is shared by name and holds over restarts.',
    saga: 'On failure or cancel the undos of finished parts run in reverse.',
    cancel: 'A cancel stops the run within bounds; a late completion is recorded and not used.',
    resume:
      'Resume runs only what is not completed; --from repeats a node and everything later and never an irreversible one.',
    concurrency: 'Concurrency limits hold, by queue or by refusal.',
    cron: 'Cron triggers start runs in their zone; a missed time is skipped or caught up once.',
    'cron-now':
      'What starts by itself is a page as it stands and is trusted now, with the pages that it calls: nothing is restarted for it, and a graph that is away holds up no other.',
    'cron-told':
      'A page that would start by itself, but that nobody trusts as it stands, is told of once for each version.',
    'cron-kept': 'A journal that cannot be written for a moment ends no schedule, and nothing starts twice for it.',
    pinning: 'A run keeps the definition it started with, whatever is edited meanwhile.',
    conformance: 'The Durable port is held by a conformance suite.',
    memory: 'A namespace of memory that inputs name belongs to the runs of those inputs and to no others.',
    clock: 'Timers go by the clock: a machine that slept is not late, a clock that was set back makes none early.',
    waiting: 'A waiting run holds nothing in memory; ten thousand may wait.',
    'full-disk': 'A step whose machine has no room left on its disk fails with what to do.',
    polls:
      'A run that goes on by itself again and again is not gone through anew each time: what stays in memory for that is bounded.',
  }),
  ...promises('move', {
    resume:
      'A run that stopped goes on with its edited page: what is new and what failed is done, what completed is not done again.',
    record:
      'Going on with an edited page is one event: who, from which hash to which, what changed; both definitions are kept.',
    keys: 'An edited page that lacks a completed node, gives it another role, or changes a write nobody knows the end of is refused, and the error names the nodes.',
    states:
      'A run that works, is completed or was called, and a page that was not edited or cannot run, is refused with a code.',
    inputs: 'A run that goes on with its edited page has the inputs it was given and the defaults of new ones.',
    trust: 'Going on with an edited page needs the trust and the signature that starting it needs.',
    gates:
      'What was agreed to at a gate counts for an edited page only while the gate and all that is still to follow is unchanged.',
    broken: 'A pinned definition that no longer compiles suspends its run and says why and how to go on.',
    replay: 'A run that went on with its edited page is after a restart as it was before, and does nothing twice.',
    terminal: 'stagebook resume RUN --edited says what changes, asks for what starting asks, and goes on.',
    page: 'Where the page of a run that waits or has stopped was edited, its header offers to go on with the edit, and the panel shows and signs it.',
  }),
  ...promises('effects', {
    'lost-answer': 'A write whose answer was lost is recognised as done and not repeated.',
    prepared: 'A step whose secret or sandbox is still looked for is not let go while its neighbours end or wait.',
    unknown: 'A write without an answer is unknown, and nothing passes it until verify or a person has decided.',
    timeout: 'A write that outlives its own deadline is recognised when it took effect.',
    conflict: 'Only effects must have the same settings under one key; a look that is repeated may look elsewhere.',
  }),
  ...promises('journal', {
    'restore-pages': 'A restored journal knows the pages as they were left, so that nothing is written on them twice.',
    fold: 'The rows always equal the fold of the events.',
    'group-commit': 'What is queued in one turn is one transaction; a failed commit rejects its whole batch.',
    migration: 'Migrations run once, each after a copy; a newer schema is refused with what to do.',
    unusable: 'A journal that cannot be read or written is named, with what to do, and left as it is.',
    chain: 'The events of a run form a hash chain.',
    names: 'Names of fields are read back as they were written, whatever characters they have.',
    blobs: 'Payloads over 16 KB are kept apart, once each.',
    redaction: 'Secrets are redacted before anything is recorded, in every encoding and across chunk borders.',
    logs: 'What steps say is kept, redacted, for 30 days and 10 MB of a run, and can be read.',
    prune: 'Prune removes what is past its retention and leaves a checkpoint in the chain.',
    positions: 'No position in the journal is given twice, also after all events before it were pruned.',
    backup: 'A backup is taken online; a restore suspends active runs until their effects are verified.',
  }),
  ...promises('kill', {
    'every-event':
      'Ended without any clean-up right before and right after every commit, and between an effect and its completion, a release finishes after restart with nothing missing or doubled.',
    real: 'Killed with kill -9 at 60 seeded points on the real git and registry, a release finishes with nothing missing or doubled.',
    timeout: 'A timeout during each write leaves nothing missing or doubled.',
    cancel: 'A cancel during each write leaves nothing missing or doubled.',
    'lost-answer': 'A lost answer during each write leaves nothing missing or doubled.',
    orphan: 'A child process that outlives its killed parent is ended before anything is verified.',
    'resume-from': 'Resume from each stage leaves nothing missing or doubled.',
    restore: 'A backup restored in the middle leaves nothing missing or doubled.',
  }),
  ...promises('gate', {
    again: 'A run that a gate’s checks stopped says from where it looks again; on the record they fail again.',
    'otherwise-resumed':
      'A gate that was rejected, resumed and then passed does not show its otherwise as done; rejected again, that is not done twice.',
    coverage: 'Coverage of 79.9 % stops the release and publishes nothing; 80.0 % passes.',
    'rejected-page': 'A rejected release writes its failure page and opens an issue.',
    edit: 'A gate cannot be passed by editing the page or an input.',
    attacks: 'A signature holds once, for exactly what was shown, from a device that its person has now.',
    persons: 'Two signatures of one person, from two devices or in one commit, count once.',
    refusal: 'One refusal rejects, a timeout rejects, and a check that cannot be evaluated is not held.',
    effects: 'A signature shows every step that changes something and may follow: in called pages and in loops, too.',
    skip: 'A signed skip steps over no gate and nothing irreversible, whatever holds them.',
    deadlines: 'Each sign-off has its own deadline; one that was given in time does not reject a gate later.',
    'not-starter': 'The starter does not count where the gate says so.',
  }),
  ...promises('call', {
    inputs:
      'A called page gets its inputs as it declares them, with conversions and defaults; what does not fit fails the call.',
    paths: 'No path of an input leads out of the configured roots, whoever or whatever starts the run.',
  }),
  ...promises('signature', {
    reason:
      'The reason of a refusal or a skip is part of what is signed; another one is refused, and verification finds a changed one.',
    offline: 'Anybody can verify a recorded signature later, offline.',
    pin: 'The terminal signs with a key encrypted by a PIN of at least six characters; five wrong tries pause it.',
    unattended: '--yes and signing without a terminal work only in the own data directory of the demo.',
    grant: 'Starting a run with writes asks for a signature, by default once per workflow and device for 8 hours.',
  }),
  ...promises('people', {
    vouched: 'As soon as anybody can sign, a new person or device needs somebody who vouches.',
  }),
  ...promises('trust', {
    hash: 'Trust is bound to the hash of the content: other content under the same name is not trusted, the same under another is.',
    shown: 'Before trusting, a person is shown what changed and what it may do.',
  }),
  ...promises('release', {
    npm: 'Package release runs through its three stages for an npm package on a real git repository and registry.',
    python: 'Package release runs through its three stages for a Python package.',
    'same-version': 'Publishing the same version twice is refused before anything irreversible.',
    'verified-publish': 'A publish that succeeded but whose answer was lost is recognised by verify.',
    personas: 'A persona may use only the actions it lists; a refusal is recorded.',
    commit:
      'Nothing but the commit that Prepare made is built, signed and published: an edit or a commit after it stops the release, which says from where to go on.',
    'taken-back':
      'A release that anything stops before its commit is pushed leaves the checkout to the byte as it was; it can be resumed, and a new one begins as the first.',
    complete: 'What a release left out, the tag or the GitHub release, is made later, and nothing twice.',
    reconcile: 'At the end registry, tag and GitHub release all exist, or the run says which do not.',
    page: 'Package release is a page that the check accepts without a warning.',
  }),
  ...promises('scenarios', {
    coverage: 'The scenarios of package release cover every node and both outcomes of every gate.',
  }),
  ...promises('action', {
    suite: 'Every action of the list passes the shared suite and has a test of its own.',
    version: 'version.* reads and bumps package.json and pyproject.toml by semver.',
    changelog: 'changelog.* turns conventional commits into Keep a Changelog groups and reads a section back.',
    git: 'git.* works by argv on local paths, file:// and http(s) with a token; a push is atomic.',
    'git-take-back':
      'git.take_back and git.uncommit take back what the run itself has made in a checkout; what is somebody else’s by now stays.',
    test: 'test.run gives exit code, counts and coverage from the usual formats; failing tests are a result, not a failure.',
    build: 'package.build builds npm and Python packages.',
    npm: 'npm.* publishes, views and installs on a real registry, and verifies before it repeats.',
    pypi: 'pypi.* publishes, views and installs, and verifies before it repeats.',
    github:
      'github.* makes issues and releases with assets, looks up tags, and reads check runs and the combined status.',
    http: 'http.request reaches only what it may and reports failures by kind.',
    memory: 'memory.search finds by keyword, newest first.',
    page: 'page.* queues the pages of a release, adds a block once, and reads a page or a part of it.',
    shell: 'shell.run needs permission.',
  }),
  ...promises('process', {
    argv: 'Programs run by argv in a clean environment, never through a shell.',
    group: 'A process ends with its whole group on abort and time-out.',
    recorded: 'No program begins before its process is on record.',
    survivors: 'What outlives its daemon is ended with all that it started; a stranger with the same number is not.',
    bounded: 'Output is given line by line and kept up to a bound, never more.',
  }),
  ...promises('sandbox', {
    run: 'The sandbox runs Python, Node and commands, with files in, output as it comes, and the exit code.',
    limits: 'Code in the sandbox ends when its time is over and gets no more memory than was asked for.',
    isolated: 'Code in the sandbox sees neither the network nor the files of the person, and its level is shown.',
    'no-fallback': 'Where no isolation is available nothing runs unless the configuration allows it.',
  }),
  ...promises('graph', {
    suite: 'Every graph passes the shared suite.',
    names: 'Page names are encoded as Logseq does and cannot leave the graph.',
    edits: 'Edits, moves and deletions by a person survive, also those made while everything was off.',
    atomic: 'Writes are atomic, and two processes do not corrupt a page.',
    once: 'Writing the same state again changes nothing on the disk.',
    crash:
      'A kill in the middle of a writing leaves the old page or the new one, and the next writing doubles and loses nothing.',
    outbox: 'A page that is owed is written once its graph is there again, also after a restart, and as it is by then.',
  }),
  ...promises('pages', {
    suite: 'Every page kind of the list passes the shared suite.',
    run: 'The run page tells status, inputs, stages, gates, receipts, timeline and how to go on.',
    release: 'The release page tells what pages.md asks.',
    announcement: 'The announcement page tells highlights, how to upgrade, breaking changes and the next release.',
    mldoc: 'What is written parses with mldoc to the blocks that were meant.',
    escape: 'Foreign text is text on a page: it cannot become a macro, a property, a link or another block.',
  }),
  ...promises('cli', {
    explain: 'stagebook explain has every role and action with its settings, and what expressions see.',
    answer: 'A form of one field is answered by its text alone; how one of several is filled in is said.',
    loading:
      'A command loads what it needs: the version, help, the list of runs and a check load no daemon and none of the large libraries.',
    help: 'Every command has a helpful --help and exit codes that are documented.',
    live: 'A run shows live progress in a terminal, plain lines elsewhere, and events with --json.',
    interrupt: 'Ctrl-C leaves the run resumable and says how.',
    pipes: 'A command whose reader has gone, as head does, ends without a stack trace.',
    'dry-run': 'A dry run has no effects at all and shows what it would do.',
    forecast:
      'A dry run marks what it did not do and ticks nothing that nobody decided: it says what it would do with what, whom it would ask, what is for good and what cannot be known.',
    commands:
      'up, run, check, test, list, show, approve, reject, answer, cancel, resume, trust, people, backup, restore, prune and doctor do what they say.',
    socket: 'The daemon is reached over an owner-only local socket; without one, run hosts the engine itself.',
    scenarios:
      'stagebook test runs thousands of scenarios a minute, shows what differed, and reports coverage of nodes and gate outcomes.',
  }),
  ...promises('secret', {
    nowhere:
      'No secret that an action used is in the database, logs, pages, process list or error output, in any encoding.',
  }),
  ...promises('demo', {
    facts:
      'After npm start the tag is in the bare remote, the version installs from the registry and the GitHub release has its asset.',
    pages: 'After npm start the run, release and announcement pages parse with mldoc and contain what pages.md asks.',
    'graph-line': 'npm start ends with graph: and an absolute path on a line of its own, and what to try next.',
    unattended: 'npm start runs to its end without a terminal and with nothing configured.',
  }),
  ...promises('bench', {
    'w1-serial': 'Ten durable steps, one run at a time: at least 0.45 of raw better-sqlite3.',
    'w1-hundred': 'Ten durable steps, 100 runs at once: at least 5 times raw, p99 under 10 ms.',
    w2: '1,000 waiting runs after kill -9: known in under 50 ms, all finished in under 400 ms, under 120 MB resident.',
    linear:
      'Cost grows linearly: a run of 10,000 steps, the last 50 runs out of 1,000,000 events in under 5 ms, 10,000 waiting runs.',
  }),
];
