/** @file Renderer. Copies text and says so. */
import { toasts } from './parts/toasts.svelte.ts';

/** @param what the thing in words, as in "Ids copied." */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.say({ tone: 'good', text: `${what} copied.` });
  } catch {
    toasts.say({
      tone: 'warn',
      text: `The system refused to copy.`,
      detail: 'Click into the window and try again.',
    });
  }
}
