/** @file Sandbox. The scenarios by name. */
import type { Scenario } from '../scenario.ts';
import { harbour } from './harbour.ts';

export const scenarios = { harbour } as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
