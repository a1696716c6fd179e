/** Our own light and dark: the host's variables do not reach into this document. Contrast is AA in both. */
export const STYLE = `
:root { color-scheme: light; --bg: #fff; --soft: #f3f5f7; --text: #1d2733; --dim: #56626f; --line: #d5dbe1; --blue: #0b62b5; --on: #fff; --warn: #fff3d6; --bad: #b3261e; }
:root[data-theme=dark] { color-scheme: dark; --bg: #10202b; --soft: #1a2e3b; --text: #e4ebf1; --dim: #a3b3c0; --line: #31485a; --blue: #7db8f0; --on: #08202f; --warn: #463813; --bad: #ffb4ab; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html, body { margin: 0; height: 100%; background: var(--bg); color: var(--text); font: 14px/1.5 Inter, system-ui, sans-serif; }
body { display: flex; flex-direction: column; }
header { display: flex; align-items: center; gap: 4px; padding: 6px 8px 6px 14px; border-bottom: 1px solid var(--line); }
header h1 { flex: 1; margin: 0; font-size: 14px; font-weight: 600; }
main { flex: 1; min-height: 0; display: flex; }
.fill:focus { outline: none; }
.fill { flex: 1; min-width: 0; min-height: 0; display: flex; flex-direction: column; }
.scroll { overflow: auto; }
.panel { flex: 1; width: 100%; border: 0; background: var(--bg); }
.notice { margin: 0; padding: 8px 14px; background: var(--warn); border-bottom: 1px solid var(--line); }
button, input, select { font: inherit; color: inherit; }
button { border: 1px solid transparent; border-radius: 7px; background: none; padding: 4px 9px; cursor: pointer; }
button:hover { background: var(--soft); }
button.primary { background: var(--blue); color: var(--on); font-weight: 600; padding: 6px 14px; }
button.primary:hover { filter: brightness(1.08); }
button.link { color: var(--blue); text-decoration: underline; padding: 2px; }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 1px; }
code { background: var(--soft); border-radius: 4px; padding: 1px 5px; font: 12.5px ui-monospace, monospace; user-select: all; }
.dim { color: var(--dim); }
.pairing { padding: 18px 22px; max-width: 34rem; }
.pairing h2 { margin: 0 0 8px; font-size: 17px; }
.pairing ol { margin: 0 0 16px; padding-left: 20px; }
.pairing li { margin: 4px 0; }
.pairing label { display: block; font-weight: 600; margin-bottom: 4px; }
.inputs { padding: 16px 22px 24px; }
.inputs h2 { margin: 0 0 12px; font-size: 17px; }
.field { margin: 0 0 12px; }
.field label { display: block; font-weight: 550; margin-bottom: 3px; }
.field input, .field select { width: 100%; }
[aria-invalid=true] { border-color: var(--bad); }
.said { margin: 3px 0 0; color: var(--bad); }
.row { display: flex; gap: 8px; }
.row input { flex: 1; min-width: 0; }
input, select { background: var(--bg); border: 1px solid var(--dim); border-radius: 7px; padding: 6px 10px; }
.chooser > input { border: 0; border-bottom: 1px solid var(--line); border-radius: 0; padding: 12px 16px; font-size: 15px; }
.chooser > input:focus-visible { outline-offset: -2px; }
.chooser ul { list-style: none; margin: 0; padding: 6px; overflow: auto; flex: 1; }
.chooser li { padding: 7px 10px; border-radius: 7px; cursor: pointer; }
.chooser li[aria-selected=true] { background: var(--soft); box-shadow: inset 2px 0 0 var(--blue); }
.chooser .label { display: block; font-weight: 550; }
.chooser li .dim { display: block; font-size: 12.5px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.none { margin: 0; padding: 0 16px 12px; }
.none:empty { display: none; }
@media (prefers-reduced-motion: reduce) { * { scroll-behavior: auto !important; transition: none !important; } }
`;
