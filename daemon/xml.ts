import { createRequire } from 'node:module';
import type * as xml from 'fast-xml-parser';

const require = createRequire(import.meta.url);

/** A reader of XML. The library is loaded with the first: most commands read none. */
export function createXmlParser(options: xml.X2jOptions): xml.XMLParser {
  const library = require('fast-xml-parser') as typeof xml;
  return new library.XMLParser(options);
}
