/** @file Parts page. Starts the page that shows every part in every state; not in the packed app. */
import '../fonts.css';
import '../tokens.css';
import '../base.css';
import { mount } from 'svelte';
import { z } from 'zod';
import PartsPage from './PartsPage.svelte';
import { showPseudoStates } from './pseudo-states.ts';

z.config({ jitless: true });

const target = document.querySelector('#app');
if (target) {
  mount(PartsPage, { target });
  showPseudoStates();
}
