import type { RunEvent } from '../../shared/run/event.ts';
import type { Conversation } from './conversation.ts';

/** A resource as it is listed. */
export interface ResourceItem {
  uri: string;
  name: string;
  description: string;
  mimeType: string;
}

export interface ResourceTemplate {
  uriTemplate: string;
  name: string;
  description: string;
  mimeType: string;
}

export type ResourceContents = { uri: string; mimeType: string } & ({ text: string } | { blob: string });

/** A kind of resources that an agent can read. */
export interface GatewayResource {
  list(conversation: Conversation): ResourceItem[] | Promise<ResourceItem[]>;
  templates: readonly ResourceTemplate[];
  /** Undefined for a URI that is none of this kind. Throws where it is one and cannot be read by this session. */
  read(uri: string, conversation: Conversation): ResourceContents | undefined | Promise<ResourceContents | undefined>;
  /** Whether these events made it another one. */
  changes?(uri: string, events: readonly RunEvent[]): boolean;
}
