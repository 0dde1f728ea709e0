interface Origin {
  /** Kind of program that reports it. */
  readonly source: string;
  readonly userId: string;
  /** Who did it on behalf of the person. */
  readonly agentId?: string | undefined;
}

/** An event with who did it, where it does not say so itself: the named agent on behalf of the person, or the person. */
export function withOrigin(
  event: Readonly<Record<string, unknown>>,
  { source, userId, agentId }: Origin,
): Record<string, unknown> {
  const person = `user:${userId}`;
  const who = agentId ?? event['source_agent_id'] ?? person;
  return { call_chain: who === person ? [person] : [person, who], source, ...event, source_agent_id: who };
}
