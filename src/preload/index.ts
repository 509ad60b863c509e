/** @file Preload. The bridge: two functions, no logic. */
import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge } from '#contract';

const bridge: Bridge = {
  invoke: (method, input) => ipcRenderer.invoke('trackvault:call', method, input),
  listen: (listener) => {
    const forward = (_event: unknown, name: string, value: unknown) => {
      listener(name, value);
    };
    ipcRenderer.on('trackvault:event', forward);
    return () => {
      ipcRenderer.off('trackvault:event', forward);
    };
  },
};

contextBridge.exposeInMainWorld('trackvault', bridge);
