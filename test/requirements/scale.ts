import { promisesOf, type Requirement } from './promise.ts';

const promises = promisesOf('scale');

/** The same outlines on an engine of many machines. */
export const scale: readonly Requirement[] = [
  ...promises('engine', {
    conformance: 'The Durable suite and the table of containers hold on a real Restate, wherever the worker ends.',
    pages:
      'Package release, feature development and incident response run unchanged on both engines, and the graphs that they leave are the same, file by file: every page of every kind.',
    kill: 'Hub, workers, single nodes of three and the whole cluster are killed with SIGKILL at seeded points over 50 runs that wait for signatures: all finish, no effect is doubled, and the hub has every event once.',
    woken: 'What comes to a run in the moment in which it comes to rest is not slept through.',
    fenced: 'A machine that wrongly believes that it has a run neither looks for nor repeats an effect that was begun.',
    settled:
      'What was begun on a worker that has lost its run is looked for when that has ended or had its time to end, and done once.',
    sealed:
      'Who reaches Restate’s ingress tells no run anything: what was not sealed with the token of hub and workers is not taken.',
    shared: 'Slots, memories with a name and called runs mean on Restate what they mean on one machine.',
    optional: 'Without its SDK an engine on Restate says what to install.',
  }),
  ...promises('ingest', {
    once: 'What workers report is on the hub’s record once and in order, whatever comes twice, late or in pieces; its hash chain holds.',
    same: 'A run that worked elsewhere folds to the same at the hub, but for times.',
    refusals:
      'Reports of strangers, of other hubs and runs, larger than can be, malformed, or with something else in a recorded place are refused with a code, and nothing of them is recorded.',
    signatures: 'A signature is accepted by the hub alone: a worker cannot report one that nobody gave there.',
    gates: 'A gate asks whom its page says and passes when they have signed at the hub, whatever a worker reports.',
    deeds:
      'Pages and messages that steps want are made at the hub, and questions to it wait for what came before them.',
  }),
  ...promises('hub', {
    forwards:
      'What a hub decides for a run that works elsewhere is kept on its disk and told in order until it is taken, also over restarts and when a node is away.',
    down: 'A hub that is down delays pages, never runs; then it hears everything, once.',
    address: 'A hub whose workers would report to another hub says so when it starts.',
    restored: 'A hub that was restored from a backup hears again what its backup lacks, and those runs finish.',
  }),
  ...promises('worker', {
    steps: 'A worker does the steps of a hub’s runs; their pages are written at the hub.',
    secrets: 'Secrets are read where the step runs, and the hub never hears a value.',
    kill: 'A worker can be killed: another one at the address goes on, and every step is recorded once.',
    refused: 'A worker that its hub does not take says so at once, with what to mend, and registers nowhere.',
    unlike:
      'A hub and a worker of different versions, or whose clocks are apart, tell people so at both ends, with what to do.',
    waits: 'A worker that starts before its Restate answers waits for it, says so, and is ended by Ctrl-C meanwhile.',
    command: 'A worker says what it needs, and with engine: restate no run begins where nobody would hear of it.',
    doctor: 'stagebook doctor looks at a Restate only where one is configured, and says what to do.',
  }),
  ...promises('cluster', {
    kills:
      'With a node of three and a worker of two killed in the middle all runs finish, each step is recorded once and no effect happens twice.',
  }),
  ...promises('restart', {
    all: '1,000 runs at gates and some that wait for answers survive that worker, hub and Restate are killed with SIGKILL together, and finish after their signatures and answers: no effect is doubled.',
  }),
  ...promises('switch', {
    'new-runs': 'With engine: restate new runs work there; those that began before finish where they are.',
  }),
];
