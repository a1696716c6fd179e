import { promisesOf, type Requirement } from './promise.ts';

const promises = promisesOf('personas');

/** Personas, tools, sandboxes and agents. */
export const personas: readonly Requirement[] = [
  ...promises('budget', {
    measured: 'What the tools of a persona cost is counted by a real tokenizer over what the servers list.',
    reduction:
      'Over the tools of GitHub, Grafana, Playwright and Context7 each shipped persona saves at least 85 %, and 90 % on the median, within its budget.',
    limit:
      'A persona over its budget cannot start and stops where it works, and the message names the tools that cost most.',
    shortened: 'Descriptions are shortened where the tools then fit the budget, and the receipt says so.',
    readme: 'The table of the README is what the command prints.',
    hypertool: 'A persona in the form of Hypertool is read as it is.',
  }),
  ...promises('agent', {
    works:
      'A model works in a step as the persona of its stage; its answer says which it was and what it cost, and no secret reaches it.',
    tools:
      'A model gets the tools that its persona and its step allow, and no others; each call is checked, counted and on record.',
    limits: 'A model stops at the turns, tokens, cost and time of its step, and when the run is cancelled.',
    structured: 'An answer fits the schema of its step; it is repaired once, then the step fails.',
    failures: 'What a provider answers instead of a turn fails the step with a code of its own and what to do.',
    restart:
      'After a crash in the middle no turn is paid twice and no call made twice; a write that never answered is found out or asked about.',
    person: 'Without a model a person is asked, and nothing pretends to be one.',
    providers: 'Anthropic, endpoints in the form of OpenAI, and Ollama are spoken to by their own libraries over HTTP.',
  }),
  ...promises('taint', {
    travels:
      'What comes from tools, alerts, webhooks, other runs and pages is tainted, and so is all that is made from it, through outputs, lists and memory, after a restart too.',
    closes: 'An agent that was given it, or has read it, may change nothing until a person has signed a gate.',
  }),
  ...promises('suggest', {
    reasons:
      'For a page, an alert or a path it is said which workflow and persona fit, of those that there are, how sure that is, and why.',
    threshold: 'Confidence is absolute; below the threshold nothing is suggested and a person is asked.',
    learns: 'What a person says with a signature is learned, and nothing else is: no suggestion learns from itself.',
    measured: 'A command measures accuracy, coverage, precision and calibration on any labelled file.',
  }),
  ...promises('e2b', {
    lifecycle:
      'With E2B each run of code gets a sandbox of its own: made, given files, renewed while it runs, its files taken back, and ended, whatever happens.',
    failures:
      'A bad key, a quota, a lost connection, an expired sandbox and every other refusal of E2B fail the step with a code of its own and what to do.',
    'no-fallback':
      'Where E2B is configured and does not work, code does not run: neither in another sandbox nor on the host.',
  }),
  ...promises('own', {
    trusted:
      'A persona of a person’s own page is used as soon as somebody trusts it, without a restart, by the plugin and at the command line, and only as it was trusted.',
    replaces: 'A persona of a graph takes the place of a shipped one only after somebody trusted it.',
  }),
  ...promises('switch', {
    signed:
      'A person gives the agent of a stage another persona of the run by a signature: one event, one line of the timeline.',
  }),
  ...promises('limits', {
    refused:
      'What a persona may not use (an action, a tool, a path however written, a variable, a secret) is refused before anything of it happens, recorded, and in the receipt.',
    tighten: 'Tightening a persona stops the next step of a waiting run.',
  }),
  ...promises('mcp', {
    trust:
      'A server is neither started nor used before a person trusted how it is started and its tools; changed tools are refused until they are trusted again.',
    arguments: 'A tool gets only arguments that its schema allows, checked before the run where its tools are known.',
    checked:
      'A check of a page holds the arguments of a tool against the schema that a person trusted, or says that they are unchecked.',
    effects: 'What a call does follows from the trusted annotations, and a step can only say that it does more.',
    shared: 'Several runs share one server.',
    idle: 'A server begins on its first use and is ended when nobody uses it.',
    environment: 'A server sees a clean environment with what its settings name, secrets by their names.',
    progress: 'Progress of a call is shown while it runs.',
    cancel: 'A server is told when a call is cancelled.',
    misbehaviour:
      'A crash, a hang, an answer of 100 MB, malformed JSON or text with instructions harms only its step, with a clear failure.',
  }),
  ...promises('gateway', {
    tools:
      'An attached session has exactly the tools of the persona in force, pinned and now, and is told of others at each stage without reconnecting.',
    unattached: 'A session that is attached to no run has tools that read, and no others.',
    record: 'What an agent is offered, calls and is refused is on record with its tokens, and survives a restart.',
    misbehaviour: 'A server that misbehaves harms only the call of the agent that made it.',
    answer: 'An agent answers a question that says from: agent, and no other.',
    gates: 'An agent cannot approve a gate.',
    secrets: 'An agent reads no secret.',
    others: 'An attached agent sees neither other runs nor the tools of other personas nor the sessions of others.',
    memory: 'What an agent remembers cannot take the place of what a step found out.',
    pages: 'An agent writes to pages as far as its persona may, in blocks that cannot run.',
    resources: 'Workflow pages, the state of the run and its memory are resources, the brief of the stage is a prompt.',
    stdio: 'stagebook mcp is the gateway over stdio and /mcp over HTTP, of the daemon that is up, to the same effect.',
    restart:
      'When the daemon is started again, an agent over stdio goes on with it by itself and looks at its tools again; one over HTTP is told to begin anew.',
    soon: 'An agent is told within 200 ms that the stage, and with it its tools, changed.',
    conformance: 'The gateway passes every server scenario of the public MCP conformance suite.',
    door: 'Over HTTP, Host, Origin and a token of its own are asked for; revoking it ends its sessions.',
  }),
  ...promises('receipts', {
    unused: 'Tools that a persona used in none of its last ten runs are proposed for removal.',
    stage:
      'A receipt tells for each stage and persona what was offered, used, refused, and the tokens forecast and spent.',
  }),
  ...promises('import', {
    runbook:
      'A runbook in the original style becomes a page that the check accepts: stages, personas, steps, code, check lists and tables are recognised.',
    lossless: 'Every line of an imported runbook is on the page.',
    code: 'Imported code does not run before a person has said so.',
    hostile: 'Nothing that an imported runbook only says becomes a node, a property or an expression.',
    persona: 'A persona of Hypertool is imported as a page that means the same.',
    servers: 'A file of mcpServers is imported into the configuration and replaces no server that is there.',
  }),
  ...promises('page', {
    checked:
      "A persona's page is checked like a workflow's: actions that there are not and mistyped limits are told with their places, and a limit that cannot be read is never taken for none.",
  }),
];
