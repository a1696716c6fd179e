import { promisesOf, type Requirement } from './promise.ts';

const promises = promisesOf('ui');

/** The plugin, the panel and their server. */
export const ui: readonly Requirement[] = [
  ...promises('runs', {
    page: 'A run knows the page it was started from, over restarts, and the page finds its runs, the newest first.',
  }),
  ...promises('graph', {
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
    'unprotected-said':
      'The daemon says in its terminal that a Logseq HTTP server is not used because it is open, and what to do.',
    'by-id': 'A database graph is named by its id at the command line, as it is by Logseq.',
    methods: 'Of Logseq only methods for pages and blocks can be called, and only three fixed queries.',
  }),
  ...promises('model', {
    unkind:
      'The in-memory Logseq has the unkind parts of the real one: stripped indentation, edit mode, lost uuids and properties.',
  }),
  ...promises('service', {
    text: 'Paths with spaces, quotes, percent and dollar signs reach a unit, an agent and a task unchanged.',
    install:
      'A service is installed, found running or stopped, installed again without a change, and removed; data stays.',
    remedy: 'Where there is no service manager, or it refuses, one message says what to do instead.',
    systemd: 'Under a real systemd the daemon comes up, stays one through a second installation, and goes.',
  }),
  ...promises('commands', {
    insert: 'A page is made of blocks as they were given, in chunks, in file and DB graphs, on old and new hosts.',
    keep: 'A page on which somebody has written is opened and never changed by a command.',
    template: 'A template of the person’s own comes before what is shipped.',
    release:
      'The command /release makes the page, asks for the inputs with the focus in them, and proposes a start that nobody has made.',
    persona: 'The persona of a stage is set without changing anything else of it.',
    own: 'Among the workflows to choose from are those of the graph that is open.',
    nested: 'In a database graph workflows are offered, opened and run by the whole names of their pages.',
    choose: 'Workflows are chosen by keyboard alone, on old and new hosts, in file and DB graphs.',
    slow: 'A command whose answer takes longer than a second says once that it is waited for.',
    outline: 'An outline of headings, items, code and checkboxes becomes a workflow that runs as it is.',
  }),
  ...promises('pages', {
    whole:
      'In a database graph a page goes by its whole name to everybody, and is read and opened as itself beside others of its title.',
  }),
  ...promises('window', {
    loading: 'Escape closes the window also while the panel in it is still loading.',
    said: 'A message says what others wrote to the letter, also where Logseq would draw it.',
    beside: 'The window stands beside the page where there is room for both, and is opened by keyboard.',
    keys: 'When the window goes, Logseq has the keys again, also when the focus was in the panel.',
    links: 'Links of any web page and other plugins can give anything to the plugin’s functions: nothing fails of it.',
    pair: 'The window pairs by a code, says what is wrong with one, shows the panel in the theme of the host, stays over other pages and goes.',
    reload:
      'A plugin that is unloaded leaves nothing on the page and no connection; loaded again, nothing is there twice.',
  }),
  ...promises('package', {
    zip: 'npm run package makes the marketplace zip: what Logseq loads, README with its pictures, LICENSE and manifest.',
    same: 'The same files give the same zip to the byte, anywhere.',
  }),
  ...promises('server', {
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
  ...promises('panel', {
    times:
      'What is signed or recorded has its time to the second with date and offset; a timeline says where a day begins.',
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
    own: 'The workflows on the pages of people’s graphs are listed and started in the panel, and what they write goes into that graph.',
    suggest:
      'The panel says which workflow and persona fit a few words, and learns what a person says with a signature.',
    ask: 'Questions are answered by option, form or text; what is missing is said at its field.',
    revoked: 'A revoked browser hears it at once and takes a new code.',
    models:
      'What the panel draws is computed apart from drawing: places, outline, Gantt, difference, forms, receipts, charts.',
    servers:
      'What an MCP server offers is shown and trusted by a signature; what differs from what was trusted is marked.',
    offline:
      'Without a daemon the panel says how to start it, keeps what it knows, and goes on where it was, without a reload.',
    kept: 'What somebody typed stays when the daemon is away or too busy to answer, and what went wrong is said beside it.',
    slow: 'The panel shows that an answer takes longer than a second.',
    version: 'A panel of another version than the daemon says which side to update.',
    logs: 'What a step puts out is shown while it runs, as text.',
    difference: 'What is new since the version that was trusted last is shown before it is signed.',
    cancel: 'A run is cancelled with a reason, once that is confirmed.',
    from: 'A run goes on from a part of it; what was before stays.',
    keyboard: 'Everything in the panel is reached, seen and signed by keyboard.',
    connection: 'The panel proves its key, hears every event once, comes back after a loss and goes on where it was.',
  }),
  ...promises('host', {
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
  ...promises('bench', {
    pixel: 'From commit to changed pixel: p50 < 20 ms, p95 < 50 ms, with 300 blocks and 100 events a second.',
    frames: 'The host page loses under a tenth of its frames meanwhile.',
    flat: 'Nodes and listeners of the host are flat over 10,000 events and 500 slots.',
    bundle: 'The plugin has at most 150 kB, gzipped.',
    ready: 'The plugin is ready within 300 ms of its load.',
  }),
  ...promises('blocks', {
    roles: 'Every role has a block that draws in every state; a node without a title prints its role.',
    words: 'The shape and a word say the state of a block; colour only repeats it.',
    names: 'A page that a workflow names is said by its name, also where Logseq keeps an id, and to everybody alike.',
    facts: 'A block shows how long it took or runs, its last line, its output on demand, and its failure once.',
    'dry-run':
      'What a dry run did not do has a shape and words of its own: nothing is ticked that nobody did, checked or signed.',
    primitives:
      'Each primitive shows what it did: the case taken, the attempt and the next, lanes of branches, deadlines, counts, breaker, cache and undos.',
    gates: 'A gate ticks its checks with the value they saw, asks nobody where one failed, and shows who signed.',
    header:
      'The header says how far the run is against what is usual, how the last ones went, and what can be done now.',
    line: 'A run in line for a slot says so, and who has it, on its page and in the panel; its page shows the one that goes on.',
    inputs: 'The header has a field for each input, with what was typed, given before, or is the default.',
    'one-primary': 'One filled button a page: the action that is wanted now.',
    problems: 'What the checker found stands on its block, and the first of it in the header, with the way there.',
    asked:
      'What a step asks a person stands on its block, with the way to the answer, above all what became of a write.',
    connect: 'Where Logseq and the daemon do not know each other the header leads to where they are connected.',
    quiet: 'Values and lines of a block are never louder than its title, in any theme.',
    escape: 'Hostile titles, outputs, lines, questions and settings are shown as text, bounded, and change no page.',
    parts:
      'Only what changed is redrawn: the live part by itself, the frame when its actions change, and never for typing.',
    keys: 'Slots come and go by the hundred: keys are few, none is in two live slots, and every live slot is drawn.',
    focus: 'Focus, typed text and unfolded settings stay where they were while a run goes on.',
    pace: 'Blocks are drawn at most once a frame, at 300 changes a second too.',
    ticks: 'Times go on once a second where something runs, in the live part only.',
    still: 'While the daemon is away nothing turns and no time goes on: what is shown is what was known last.',
    read: 'A page is read when it is shown and when its text changed, not more often.',
    run: 'A page shows the run that concerns it: its own, the active one, else the last.',
    axe: 'Blocks and the plugin’s window have no violation of WCAG 2.2 A and AA that axe finds, light and dark.',
    forced: 'In forced colours done and failed stay different shapes, and the filled button is filled and can be read.',
    keyboard:
      'Blocks are used by keyboard: quiet actions show with the focus, settings unfold, a decision opens the panel.',
    'without-has': 'In a browser without :has(), as old hosts have, blocks are placed and folded by their ids.',
    narrow: 'A block’s icon stands beside its title in a narrow sidebar too, and before a word longer than the line.',
    astray:
      'What a run waits for stays said and within reach in the header, when its block was renamed or removed since.',
    slow: 'What takes its time says so: a page that is still to be read, and a wish on its way, which is not sent twice.',
    'propose-only': 'An action proposes and opens the panel; it is there only where its block offers it.',
  }),
  ...promises('connection', {
    hello: 'The plugin says hello with its token, which stands in no address.',
    pairing: 'A code is traded for a token, which is kept; without either nothing is opened.',
    version: 'Where versions differ the page says which side to update.',
    refused: 'What only a person can mend is not tried again, and the page says what to do.',
    offline: 'While the daemon is away the page says on one line how to start it, and the plugin comes back by itself.',
    backoff: 'Tries become rarer up to half a minute, with chance, until a connection holds.',
    calls: 'Each call is answered once or fails by itself; no more are open than the daemon takes.',
    'graph-call': 'The daemon’s calls are answered within a frame, on the connection that they came by.',
    resume: 'Every event counts once and in order, whatever is lost, doubled or cut off.',
    busy: 'What a busy Logseq or daemon leaves unanswered is asked again by itself, and stops nothing else.',
    graphs: 'Another graph is attached when a person opens it, and nothing of the first is shown.',
  }),
  ...promises('e2e', {
    release:
      'In Chromium, in a file and in a DB graph: pair, insert by slash, fill in, run, reject, resume, sign, survive a killed daemon, and the release page is there.',
    refusals:
      'What is refused is said on the page in one line with what to do: a forged, foreign or replayed signature, a tick by hand, a call from outside, an old token.',
    tick: 'A tick by hand, or a status in a DB graph, is said on the block to be no signature, and no longer when it is gone.',
    intruder:
      'Another plugin with our token and patched globals can propose; it cannot sign, start, trust or read what people type.',
  }),
];
