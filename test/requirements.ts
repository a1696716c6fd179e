/**
 * What Stagebook promises, as data: one id a promise. A test or a benchmark that proves one has its id in square
 * brackets in its name; `requirements.test.ts` holds both ways, that every promise is proved and every id is one of these.
 */
export interface Requirement {
  /** `<part>.<area>.<thing>`; the part is `core`, or `ui` for the plugin, the panel and their server. */
  id: string;
  text: string;
}

const promisesOf =
  (part: string) =>
  (area: string, texts: Record<string, string>): Requirement[] =>
    Object.entries(texts).map(([name, text]) => ({ id: `${part}.${area}.${name}`, text }));
const promises = promisesOf('core');
const ui = promisesOf('ui');
const feature = promisesOf('feature');
const personas = promisesOf('personas');

export const requirements: readonly Requirement[] = [
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
    cycle: 'A cyclic call is refused with its place and exit code 2; nothing starts.',
    page: 'A page that is not found is refused with exit code 2; nothing starts.',
    huge: 'A page of 50 MB is refused with exit code 2; nothing starts.',
    binary: 'A binary file is refused with exit code 2; nothing starts.',
    deep: 'A page of 10,000 nodes nested 200 deep works or is refused with a limit, never a stack overflow.',
    untrusted: 'An untrusted definition is refused with exit code 2; nothing starts.',
    'no-graph': 'A run without a graph whose steps write pages is refused before it starts; a dry run of it is not.',
    'disk-full': 'A full disk in the middle of a run stops it as resumable, and the journal stays intact.',
    'second-daemon': 'A second daemon on the same data directory is refused.',
  }),
  ...promises('engine', {
    table: 'Every container behaves as language.md says for output, scope, failure, cancel, timeout and restart.',
    memo: 'A node whose completion is in the journal is not run again.',
    decisions:
      'Routes, conditions, lists, retries, breaker decisions and cache hits are replayed from the journal, never decided again.',
    effects:
      'A write is on record before it begins; its key is the same for every attempt, and other settings under one key are refused.',
    timers: 'Retry and timer times are absolute and hold over restarts.',
    breaker: 'Breaker state is shared by name and holds over restarts.',
    saga: 'On failure or cancel the undos of finished parts run in reverse.',
    cancel: 'A cancel stops the run within bounds; a late completion is recorded and not used.',
    resume:
      'Resume runs only what is not completed; --from repeats a node and everything later and never an irreversible one.',
    concurrency: 'Concurrency limits hold, by queue or by refusal.',
    cron: 'Cron triggers start runs in their zone; a missed time is skipped or caught up once.',
    pinning: 'A run keeps the definition it started with, whatever is edited meanwhile.',
    conformance: 'The Durable port is held by a conformance suite.',
    waiting: 'A waiting run holds nothing in memory; ten thousand may wait.',
  }),
  ...promises('effects', {
    'lost-answer': 'A write whose answer was lost is recognised as done and not repeated.',
    unknown: 'A write without an answer is unknown, and nothing passes it until verify or a person has decided.',
    timeout: 'A write that outlives its own deadline is recognised when it took effect.',
  }),
  ...promises('journal', {
    fold: 'The rows always equal the fold of the events.',
    'group-commit': 'What is queued in one turn is one transaction; a failed commit rejects its whole batch.',
    migration: 'Migrations run once, each after a copy; a newer schema is refused with what to do.',
    chain: 'The events of a run form a hash chain.',
    names: 'Names of fields are read back as they were written, whatever characters they have.',
    blobs: 'Payloads over 16 KB are kept apart, once each.',
    redaction: 'Secrets are redacted before anything is recorded, in every encoding and across chunk borders.',
    logs: 'What steps say is kept, redacted, for 30 days and 10 MB of a run, and can be read.',
    prune: 'Prune removes what is past its retention and leaves a checkpoint in the chain.',
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
    coverage: 'Coverage of 79.9 % stops the release and publishes nothing; 80.0 % passes.',
    'rejected-page': 'A rejected release writes its failure page and opens an issue.',
    edit: 'A gate cannot be passed by editing the page or an input.',
    attacks: 'A signature holds once, for exactly what was shown, from a device that its person has now.',
    persons: 'Two signatures of one person, from two devices or in one commit, count once.',
    refusal: 'One refusal rejects, a timeout rejects, and a check that cannot be evaluated is not held.',
    'not-starter': 'The starter does not count where the gate says so.',
  }),
  ...promises('signature', {
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
    help: 'Every command has a helpful --help and exit codes that are documented.',
    live: 'A run shows live progress in a terminal, plain lines elsewhere, and events with --json.',
    interrupt: 'Ctrl-C leaves the run resumable and says how.',
    'dry-run': 'A dry run has no effects at all and shows what it would do.',
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
  ...ui('runs', {
    page: 'A run knows the page it was started from, over restarts, and the page finds its runs, the newest first.',
  }),
  ...ui('graph', {
    ways: 'Run page, release page and announcement come out the same in a folder, through the plugin and over HTTP, in file and DB graphs, and a second writing changes nothing.',
    edits: 'What a person made of a page stays, by every way and in both kinds of graph.',
    'best-way':
      'While Logseq has a graph open it is written through Logseq, by the plugin or over HTTP, and as files else; what was written one way is known in the others.',
    outbox:
      'What a graph is owed is written as soon as Logseq opens it, and as soon as whoever was writing has moved on.',
    editing: 'Nothing is written into the block that somebody is editing, and nobody loses the cursor.',
    indentation: 'A text with indented lines is in Logseq as it was meant, whatever its batches strip.',
    chunks: 'Many blocks are written in chunks of at most 200, each one step for undo; none is left in edit mode.',
    piecemeal:
      'A Logseq that goes away in the middle of a page, at any call, leaves nothing doubled, lost or taken for a person’s.',
    switch: 'When a person switches graphs in Logseq, nothing is read from or written into the other one.',
    any: 'Any changes come out the same through Logseq, in file and DB graphs, as in a graph in memory.',
    undone: 'When Logseq refuses a change in the middle, those before it are taken back.',
    unprotected: 'A Logseq HTTP server that asks nobody for a token is refused and never gets ours.',
    methods: 'Of Logseq only methods for pages and blocks can be called, and only three fixed queries.',
  }),
  ...ui('model', {
    unkind:
      'The in-memory Logseq has the unkind parts of the real one: stripped indentation, edit mode, lost uuids and properties.',
  }),
  ...ui('service', {
    text: 'Paths with spaces, quotes, percent and dollar signs reach a unit, an agent and a task unchanged.',
    install:
      'A service is installed, found running or stopped, installed again without a change, and removed; data stays.',
    remedy: 'Where there is no service manager, or it refuses, one message says what to do instead.',
    systemd: 'Under a real systemd the daemon comes up, stays one through a second installation, and goes.',
  }),
  ...ui('commands', {
    insert: 'A page is made of blocks as they were given, in chunks, in file and DB graphs, on old and new hosts.',
    keep: 'A page on which somebody has written is opened and never changed by a command.',
    template: 'A template of the person’s own comes before what is shipped.',
    release:
      'The command /release makes the page, asks for the inputs with the focus in them, and proposes a start that nobody has made.',
    persona: 'The persona of a stage is set without changing anything else of it.',
    choose: 'Workflows are chosen by keyboard alone, on old and new hosts, in file and DB graphs.',
    outline: 'An outline of headings, items, code and checkboxes becomes a workflow that runs as it is.',
  }),
  ...ui('window', {
    pair: 'The window pairs by a code, says what is wrong with one, shows the panel in the theme of the host, stays over other pages and goes.',
  }),
  ...ui('package', {
    zip: 'npm run package makes the marketplace zip: what Logseq loads, README with its pictures, LICENSE and manifest.',
    same: 'The same files give the same zip to the byte, anywhere.',
  }),
  ...ui('server', {
    calls: 'Plugin and panel read runs, pages, definitions and what waits, over one WebSocket.',
    loopback: 'The daemon listens on 127.0.0.1 only.',
    port: 'A port that is taken, or none, is refused with its remedy; nothing has begun to run then.',
    host: 'A request under another name than 127.0.0.1 and the port is refused on every route and before the upgrade.',
    origin: 'A WebSocket is opened for Logseq, the panel and configured origins only, and that lets nobody in.',
    panel: 'The panel’s files are served to itself only, with a strict policy, and end where their folder ends.',
    pairing: 'A pairing code works for a minute, once, for its purpose, and is gone after five wrong tries.',
    token: 'A token that is missing, wrong or revoked lets nobody in; of a token only its hash is kept.',
    enrol: 'A signing device takes a code, a person’s PIN with five tries and a pause, and the panel’s own origin.',
    proof: 'A device is let in by its key over a nonce of the connection; no proof works twice or elsewhere.',
    revoke: 'Revocation ends the connections of the one revoked at once, and no others.',
    version: 'Ends of two versions say which side to update.',
    silent: 'A connection that does not say hello, or prove its key, in five seconds is ended.',
    size: 'A frame over 1 MiB is refused in either direction.',
    frames: 'Unknown and malformed frames, calls and parameters are refused with a code.',
    rate: 'Too many calls, or too many at a time, end the connection.',
    slow: 'A reader that takes nothing is ended, nothing is kept for it, and it goes on at its cursor.',
    cut: 'An event that fits no frame is sent with its long texts cut and marked.',
    fuzz: '20,000 mutated frames are each answered with a code; no crash, no hang, and nobody else notices.',
    resume: 'A client that resumes by position gets every event it subscribed to once and in order.',
    'propose-only': 'A plugin’s token can make no call of a person.',
    trust: 'What nobody trusts does not start from the panel; trust is bound to exactly this content.',
    start:
      'A start with writes is signed over the inputs as they will be used; one signature covers 8 hours of a workflow and device.',
    sign: 'People decide in the panel under their own name, and what they signed can be verified later.',
    signatures:
      'A signature that is replayed, foreign, changed, stale, revoked, another’s or a plugin’s opens nothing.',
    page: 'A page is read with the state of every block, keyed by its uuid, with what its runs usually took.',
    definition: 'What a definition may do is told, and how it differs from the version trusted last.',
    proposals: 'What a plugin proposes waits for a person: bounded, once for each wish, for an hour.',
    logs: 'The output lines of steps come live and can be read in pieces, bounded.',
    graph: 'A plugin gives access to its graph for as long as it is connected.',
    commands:
      'stagebook pair and devices make codes, list who is connected and take rights back, with a PIN where people sign.',
  }),
  ...ui('panel', {
    sign: 'In a browser: enrol with code and PIN, find a run, see exactly what is asked, and sign it with the browser’s own key.',
    armed:
      'The button that signs works by a real click or key only, after half a second wholly visible; a cover, transparency or a filter, here or around the frame, turns it off.',
    exactly:
      'Nothing is signed but what is shown: another digest is refused in the browser, and what was decided is asked no more.',
    hostile:
      'Markup, scripts, macros, right-to-left text, emoji and a megabyte are shown as text in the panel and break nothing.',
    axe: 'Every view of the panel, light and dark, has no violation of WCAG 2.2 A and AA that axe finds.',
    start:
      'What Logseq proposed is trusted and started in the panel, each by a signature over exactly what will be used.',
    ask: 'Questions are answered by option, form or text; what is missing is said at its field.',
    revoked: 'A revoked browser hears it at once and takes a new code.',
    models:
      'What the panel draws is computed apart from drawing: places, outline, Gantt, difference, forms, receipts, charts.',
    connection: 'The panel proves its key, hears every event once, comes back after a loss and goes on where it was.',
  }),
  ...feature('github', {
    'pull-requests':
      'Branches, files, pull requests, reviews, labels and merges on GitHub: each is found again when its answer was lost, and only the reviewed commit is merged.',
  }),
  ...ui('host', {
    slots:
      'The double of Logseq announces each render of a macro as a new slot, some of which are gone before they are filled; embeds, references and the sidebar come with the uuid of their source.',
    hundred: 'The double draws the first hundred blocks of a page until the reader scrolls.',
    reload: 'The double announces all slots again, empty, when a plugin is reloaded.',
    theme: 'The double has the light and the dark theme of Logseq and tells plugins of a change.',
    rebuilt: 'The double rebuilds what a plugin draws at each call, and only the part that a path names.',
    keys: 'The double leaves a key where it was drawn first, and never frees it.',
    old: 'The double can be an old host, without what that lacks.',
    sanitised: 'The double sanitises what plugins draw exactly as far as Logseq does.',
    events: 'The double tells of a DOM event what Logseq tells, and no more.',
    style: 'The double keeps a style under its key while its plugin is loaded.',
    'main-ui': 'The double shows a plugin’s main UI as it asks, over any page.',
    commands: 'In the double a command is reached by slash, palette, shortcut, context menu and toolbar.',
    results: 'The double answers nothing without a result, and an unknown method with an error.',
    timeout: 'A call that the double does not answer ends after ten seconds.',
    models: 'In the double any link and any plugin can call the functions of a model.',
    origin: 'In the double all plugins share one origin, read each other and speak for each other.',
    settings: 'The double keeps the settings of a plugin and lets a person change them.',
    changes: 'The double tells plugins of another page, another graph and changed blocks, as much as it is told to.',
    kinds: 'The double is a file or a database graph, on an old or a new host.',
    outliner: 'The double is an outliner that a person can write in, and that looks like Logseq.',
    playground: 'The playground shows the double with our plugin, paired with a daemon of its own.',
  }),
  ...ui('bench', {
    pixel: 'From commit to changed pixel: p50 < 20 ms, p95 < 50 ms, with 300 blocks and 100 events a second.',
    frames: 'The host page loses under a tenth of its frames meanwhile.',
    flat: 'Nodes and listeners of the host are flat over 10,000 events and 500 slots.',
    bundle: 'The plugin has at most 150 kB, gzipped.',
    ready: 'The plugin is ready within 300 ms of its load.',
  }),
  ...personas('budget', {
    measured: 'What the tools of a persona cost is counted by a real tokenizer over what the servers list.',
    reduction:
      'Over the tools of GitHub, Grafana, Playwright and Context7 each shipped persona saves at least 85 %, and 90 % on the median, within its budget.',
    readme: 'The table of the README is what the command prints.',
    hypertool: 'A persona in the form of Hypertool is read as it is.',
  }),
  ...personas('limits', {
    refused:
      'What a persona may not use (an action, a tool, a path however written, a variable, a secret) is refused before anything of it happens, recorded, and in the receipt.',
    tighten: 'Tightening a persona stops the next step of a waiting run.',
  }),
  ...personas('mcp', {
    trust:
      'A server is neither started nor used before a person trusted how it is started and its tools; changed tools are refused until they are trusted again.',
    arguments: 'A tool gets only arguments that its schema allows, checked before the run where its tools are known.',
    effects: 'What a call does follows from the trusted annotations, and a step can only say that it does more.',
    shared: 'Several runs share one server.',
    idle: 'A server begins on its first use and is ended when nobody uses it.',
    environment: 'A server sees a clean environment with what its settings name, secrets by their names.',
    progress: 'Progress of a call is shown while it runs.',
    cancel: 'A server is told when a call is cancelled.',
    misbehaviour:
      'A crash, a hang, an answer of 100 MB, malformed JSON or text with instructions harms only its step, with a clear failure.',
  }),
  ...ui('blocks', {
    roles: 'Every role has a block that draws in every state; a node without a title prints its role.',
    words: 'The shape and a word say the state of a block; colour only repeats it.',
    facts: 'A block shows how long it took or runs, its last line, its output on demand, and its failure once.',
    primitives:
      'Each primitive shows what it did: the case taken, the attempt and the next, lanes of branches, deadlines, counts, breaker, cache and undos.',
    gates: 'A gate ticks its checks with the value they saw, asks nobody where one failed, and shows who signed.',
    header:
      'The header says how far the run is against what is usual, how the last ones went, and what can be done now.',
    inputs: 'The header has a field for each input, with what was typed, given before, or is the default.',
    'one-primary': 'One filled button a page: the action that is wanted now.',
    problems: 'What the checker found stands on its block.',
    escape: 'Hostile titles, outputs, lines, questions and settings are shown as text, bounded, and change no page.',
    parts:
      'Only what changed is redrawn: the live part by itself, the frame when its actions change, and never for typing.',
    keys: 'Slots come and go by the hundred: keys are few, none is in two live slots, and every live slot is drawn.',
    focus: 'Focus, typed text and unfolded settings stay where they were while a run goes on.',
    pace: 'Blocks are drawn at most once a frame, at 300 changes a second too.',
    ticks: 'Times go on once a second where something runs, in the live part only.',
    read: 'A page is read when it is shown and when its text changed, not more often.',
    run: 'A page shows the run that concerns it: its own, the active one, else the last.',
    'propose-only': 'An action proposes and opens the panel; it is there only where its block offers it.',
  }),
  ...ui('connection', {
    hello: 'The plugin says hello with its token, which stands in no address.',
    pairing: 'A code is traded for a token, which is kept; without either nothing is opened.',
    version: 'Where versions differ the page says which side to update.',
    refused: 'What only a person can mend is not tried again, and the page says what to do.',
    offline: 'While the daemon is away the page says on one line how to start it, and the plugin comes back by itself.',
    backoff: 'Tries become rarer up to half a minute, with chance, until a connection holds.',
    calls: 'Each call is answered once or fails by itself; no more are open than the daemon takes.',
    'graph-call': 'The daemon’s calls are answered within a frame, on the connection that they came by.',
    resume: 'Every event counts once and in order, whatever is lost, doubled or cut off.',
    graphs: 'Another graph is attached when a person opens it, and nothing of the first is shown.',
  }),
  ...ui('e2e', {
    release:
      'In Chromium, in a file and in a DB graph: pair, insert by slash, fill in, run, reject, resume, sign, survive a killed daemon, and the release page is there.',
  }),
];
