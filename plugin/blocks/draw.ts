import type { PageNode } from '../../shared/protocol/calls/pages.ts';
import type { Action, Field, Look } from './block.ts';
import { CONNECT } from './connect.ts';
import { clip, markup, NOTHING, type Html } from './html.ts';
import { icon } from './icon.ts';
import { blockOf } from './index.ts';
import { noticeLine, problemLine } from './parts.ts';
import { stateOf, toneOf, type Scene } from './scene.ts';
import { ticksIn } from './ticking.ts';

/**
 * A block as HTML, in two parts with lives of their own (logseq.md, Macros and slots): the frame has what can be focused
 * and is rebuilt only when that changes; the live part has icon, values and line and changes as often as it likes.
 */
export interface Drawing {
  live: string;
  /** The frame around a live part, whose holder and first element get these ids. */
  frame(ids: { holder: string; first: string; open: boolean }): string;
  /** Equal for frames that are the same but for their ids. */
  frameKey: string;
  /** The times in it that go on by themselves. */
  ticks: readonly string[];
}

/** The functions that our HTML names; main.ts provides them. */
export const MODEL = {
  act: 'stagebookAct',
  type: 'stagebookType',
  tick: 'stagebookTick',
  fold: 'stagebookFold',
  focus: 'stagebookFocus',
  blur: 'stagebookBlur',
} as const;

/** The look of a node's block in a scene. */
export function lookOf(scene: Scene, node: PageNode): Look | undefined {
  const { path } = node;
  const spot = { scene, node, state: stateOf(scene, path), tone: toneOf(scene, path), settings: scene.settings(path) };
  return blockOf(node.role)?.look(spot);
}

/** What a block draws in its scene; `wanted` is the one action on the page that is asked for now. */
export function drawNode(scene: Scene, node: PageNode, wanted: Wanted | undefined): Drawing | undefined {
  const look = lookOf(scene, node);
  if (!look) return undefined;
  const problem = scene.reading.problems.find((one) => one.uuid !== undefined && one.uuid === node.uuid);
  const line = problem && look.line === undefined ? problemLine(problem) : look.line;
  const facts = scene.asking(node.uuid ?? '') ? [ASKING, ...look.facts] : look.facts;
  return compose(
    node,
    { ...look, facts, line },
    scene.fenced(node.uuid ?? ''),
    (act) => wanted?.uuid === node.uuid && wanted?.act === act,
  );
}

/** A wish is on its way to the daemon, and nothing of it is to be seen yet. */
const ASKING = markup`<span class="sb-f" role="status">asking…</span>`;

/** What is known of a block apart from any workflow: drawn while there is no reading of its page. */
export interface Stranger {
  uuid: string;
  role: string;
  fenced: boolean;
  /** Whether nothing stands behind its macro. */
  untitled: boolean;
  problem?: { severity: string; message: string } | undefined;
  /** One line about the connection. Headers show it. */
  notice?: string | undefined;
  /** Whether Logseq and a daemon have to be connected (again). Headers offer it. */
  connect?: boolean;
  /** Whether the daemon has not read the page yet. Headers say so when that takes its time. */
  unread?: boolean;
}

export function drawStranger({ uuid, role, fenced, untitled, problem, notice, connect, unread }: Stranger): Drawing {
  const known = blockOf(role)?.role;
  const said = role === 'workflow' ? saidBy(notice, unread) : undefined;
  const look: Look = {
    tone: known ? 'idle' : 'unknown',
    shape: role === 'check' || role === 'sign-off' || role === 'claim' ? 'square' : 'circle',
    word: known ? undefined : `“${clip(role, 30)}” is no role of Stagebook`,
    facts: [],
    line: problem ? problemLine(problem) : said,
    actions: connect && role === 'workflow' ? [CONNECT] : [],
  };
  return compose({ uuid, role: known ?? 'unknown', title: untitled ? '' : ' ' }, look, fenced, () => true);
}

function saidBy(notice: string | undefined, unread = false): Html | undefined {
  if (notice !== undefined) return noticeLine(notice);
  // Its room is kept from the first: what is read stands on the same line.
  return unread ? markup`<span class="sb-said sb-late">Waiting for Stagebook to read this page…</span>` : undefined;
}

