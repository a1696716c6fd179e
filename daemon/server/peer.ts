/** Who is at the other end of a connection that was let in. */
export type Peer =
  | { right: 'propose'; plugin: string; name: string }
  | { right: 'sign'; device: string; person: string; publicKey: string };
