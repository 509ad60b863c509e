/** @file Renderer. What acts for a command. */
import type { CommandId } from '#contract';

export interface Action {
  run: () => void;
  /** Left out: always. */
  enabled?: () => boolean;
  /** Has a mark beside it while true; left out: never. */
  checked?: () => boolean;
}

export type Actions = Partial<Record<CommandId, Action>>;
