/** Who writes, and for what: it stands in the envelope. */
export interface Author {
  /** Kind of component. */
  readonly source: string;
  readonly user_id: string;
  /** An agent on behalf of the person; left out, the person. */
  readonly agent_id?: string | undefined;
  readonly task_id?: string | undefined;
  /** When it happened, ISO 8601, if not now. */
  readonly at?: string | undefined;
}

/** Who it was: an agent, or `user:<name>`. */
export const whoIs = ({ user_id, agent_id }: Author): string => agent_id ?? `user:${user_id}`;

/** The part of an envelope that says who did it. */
export function envelopeOf(author: Author) {
  const { source, task_id, user_id, at } = author;
  const who = whoIs(author);
  const call_chain = [...new Set([`user:${user_id}`, who])];
  return { source, task_id, source_agent_id: who, call_chain, timestamp: at };
}
