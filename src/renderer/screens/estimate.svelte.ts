/** @file Renderer. How much a pull would bring; asked when somebody is about to decide. */
import type { PullEstimate } from '#contract';
import { ask } from '../api.ts';
import { Loaded } from './settings/loaded.svelte.ts';

export class Estimate extends Loaded<PullEstimate> {
  constructor() {
    super(() => ask('pull.estimate'));
  }
}
