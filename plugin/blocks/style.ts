import { FRESH_STYLE } from './ticking.ts';

/**
 * How blocks look, in Logseq's own variables with fallbacks, so that themes carry over (look.md). Colours repeat what
 * shapes say; text on any of them holds AA in light and dark. Only a step that takes its time gets room for its output: with
 * those that come and go in a moment the whole page would jump.
 */
export const STYLE = `
${FRESH_STYLE}
:root{--sb-ok:#1a7f37;--sb-bad:#c4281c;--sb-wait:#8a5700;--sb-run:#0a64b8;
 --sb-text:var(--lx-gray-12,var(--ls-primary-text-color,#2b2f36));--sb-paper:var(--lx-gray-01,var(--ls-primary-background-color,#fff));
 --sb-raised:var(--lx-gray-03,var(--ls-secondary-background-color,#f5f5f5));--sb-edge:var(--lx-gray-06,var(--ls-border-color,#cfd3d8));
 --sb-mut:color-mix(in srgb,var(--sb-text) 78%,var(--sb-paper))}
html[data-theme=dark],.dark,.dark-theme{--sb-ok:#4fd07a;--sb-bad:#ff8b80;--sb-wait:#f0b64a;--sb-run:#6cb6ff;
 --sb-text:var(--lx-gray-12,var(--ls-primary-text-color,#e6e8eb));--sb-paper:var(--lx-gray-01,var(--ls-primary-background-color,#15191e));
 --sb-raised:var(--lx-gray-03,var(--ls-secondary-background-color,#20262d));--sb-edge:var(--lx-gray-06,var(--ls-border-color,#3b434d));
 --sb-mut:color-mix(in srgb,var(--lx-gray-11,var(--sb-text)) 92%,var(--sb-paper))}
@supports not selector(:has(a)){.sb-facts > .sb-f + .sb-f::before{content:"·";margin-right:8px}}
@supports not (color:color-mix(in srgb,red 50%,blue)){:root,html[data-theme=dark],.dark,.dark-theme{--sb-mut:var(--sb-text)}}

.lsp-hook-ui-slot:has(> [id^="stagebook--sb-"]){display:contents!important}
[id^="stagebook--sb-"]:not(.sb-first){display:contents!important}
.sb,.sb-live,.sb-first,.sb-l{display:inline}
[id^="live-"]:has(> [data-injected-ui]) > .sb-first{display:none!important}
[data-s]{--c:var(--sb-mut)}[data-s=ok]{--c:var(--sb-ok)}[data-s=bad]{--c:var(--sb-bad)}[data-s=wait],[data-s=unknown]{--c:var(--sb-wait)}[data-s=run]{--c:var(--sb-run)}

.sb-ic{display:inline-grid;place-items:center;width:18px;height:18px;margin-right:7px;vertical-align:-3.5px;color:var(--c)}
:is(h1,h2,h3,h4) .sb-ic{width:20px;height:20px;margin-right:3px;vertical-align:-2.5px}
.sb-ic svg{display:block;width:100%;height:100%}
/* A first word that may be longer than its line is broken only where nothing stands before it, no icon and no space: else
   the icon stands alone above it. */
.block-content:has(.sb-long):not(:has(.block-content,.block-ref .sb)){text-indent:30px;white-space:pre-line}
.block-content:has(.sb-long):not(:has(.block-content,.block-ref .sb)) :is(.block-body,.sb-r,.sb-l2,.sb-form){text-indent:0}
.block-content:has(.sb-long):not(:has(.block-content,.block-ref .sb)) .sb-ic{position:absolute;inset-inline-start:0;margin-top:3px;margin-top:calc((1lh - 18px)/2)}
.sb-mark{stroke:var(--sb-paper)}
.sb-arc{animation:sb-turn 1.1s linear infinite;will-change:transform}
@keyframes sb-turn{to{transform:rotate(360deg)}}
@media (prefers-reduced-motion:reduce){.sb-arc{animation:none}}
/* A task that somebody ticked is paled by the host; what is wrong with that is not. */
.done:has(.sb-tried){opacity:1}
.sb-toolbar{display:inline-flex;align-items:center;justify-content:center;border:0;background:none;color:inherit;cursor:pointer}
.sb-name{margin-left:.3em;color:var(--sb-mut);font-style:italic}

.sb-r,.sb-l2,.sb-form{font:400 12px/18px var(--ls-font-family,Inter),system-ui,sans-serif;letter-spacing:0;color:var(--sb-mut);font-variant-numeric:tabular-nums}
.sb-r{float:right;display:inline-flex;align-items:center;gap:8px;min-height:24px;margin-left:8px;white-space:nowrap}
/* Where there is little room values take two lines rather than the title's whole first one: beside them stays room for its
   icon and a word. Buttons that leave none, as in a narrow sidebar, stand on a line of their own. */
.sb{--sb-word:105px}:is(h1,h2,h3,h4) .sb{--sb-word:150px}h1 .sb{--sb-word:220px}
.sb-facts,.sb-acts{flex-wrap:wrap;justify-content:flex-end;box-sizing:border-box}
.sb-facts{row-gap:0;min-width:clamp(0px,(130px - 100%)*999,100% - 8px);max-width:max(56px,min(55%,100% - var(--sb-word)))}:is(h1,h2,h3,h4) .sb-facts{max-width:max(56px,100% - var(--sb-word))}
.sb-acts{min-width:clamp(0px,(var(--sb-wide) + var(--sb-word) - 100%)*999,100% - 8px)}
.sb-pill{min-width:0;max-width:100%}.sb-pill > span{overflow:hidden;text-overflow:ellipsis}
.sb-acts,.sb-q{gap:6px}
h1 .sb-r{margin-top:8px}h2 .sb-r{margin-top:6px}h3 .sb-r{margin-top:3px}
:is(h1,h2,h3,h4):has(> * .sb){display:flow-root}
.sb-facts > .sb-f{min-width:0;max-width:100%;white-space:normal;overflow-wrap:anywhere;text-align:end}.sb-facts > .sb-f:has(+ .sb-f)::after{content:"·";margin-left:8px}.sb-dim{opacity:.9}
.sb-pill{display:inline-flex;align-items:center;height:20px;padding:0 8px;border-radius:10px;border:1px solid var(--sb-edge);background:var(--sb-raised)}
.sb-st{color:var(--c);font-weight:600}

.sb button,.sb select,.sb input{font:inherit;color:var(--sb-text);border:1px solid var(--sb-edge);border-radius:6px;background:var(--sb-raised)}
.sb button{min-width:24px;min-height:24px;padding:0 9px;font-weight:500;cursor:pointer;white-space:nowrap}
.sb button:hover{border-color:var(--sb-run)}
.sb button.sb-p{background:var(--sb-run);border-color:var(--sb-run);color:#fff}
:is(html[data-theme=dark],.dark,.dark-theme) .sb button.sb-p{color:#0b1a2a}
.sb button.sb-p:hover{filter:brightness(1.08)}
.sb :is(button,select,input,summary):focus-visible{outline:2px solid var(--sb-run);outline-offset:1px}
.sb-q{opacity:0;transition:opacity .1s}
:is(.block-content,.block-content-wrapper):hover .sb-q,.sb:focus-within .sb-q{opacity:1}
.sb-q:has(> .sb-cfg[open]){opacity:1}
@media (hover:none){.sb-q{opacity:1}}
/* While they are hidden they take no room, so that a long title wraps late; shown they lie over its end. */
@media (hover:hover){.sb-q{position:relative;margin-left:-100vw;padding-left:8px;background:var(--sb-paper)}
 .sb-q:empty{padding:0}
 .sb-q:has(> .sb-cfg[open]){margin-left:8px}}
@media (prefers-reduced-motion:reduce){.sb-q{transition:none}}
.sb-cfg{display:inline-block}
.sb-cfg > summary{display:grid;place-items:center;width:24px;height:24px;border-radius:6px;list-style:none;cursor:pointer;color:var(--sb-mut);font:600 11px/1 ui-monospace,SFMono-Regular,Menlo,monospace}
.sb-cfg > summary::-webkit-details-marker{display:none}
.sb-cfg > summary:hover,.sb-cfg[open] > summary{background:var(--sb-raised);color:var(--sb-text)}

.block-content:has(.sb):not(:has(.block-content)){position:relative}
.sb-l2{position:absolute;left:30px;right:0;bottom:1px;height:20px;display:flex;align-items:center;gap:10px;white-space:nowrap;overflow:hidden;opacity:var(--sb-room,1)}
.block-content:has(.sb-l2):not(:has(.block-content)){padding-bottom:24px}
@keyframes sb-room{from{padding-bottom:0;--sb-room:0}to{padding-bottom:24px;--sb-room:1}}
.block-content:has(.sb-step .sb-l[data-s=run]):not(:has(.block-content)){animation:sb-room 0s linear .4s both}
.sb-out{min-width:0;min-height:18px;padding-left:8px;border-left:2px solid var(--c);overflow:hidden;text-overflow:ellipsis;font:12px/18px ui-monospace,SFMono-Regular,Menlo,monospace}.sb-out:empty{border:0}
.sb-why,.sb-said,.sb-problem{display:flex;gap:6px;min-width:0;overflow:hidden;text-overflow:ellipsis}
.sb-why > :is(bdi,span),.sb-said > :is(bdi,span),.sb-problem > bdi{min-width:0;overflow:hidden;text-overflow:ellipsis}
.sb-said > .sb-because{flex:none;max-width:60%}.sb-because::before{content:"· "}
/* Only what takes its time is worth a word. */
@keyframes sb-late{from{visibility:hidden}to{visibility:visible}}.sb-late{animation:sb-late 0s linear 1s both}
.sb-why > .sb-at{flex:none;max-width:50%}.sb-at + .sb-out{padding:0;border:0}.sb-why > .sb-at:empty{display:none}
.sb-why{color:var(--c)}.sb-problem{color:var(--c)}.sb-tag{font-weight:600}
@media (max-width:1000px){.sb-l2:has(> .sb-tried){height:38px;align-items:flex-start;white-space:normal}
 .block-content:has(.sb-tried):not(:has(.block-content)){padding-bottom:42px}}
@media (max-width:640px){.sb-l2 > .sb-short,.sb-short ~ .sb-sum{display:none}.sb-workflow :is(.sb-acts,.sb-facts){float:none;position:absolute;margin:0;min-width:0;max-width:none}
 .sb-workflow .sb-acts{left:30px;right:0;bottom:calc(26px + var(--sb-said,0px) + var(--sb-values,0px));row-gap:6px}
 .sb-workflow .sb-facts{left:30px;right:0;bottom:calc(26px + var(--sb-said,0px))}
 .block-content:has(.sb-workflow :is(.sb-acts,.sb-facts)):not(:has(.block-content)){padding-bottom:calc(28px + var(--sb-said,0px) + var(--sb-values,0px) + var(--sb-rows,0)*30px)}
 .block-content:has(.sb-workflow .sb-facts):not(:has(.block-content)){--sb-values:26px}
 .block-content:has(.sb-workflow .sb-acts):not(:has(.block-content)){--sb-rows:1}
 .block-content:has(.sb-workflow .sb-wide-2):not(:has(.block-content)){--sb-rows:2}
 .block-content:has(.sb-workflow .sb-wide-3):not(:has(.block-content)){--sb-rows:3}
 .block-content:has(.sb-workflow :is(.sb-tried,.sb-notice)):not(:has(.block-content)){--sb-said:20px}}
@media (max-width:480px){.block-content:has(.sb-workflow .sb-slim-2):not(:has(.block-content)){--sb-rows:2}
 .block-content:has(.sb-workflow .sb-slim-3):not(:has(.block-content)){--sb-rows:3}
 .block-content:has(.sb-workflow .sb-slim-4):not(:has(.block-content)){--sb-rows:4}
 .block-content:has(.sb-workflow .sb-notice):not(:has(.block-content)){--sb-said:38px}}
@media (max-width:640px) and (hover:hover){.sb-q{position:absolute;top:2px;right:0;margin:0;padding-left:8px;background:var(--sb-paper)}}
.sb-sum{min-width:0;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.sb-notice > span{min-width:0;overflow:hidden;text-overflow:ellipsis}
@media (max-width:1000px){.sb-l2:has(> .sb-notice){height:38px;align-items:flex-start;white-space:normal}
 .block-content:has(.sb-notice):not(:has(.block-content)){padding-bottom:42px}}
@media (max-width:480px){.sb-l2:has(> .sb-notice){height:56px}.block-content:has(.sb-notice):not(:has(.block-content)){padding-bottom:60px}}
/* The heads of a gate's table stay whole, as newer hosts keep those of any table: else its columns become as narrow as a letter. */
.markdown-table th{white-space:nowrap}
.sb-grow{flex:1}.sb-short ~ .sb-sum{flex:none;max-width:45%}

.sb-bar{display:flex;flex:1;min-width:60px}.sb-short{flex:none;width:72px}
.sb-lanes{display:inline-flex;gap:3px;height:8px}
.sb-bar .sb-lanes{display:flex;flex:1}
.sb-lanes > i{position:relative;width:14px;border-radius:4px;overflow:hidden;background:color-mix(in srgb,var(--sb-mut) 28%,var(--sb-paper))}
.sb-bar .sb-lanes > i{flex:1;width:auto}
.sb-lanes > i:is([data-s=ok],[data-s=bad]){background:var(--c)}
.sb-lanes > i[data-s=bad]{background:linear-gradient(115deg,var(--c) calc(50% - 1.5px),var(--sb-paper) 0 calc(50% + 1.5px),var(--c) 0)}
.sb-lanes > i:is([data-s=run],[data-s=wait])::after{content:"";position:absolute;inset:0;width:var(--p,50%);border-radius:4px;background:var(--c)}
.sb-lanes > i[data-s=wait]::after{background:repeating-linear-gradient(45deg,var(--c) 0 4px,transparent 4px 7px)}
.sb-lanes > i:is([data-s=skip],[data-s=stop]){background:none;box-shadow:inset 0 0 0 1.5px color-mix(in srgb,var(--sb-mut) 45%,var(--sb-paper))}
.sb-lanes > i[data-s=shown]{background:repeating-linear-gradient(135deg,color-mix(in srgb,var(--sb-mut) 60%,var(--sb-paper)) 0 2px,transparent 2px 5px)}
.sb-spark{display:inline-flex;align-items:flex-end;gap:2px;height:16px}
.sb-spark > i{width:4px;height:var(--h,50%);border-radius:1px;background:var(--c)}
.sb-spark > i[data-s=bad]{background:repeating-linear-gradient(0deg,var(--c) 0 2px,transparent 2px 3px)}
.sb-spark > i[data-s=stop]{background:none;box-shadow:inset 0 0 0 1px var(--c)}

.sb-form{float:left;clear:both;box-sizing:border-box;width:100%;padding:6px 0 8px 30px;display:grid;grid-template-columns:repeat(auto-fill,minmax(210px,1fr));gap:8px 20px;align-items:end}
/* Keeps the fields below as many lines as the title may need: they come before it in the document. */
.sb-strut{float:left;clear:left;width:0;height:calc(var(--wide) * 1.5em)}
@media (max-width:640px){.sb-strut{height:calc(var(--narrow) * 1.5em)}}
.sb-field{display:flex;flex-direction:column;gap:2px;min-width:0;white-space:normal}
.sb-label{color:var(--sb-mut)}
.sb-field :is(input:not([type=checkbox]),select){box-sizing:border-box;width:100%;min-width:0;height:28px;padding:0 8px;background:var(--sb-paper)}
.sb-field input::placeholder{color:var(--sb-mut);opacity:1}
.sb-tick{flex-direction:row;align-items:center;gap:8px;min-height:28px}
.sb-tick input{flex:none;width:16px;height:16px;margin:0;accent-color:var(--sb-run)}
.block-content:has(.sb-form):not(:has(.block-content)){display:flow-root}

.block-content:has(.sb-cfg:not([open])):not(:has(.block-content)) :is(.cp__fenced-code-block,.ls-code-editor-wrap,pre.code-editor){clear:both;height:0;min-height:0;margin:0;padding:0;border:0;overflow:hidden;visibility:hidden}

/* Forced colours know no theme of the host: shapes stay what they are, bars keep their fill, one button is filled. */
@media (forced-colors:active){:root,html[data-theme=dark],.dark,.dark-theme{--sb-ok:CanvasText;--sb-bad:CanvasText;--sb-wait:CanvasText;--sb-run:CanvasText;--sb-text:CanvasText;--sb-paper:Canvas;--sb-raised:Canvas;--sb-edge:CanvasText;--sb-mut:CanvasText}
 .sb-ic,.sb-lanes > i,.sb-spark > i{forced-color-adjust:none}
 .sb button.sb-p{forced-color-adjust:none;background:Highlight;border-color:Highlight;color:HighlightText}}
`;

