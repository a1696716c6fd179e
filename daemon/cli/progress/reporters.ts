import { isObject } from '../../../shared/json.ts';
import type { RunEvent } from '../../../shared/run/event.ts';
import { apply } from '../../../shared/run/fold/fold.ts';
import { isShown, wouldAsk } from '../../../shared/run/assumed.ts';
import { failedFor, forecastDetail, forecastOf, wouldReject } from '../../../shared/run/forecast.ts';
import type { NodeState, RunState } from '../../../shared/run/state.ts';
import { titlesIn } from '../../../shared/run/titles.ts';
import { pathOf, walk, type Definition, type Node, type NodeKey } from '../../../shared/workflow/definition.ts';
import { say, type Terminal } from '../terminal.ts';
import { elapsed } from './elapsed.ts';
import { markOf, type Standing } from './marks.ts';
import { renderRun } from './outline.ts';
import { Painter } from './painter.ts';
import { sawFact } from './rows.ts';
import { visible } from './width.ts';

/** Tells a run as it goes on. */
export interface Reporter {
  events(events: readonly RunEvent[], state: RunState): void;
  output(line: { node: NodeKey; text: string }): void;
  /** Makes room for a question. */
  pause(): void;
  resume(): void;
  /** Tells how the run stands in the end. */
  end(state: RunState): void;
  /** Lets go of the terminal and of everything else, however it ended. */
  close(): void;
}

/** In a terminal: the outline, repainted in place. */
export function liveReporter(terminal: Terminal, definition: Definition, first: RunState, now = Date.now): Reporter {
  const painter = new Painter(terminal.out);
  const live = new Map<NodeKey, string>();
  let state = first;
  let paused = false;
  let due: NodeJS.Timeout | undefined;
  const draw = (height?: number): void => {
    const { columns = 80, rows = 24 } = terminal.out;
    // The last column stays free: a full line would make some terminals wrap.
    const options = { width: columns - 1, height: height ?? rows - 1, now: now(), color: terminal.color, live };
    painter.paint(renderRun(state, definition, options));
  };
  // Many events a second are one frame.
  const soon = (): void => {
    if (paused) return;
    due ??= setTimeout(() => {
      due = undefined;
      draw();
    }, 60);
  };
  const tick = setInterval(() => !paused && draw(), 500);
  const stop = (): void => {
    clearTimeout(due);
    due = undefined;
  };
  draw();
  return {
    events(_events, next) {
      state = next;
      soon();
    },
    output({ node, text }) {
      live.set(node, text);
      soon();
    },
    pause() {
      paused = true;
      stop();
      painter.clear();
    },
    resume() {
      paused = false;
      draw();
    },
    end(last) {
      paused = true;
      stop();
      painter.clear();
      for (const line of renderRun(last, definition, {
        width: (terminal.out.columns ?? 80) - 1,
        now: now(),
        color: terminal.color,
      })) {
        say(terminal, line);
      }
    },
    close() {
      paused = true;
      clearInterval(tick);
      stop();
      painter.end();
    },
  };
}

/** Elsewhere: one line for each change of state. */
export function lineReporter(terminal: Terminal, definition: Definition): Reporter {
  const titles = titlesIn(definition);
  const line = (at: number, role: string, standing: Standing, text: string, fact = ''): void => {
    const time = new Date(at).toTimeString().slice(0, 8);
    say(terminal, `${time} ${markOf(role, standing)} ${visible(text)}${fact === '' ? '' : `  ${visible(fact)}`}`);
  };
  const nodes = new Map(walk(definition.body).map(({ node, path }) => [path, node]));
  let state: RunState | undefined;
  return {
    events(events) {
      for (const event of events) {
        // As it stood then: what was set back since stands otherwise by now.
        state = apply(state, event);
        const node = nodes.get(pathOf(event.node));
        const foretold =
          node && event.type === 'node.completed' ? foretell(node, state.nodes.get(event.node)) : undefined;
        if (foretold) line(event.at, node!.role, foretold.standing, titles.of(event.node), foretold.fact);
        else tell(event, titles, line);
      }
    },
    output() {},
    pause() {},
    resume() {},
    end() {},
    close() {},
  };
}

