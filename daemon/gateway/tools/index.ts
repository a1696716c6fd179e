import type { GatewayTool } from '../tool.ts';
import { answer } from './answer.ts';
import { appendToPage } from './append-to-page.ts';
import { currentStage } from './current-stage.ts';
import { note } from './note.ts';
import { proposeEdit } from './propose-edit.ts';
import { readMemory } from './read-memory.ts';
import { readPage } from './read-page.ts';
import { remember } from './remember.ts';
import { searchGraph } from './search-graph.ts';

/** Stagebook's own tools, in the order in which agents see them. */
export const tools: readonly GatewayTool[] = [
  currentStage,
  readMemory,
  remember,
  answer,
  note,
  searchGraph,
  readPage,
  appendToPage,
  proposeEdit,
];
