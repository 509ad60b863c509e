/** @file Renderer. Starts the page: styles, theme, then the app. */
import './fonts.css';
import './tokens.css';
import './base.css';
import { mount } from 'svelte';
import { z } from 'zod';
import App from './App.svelte';
import { archive } from './archive.svelte.ts';

// The page's policy forbids code made from text, which zod would otherwise try.
z.config({ jitless: true });

const target = document.querySelector('#app');
if (target) {
  mount(App, { target });
  void archive.start();
}
