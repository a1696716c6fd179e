export { placeIn, walkBlocks, type Block, type Outline } from './block.ts';
export { headProperties, partHead } from './head.ts';
export { parseOutline } from './parse.ts';
export { printOutline } from './print.ts';
export { propertiesOf, propertyLines, uuidOf } from './properties.ts';