export interface Wanted {
  uuid: string;
  act: string;
}

const HEADER_WANTS = ['connect', 'astray', 'resume', 'trust', 'run', 'show'];

/** The one action that is wanted on a page now: a signature, an answer, or what the header offers first. */
export function wantedOn(scene: Scene): Wanted | undefined {
  const roles =
    scene.run && scene.run.waiting.size > 0 ? ['sign-off', 'ask', 'step', 'workflow'] : ['workflow', 'persona'];
  for (const role of roles) {
    for (const node of scene.reading.nodes) {
      if (node.role !== role || node.uuid === undefined) continue;
      const { actions } = lookOf(scene, node) ?? {};
      const action =
        role === 'workflow'
          ? HEADER_WANTS.flatMap((act) => actions?.find((one) => one.act === act) ?? [])[0]
          : actions?.[0];
      if (action) return { uuid: node.uuid, act: action.act };
    }
  }
  return undefined;
}

/** About how wide a button is, in pixels: its letters, what is around them, and what is between it and the next. */
const wideOf = ({ label }: Action): number => label.length * 7 + 28;

/** Room for a header's buttons in windows of 380 and of 480 pixels, the narrowest of those that the style knows. */
const SLIM = 236;
const WIDER = 336;

/** In how many rows buttons stand where there is so much room. */
function rowsIn(room: number, actions: readonly Action[]): number {
  let rows = 1;
  let used = 0;
  for (const wide of actions.map(wideOf)) {
    if (used > 0 && used + wide > room) {
      rows += 1;
      used = 0;
    }
    used += wide;
  }
  return rows;
}

/** Buttons in a row; the style has to know what room they need where they stand beneath a title. */
function row(actions: readonly Action[], buttons: readonly Html[]): Html {
  const wide = actions.reduce((sum, action) => sum + wideOf(action), 0);
  const rows = `sb-slim-${rowsIn(SLIM, actions)} sb-wide-${rowsIn(WIDER, actions)}`;
  return markup`<span class="sb-r sb-acts ${rows}" style="--sb-wide:${wide}px">${buttons}</span>`;
}

/** A first word for which there may be no room beside the icon, in a narrow window. */
const LONG_WORD = /^\S{17}/;

function compose(
  node: { uuid?: string; role: string; title: string },
  look: Look,
  fenced: boolean,
  filled: (act: string) => boolean,
): Drawing {
  const uuid = node.uuid ?? '';
  const facts = look.facts.length > 0 && markup`<span class="sb-r sb-facts">${look.facts}</span>`;
  const line = look.line && markup`<span class="sb-l2">${look.line}</span>`;
  const live =
    markup`<span class="sb-l" data-s="${look.tone}">${icon(look.shape, look.tone, look.word)}${facts}${line}</span>`
      .html;
  const actions = look.actions?.length
    ? row(
        look.actions,
        look.actions.map((action) => button(uuid, action, filled(action.act))),
      )
    : NOTHING;
  const quiet = (look.quiet ?? []).map((action) => button(uuid, action, false));
  const name = node.title === '' ? markup`<span class="sb-name">${node.role}</span>` : NOTHING;
  // The frame's element is opened here and closed in `after`.
  const before = `${markup`<span class="sb sb-${node.role}${LONG_WORD.test(node.title) ? ' sb-long' : ''}" ${focusHooks(uuid)}>`.html}${actions.html}`;
  const after = (open: boolean, fields: readonly Field[], holder: string) => {
    const settings = fenced && toggle(uuid, node.title || node.role, open);
    const filledIn = fields.length > 0 && [strut(node.title), form(uuid, holder, fields)];
    return `${markup`<span class="sb-r sb-q">${quiet}${settings}</span>${name}${filledIn}`.html}</span>`;
  };
  const fields = look.form?.fields ?? [];
  return {
    live,
    // What a person types stands in the page already: it is no reason to take the field from under their fingers.
    frameKey:
      before +
      after(
        false,
        fields.map((field) => ({ ...field, value: '' })),
        '',
      ),
    frame: ({ holder, first, open }) =>
      `${before}<span class="sb-live" id="${holder}"><span class="sb-first" id="${first}">${live}</span></span>${after(open, fields, holder)}`,
    ticks: ticksIn(live),
  };
}

