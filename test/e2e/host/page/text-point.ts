/** Where a drawn block can be clicked to be edited: on its own text, not on what plugins drew, links or code. */
export function textPoint(uuid: string): { x: number; y: number } {
  const content = document.getElementById(`block-content-${uuid}`);
  if (!content) throw new Error(`The block ${uuid} is not drawn`);
  content.scrollIntoView({ block: 'nearest' });
  const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (text.parentElement?.closest('.lsp-hook-ui-slot, a, .cp__fenced-code-block, .block-ref, .color-level')) continue;
    range.selectNodeContents(text);
    const { left, top, width, height } = range.getBoundingClientRect();
    if (width > 0) return { x: left + Math.min(width / 2, 20), y: top + Math.min(height / 2, 10) };
  }
  const { left, top, height } = content.getBoundingClientRect();
  return { x: left + 4, y: top + Math.min(height / 2, 12) };
}
