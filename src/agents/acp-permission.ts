import type * as acp from '@agentclientprotocol/sdk';
import type { AcpPermission } from './acp-update.ts';

/**
 * The option that says what a person decided, found by its kind: the ids are each agent's own. Never grants more than
 * was granted when the agent offers a narrower option. No decision, and one that no option stands for, is `cancelled`.
 */
export function choosePermission(
  decision: 'allow' | 'deny' | undefined,
  options: AcpPermission['options'],
): acp.RequestPermissionOutcome {
  const kinds = { allow: ['allow_once', 'allow_always'], deny: ['reject_once'] };
  for (const wanted of decision ? kinds[decision] : []) {
    const option = options.find(({ kind }) => kind === wanted);
    if (option) return { outcome: 'selected', optionId: option.optionId };
  }
  return { outcome: 'cancelled' };
}
