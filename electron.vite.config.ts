/** @file Build. Three worlds: main (ESM, one file per process or worker), preload (CommonJS, the sandbox asks for it), renderer (Svelte). */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { licenceList } from './scripts/build/licences.mjs';

/** Beside the bundle that reads it. */
const licences = licenceList('out/main/licences.json');

export default defineConfig({
  main: {
    plugins: [licences()],
    build: {
      // Read as one file, not as two hundred: every process and worker waits for these before its first line.
      // What stays outside has a native addon; electron-builder.config.ts packs it by name.
      externalizeDeps: {
        exclude: ['commander', 'env-paths', 'got', 'opus-decoder', 'p-queue', 'zod'],
      },
      rolldownOptions: {
        input: {
          index: 'src/main/index.ts',
          cli: 'src/main/cli.ts',
          'credentials/keychain-worker': 'src/main/credentials/keychain-worker.ts',
          'library/index-worker': 'src/main/library/index-worker.ts',
          'downloads/transfer-worker': 'src/main/downloads/transfer-worker.ts',
          'audio/audio-worker': 'src/main/audio/audio-worker.ts',
          'audio/media-process': 'src/main/audio/media-process.ts',
        },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          // Shared code lies beside the entries, so `new URL('./library/…', import.meta.url)` holds in every file.
          chunkFileNames: 'shared-[hash].js',
        },
      },
    },
  },
  preload: {
    plugins: [licences()],
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'src/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [svelte(), licences()],
    build: {
      minify: true,
      rolldownOptions: {
        input: {
          index: 'src/renderer/index.html',
          // Every part in every state, for development and its pictures; the package leaves it out.
          'parts-page': 'src/renderer/parts-page.html',
        },
      },
    },
  },
});
