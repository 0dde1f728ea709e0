import type { Config } from './config.ts';
import { addRule, editConfig, ruleText } from './config-edit.ts';
import { ruleFor } from './orchestrator/rules/rule-for.ts';
import type { RuleEntry } from './orchestrator/rules/permission-rules.ts';
import { realName } from './orchestrator/rules/real-name.ts';
import type { PendingPermission } from './state/task.ts';
import type { World } from './state/world.ts';

/** A rule that a person may want, so that they are not asked for the same again. */
interface OfferedRule {
  readonly rule: RuleEntry;
  /** The very lines that are written. */
  readonly text: string;
  /** Where they are written. */
  readonly file: string;
}

export interface RememberedRules {
  /**
   * The rule that would answer such a request of that agent; undefined where none is to be had: see `ruleFor`. Throws
   * `invalid_config`.
   */
  offer(permission: PendingPermission): OfferedRule | undefined;
  /** Adds it to the workspace's config.toml; all else in it stays as it is. Throws `invalid_config`. */
  write(offered: OfferedRule): void;
}

interface RememberedRulesOptions {
  readonly root: string;
  readonly world: World;
  /** As the files say now. */
  readonly readConfig: () => Config;
  /** Makes the file if it is missing. */
  readonly ensureConfigFile: () => string;
}

export function createRememberedRules(options: RememberedRulesOptions): RememberedRules {
  const { root, world, readConfig, ensureConfigFile } = options;
  return {
    offer(permission) {
      const agent_name = world.agents.get(permission.agent_id)?.agent_name;
      if (agent_name === undefined) return undefined;
      const file_paths = permission.file_paths.map((file) => realName(root, file));
      const rule = ruleFor({ ...permission, file_paths, agent_name }, readConfig().orchestrator.rules);
      return rule && { rule, text: ruleText(rule), file: ensureConfigFile() };
    },
    write: ({ rule, file }) => editConfig(file, (text) => addRule(text, rule)),
  };
}