/** What a dry run says of a node that it came by and did not do. */
function foretell(node: Node, state: NodeState | undefined): { standing: Standing; fact: string } | undefined {
  const said = state && forecastOf(node, state);
  if (!state || (said === undefined && !isShown(state))) return undefined;
  const standing = state.gate && wouldReject(state.gate) ? 'failed' : isShown(state) ? 'shown' : 'completed';
  const detail = forecastDetail(node, state);
  const told = [said, detail.length > 400 ? `${detail.slice(0, 399)}…` : detail];
  return { standing, fact: told.filter((text) => text !== undefined && text !== '').join(': ') };
}

type Line = (at: number, role: string, standing: Standing, text: string, fact?: string) => void;

function tell(event: RunEvent, titles: ReturnType<typeof titlesIn>, line: Line): void {
  const title = titles.of(event.node);
  const role = titles.role(event.node) ?? 'step';
  switch (event.type) {
    case 'run.started':
      if (event.payload.dryRun)
        line(event.at, role, 'shown', event.payload.title, 'a dry run: what is not a read is shown, not done');
      return;
    case 'node.started':
      if (event.payload.role === 'stage') line(event.at, role, 'running', title, event.payload.persona);
      return;
    case 'node.completed': {
      // A gate that was rejected and lets the run go on has ended, and has not passed.
      const { output } = event.payload;
      const rejected = role === 'gate' && isObject(output) && output.passed === false;
      line(event.at, role, rejected ? 'failed' : 'completed', title, elapsed(event.at - event.payload.startedAt));
      return;
    }
    case 'node.failed': {
      const { code, message } = event.payload.failure;
      line(event.at, role, 'failed', title, `${code}: ${message}`);
      return;
    }
    case 'node.skipped':
      line(event.at, role, 'skipped', title, event.payload.reason);
      return;
    case 'node.cancelled':
      line(event.at, role, 'cancelled', title);
      return;
    case 'node.unknown':
      line(event.at, role, 'unknown', title, event.payload.failure.message);
      return;
    case 'gate.opened':
      for (const check of event.payload.checks) {
        const standing = check.assumed ? 'shown' : check.held ? 'completed' : 'failed';
        line(event.at, 'check', standing, `${title}: ${check.title}`, sawFact(check));
      }
      if (failedFor(event.payload).length > 0) return;
      for (const asked of event.payload.signOffs) {
        if (event.payload.assumed) line(event.at, 'sign-off', 'shown', `${title}: ${asked.title}`, wouldAsk(asked));
        else line(event.at, 'sign-off', 'waiting', `${title}: ${asked.title}`);
      }
      return;
    case 'gate.signed':
      line(event.at, 'sign-off', 'completed', title, `signed by ${event.payload.signature.person}`);
      return;
    case 'gate.refused':
      line(event.at, 'sign-off', 'failed', title, `refused by ${event.payload.signature.person}`);
      return;
    case 'ask.opened':
      line(event.at, role, 'waiting', title, event.payload.question);
      return;
    case 'ask.answered':
      line(event.at, role, 'completed', title, `answered by ${event.payload.by.name}`);
      return;
    default:
      return;
  }
}

/** For programs: each event as one line of JSON, then the run as it stands. */
export function jsonReporter(terminal: Terminal): Reporter {
  return {
    events(events) {
      for (const event of events) say(terminal, JSON.stringify({ event }));
    },
    output({ node, text }) {
      say(terminal, JSON.stringify({ output: { node, text } }));
    },
    pause() {},
    resume() {},
    end(state) {
      say(terminal, JSON.stringify({ run: runAsJson(state) }));
    },
    close() {},
  };
}

/** A run's state as plain JSON. */
export function runAsJson(state: RunState): Record<string, unknown> {
  const { nodes, memory, waiting, remembered: _remembered, ...rest } = state;
  return {
    ...rest,
    nodes: Object.fromEntries(nodes),
    memory: Object.fromEntries(memory),
    waiting: [...waiting],
  };
}
