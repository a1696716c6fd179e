import type { PageNode } from '../../shared/protocol.ts';
import type { Action, Field, Look } from './block.ts';
import { clip, html, NOTHING, type Html } from './html.ts';
import { icon } from './icon.ts';
import { blockOf } from './index.ts';
import { spotOf, type Scene } from './scene.ts';

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
  ticks: boolean;
}

/** The functions that our HTML names; main.ts provides them. */
export const MODEL = {
  act: 'stagebookAct',
  type: 'stagebookType',
  fold: 'stagebookFold',
  focus: 'stagebookFocus',
  blur: 'stagebookBlur',
} as const;

/** The look of a node's block in a scene. */
export function lookOf(scene: Scene, node: PageNode): Look | undefined {
  return blockOf(node.role)?.look(spotOf(scene, node));
}

/** What a block draws in its scene; `wanted` is the one action on the page that is asked for now. */
export function drawNode(scene: Scene, node: PageNode, wanted: Wanted | undefined): Drawing | undefined {
  const look = lookOf(scene, node);
  if (!look) return undefined;
  const problem = scene.reading.problems.find((one) => one.uuid !== undefined && one.uuid === node.uuid);
  const line = problem && look.line === undefined ? problemLine(problem) : look.line;
  return compose(
    node,
    { ...look, line },
    scene.fenced(node.uuid ?? ''),
    (act) => wanted?.uuid === node.uuid && wanted?.act === act,
  );
}

/** What is known of a block apart from any workflow: drawn while there is no reading of its page. */
export interface Stranger {
  uuid: string;
  role: string;
  fenced: boolean;
  problem?: { severity: string; message: string } | undefined;
  /** One line about the connection. Headers show it. */
  notice?: string | undefined;
}

export function drawStranger({ uuid, role, fenced, problem, notice }: Stranger): Drawing {
  const known = blockOf(role)?.role;
  const said = role === 'workflow' && notice !== undefined ? html`<span class="sb-said">${notice}</span>` : undefined;
  const look: Look = {
    tone: known ? 'idle' : 'unknown',
    shape: role === 'check' || role === 'sign-off' || role === 'claim' ? 'square' : 'circle',
    word: known ? undefined : `“${clip(role, 30)}” is no role of Stagebook`,
    facts: [],
    line: problem ? problemLine(problem) : said,
  };
  // Its title is not known to be missing, so its role is not printed in the title's place.
  return compose({ uuid, role: known ?? 'unknown', title: ' ' }, look, fenced, () => false);
}

export interface Wanted {
  uuid: string;
  act: string;
}

const HEADER_WANTS = ['resume', 'trust', 'run'];

/** The one action that is wanted on a page now: a signature, an answer, or what the header offers first. */
export function wantedOn(scene: Scene): Wanted | undefined {
  const roles = scene.run && scene.run.waiting.size > 0 ? ['sign-off', 'ask', 'workflow'] : ['workflow'];
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

function compose(
  node: { uuid?: string; role: string; title: string },
  look: Look,
  fenced: boolean,
  filled: (act: string) => boolean,
): Drawing {
  const uuid = node.uuid ?? '';
  const live = html`<span class="sb-l" data-s="${look.tone}"
    >${icon(look.shape, look.tone, look.word)}${
      look.facts.length > 0 && html`<span class="sb-r sb-facts">${look.facts}</span>`
    }${look.line && html`<span class="sb-l2">${look.line}</span>`}</span
  >`.html;
  const actions = look.actions?.length
    ? html`<span class="sb-r sb-acts">${look.actions.map((action) => button(uuid, action, filled(action.act)))}</span>`
    : NOTHING;
  const quiet = (look.quiet ?? []).map((action) => button(uuid, action, false));
  const name = node.title === '' ? html`<span class="sb-name">${node.role}</span>` : NOTHING;
  const fields = look.form ? form(uuid, look.form.fields) : NOTHING;
  const before = html`<span class="sb sb-${node.role}" ${focusHooks(uuid)}>${actions}</span>`.html;
  const after = (open: boolean) =>
    html`<span class="sb-r sb-q">${quiet}${fenced && toggle(uuid, node.title || node.role, open)}</span>${name}${fields}</span>`
      .html;
  return {
    live,
    frameKey: before + after(false),
    frame: ({ holder, first, open }) =>
      `${before}<span class="sb-live" id="${holder}"><span class="sb-first" id="${first}">${live}</span></span>${after(open)}`,
    ticks: look.ticks ?? false,
  };
}

function focusHooks(uuid: string): Html {
  return html`data-on-focusin="${MODEL.focus}" data-on-focusout="${MODEL.blur}" data-u="${uuid}"`;
}

function button(uuid: string, { act, label, title }: Action, filled: boolean): Html {
  const longer = title === undefined ? undefined : html` aria-label="${clip(title, 120)}" title="${clip(title, 120)}"`;
  return html`<button
    type="button"
    class="forbid-edit${filled ? ' sb-p' : ''}"
    data-on-click="${MODEL.act}"
    data-u="${uuid}"
    data-a="${act}"
    ${longer}
  >
    ${label}
  </button>`;
}

/** Shows and hides the settings that stand in the block. By style alone: the text is never changed. */
function toggle(uuid: string, title: string, open: boolean): Html {
  const label = `Settings of ${clip(title, 80)}`;
  return html`<details class="sb-cfg" ${open && html` open`}>
    <summary class="forbid-edit" data-on-click="${MODEL.fold}" data-u="${uuid}" aria-label="${label}" title="Settings">
      &#123;&#125;
    </summary>
  </details>`;
}

function form(uuid: string, fields: readonly Field[]): Html {
  const rows = Math.min(20, Math.ceil(fields.length / 2));
  return html`<span class="sb-form sb-rows-${rows}" role="group" aria-label="Inputs"
    >${fields.map((field) => control(uuid, field))}</span
  >`;
}

function control(uuid: string, { name, label, kind, options, value, placeholder }: Field): Html {
  const names = html`class="forbid-edit" data-u="${uuid}" data-n="${name}" aria-label="${label}"`;
  const made = options
    ? html`<select ${names} data-on-change="${MODEL.type}">
        ${options.map(
          (option) =>
            html`<option value="${option}" ${option === value && html` selected`}>
              ${option === '' ? 'choose…' : option}
            </option>`,
        )}
      </select>`
    : html`<input
        ${names}
        data-on-input="${MODEL.type}"
        type="${kind}"
        value="${value}"
        ${placeholder && html` placeholder="${placeholder}"`}
        autocomplete="off"
        spellcheck="false"
      />`;
  return html`<span class="sb-field"
    ><span class="sb-label" title="${label}" aria-hidden="true">${label}</span>${made}</span
  >`;
}

function problemLine({ severity, message }: { severity: string; message: string }): Html {
  return html`<span class="sb-problem" data-s="${severity === 'error' ? 'bad' : 'wait'}"
    ><span class="sb-tag">${severity}</span> <bdi>${clip(message, 300)}</bdi></span
  >`;
}