function focusHooks(uuid: string): Html {
  return markup`data-on-focusin="${MODEL.focus}" data-on-focusout="${MODEL.blur}" data-u="${uuid}"`;
}

function button(uuid: string, { act, label, title }: Action, filled: boolean): Html {
  const longer =
    title === undefined
      ? undefined
      : markup` aria-label="${spoken(label, clip(title, 120))}" title="${clip(title, 120)}"`;
  const names = markup`class="forbid-edit${filled ? ' sb-p' : ''}" data-on-click="${MODEL.act}" data-u="${uuid}" data-a="${act}"`;
  return markup`<button type="button" ${names}${longer}>${label}</button>`;
}

/** A button is called by what it shows (WCAG 2.5.3), whatever else its name says. */
function spoken(label: string, title: string): string {
  const word = label.replace('…', '');
  return title.toLowerCase().includes(word.toLowerCase()) ? title : `${word}: ${title}`;
}

/** Shows and hides the settings that stand in the block. By style alone: the text is never changed. */
function toggle(uuid: string, title: string, open: boolean): Html {
  const label = `Settings of ${clip(title, 80)}`;
  const names = markup`class="forbid-edit" data-on-click="${MODEL.fold}" data-u="${uuid}" aria-label="${label}" title="Settings"`;
  return markup`<details class="sb-cfg"${open && markup` open`}><summary ${names}>${'{}'}</summary></details>`;
}

/** Longer values are kept, not drawn. */
const FIELD_CHARACTERS = 2_000;

/** Letters beside a header's buttons, and on a line of its own, in a wide window and in a narrow one. */
const BESIDE = 30;
const WIDE = 76;
const NARROW = 32;

/** Room for a long title, which would be torn apart by the fields otherwise. Rather a line too many than one too few. */
function strut(title: string): Html {
  const wide = title.length <= BESIDE ? 1 : 1 + Math.ceil((title.length - BESIDE) / WIDE);
  const narrow = Math.max(1, Math.ceil(title.length / NARROW));
  return narrow === 1 ? NOTHING : markup`<span class="sb-strut" style="--wide:${wide};--narrow:${narrow}"></span>`;
}

function form(uuid: string, holder: string, fields: readonly Field[]): Html {
  const controls = fields.map((field) => control(uuid, holder, field));
  return markup`<span class="sb-form" role="group" aria-label="Inputs">${controls}</span>`;
}

/** `holder`: the place that it is in. The block may stand in others, too, which show what is typed here. */
function control(uuid: string, holder: string, field: Field): Html {
  const { name, label, kind, options, value, placeholder } = field;
  const names = markup`class="forbid-edit" data-u="${uuid}" data-n="${name}" data-p="${holder}" aria-label="${label}"`;
  const text = markup`<span class="sb-label" aria-hidden="true">${label}</span>`;
  if (kind === 'box') {
    const box = markup`<input ${names} data-on-change="${MODEL.tick}" type="checkbox"${value === 'true' && markup` checked`}>`;
    return markup`<span class="sb-field sb-tick">${box}${text}</span>`;
  }
  const hint = placeholder === undefined ? undefined : markup` placeholder="${placeholder}"`;
  const made = options
    ? markup`<select ${names} data-on-change="${MODEL.type}">${options.map((option) => choice(option, option === value))}</select>`
    : markup`<input ${names} data-on-input="${MODEL.type}" type="${kind}" value="${value.slice(0, FIELD_CHARACTERS)}"${hint} autocomplete="off" spellcheck="false">`;
  return markup`<span class="sb-field">${text}${made}</span>`;
}

function choice(option: string, chosen: boolean): Html {
  const shown = option === '' ? 'choose…' : clip(option, 80);
  return markup`<option value="${option.slice(0, FIELD_CHARACTERS)}"${chosen && markup` selected`}>${shown}</option>`;
}