/** Blocks as a style without `:has()` has to be told of them. */
export interface ShownBlocks {
  all: readonly string[];
  /** Their settings are folded. */
  folded: readonly string[];
  /** They are unfolded: what folds them again stays in view. */
  open: readonly string[];
  /** They have a line beneath their title. */
  lined: readonly string[];
}

/** What the style says by `:has()`, for a browser that does not know it: by the ids of blocks. */
export function styleById({ all, folded, open, lined }: ShownBlocks): string {
  const rule = (uuids: readonly string[], inner: string, style: string): string => {
    const own = uuids.filter((uuid) => /^[\w-]+$/.test(uuid));
    // Not the blocks under them. What holds these is called otherwise in every version.
    const blocks = own.map((uuid) => `[blockid="${uuid}"] > :not(.block-children):not(.block-children-container)`);
    return blocks.length === 0 ? '' : `:is(${blocks.join(',')}) ${inner}{${style}}\n`;
  };
  return (
    '/* by id */\n' +
    rule(all, '.lsp-hook-ui-slot', 'display:contents!important') +
    rule(all, '.block-content', 'position:relative;display:flow-root') +
    rule(all, ':is(h1,h2,h3,h4)', 'display:flow-root') +
    rule(lined, '.block-content', 'padding-bottom:24px') +
    rule(open, '.sb-q', 'opacity:1;margin-left:8px') +
    rule(
      folded,
      ':is(.cp__fenced-code-block,.ls-code-editor-wrap,pre.code-editor)',
      'clear:both;height:0;min-height:0;margin:0;padding:0;border:0;overflow:hidden;visibility:hidden',
    )
  );
}
