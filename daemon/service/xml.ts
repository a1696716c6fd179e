const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text as the content of an XML element or attribute. Control characters cannot stand in XML at all. */
export function xmlText(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ENTITIES[char]!).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
}
