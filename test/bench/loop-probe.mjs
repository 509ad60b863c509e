/** @file Bench. Loaded before an app's own main file: feels how long its main process lets others wait. */
import { performance } from 'node:perf_hooks';
import { app } from 'electron';

const beatMs = 4;

/** @type {number[]} */
let waits = [];
let last = performance.now();

// A beat that comes late by x ms is what a click or a message would have waited: at most x ms.
// Before `ready` nobody can ask for anything, and a beat then keeps an app from getting there.
void app.whenReady().then(() => {
  last = performance.now();
  setInterval(() => {
    const now = performance.now();
    waits.push(Math.max(0, now - last - beatMs));
    last = now;
  }, beatMs);
});

/** Hands over what was felt since the last time. */
Reflect.set(globalThis, 'takeWaits', () => {
  const now = performance.now();
  const taken = [...waits, Math.max(0, now - last - beatMs)];
  waits = [];
  last = now;
  return { waits: taken };
});
