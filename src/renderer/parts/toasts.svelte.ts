/** @file Renderer. Says events: a few lines that go by themselves and never hold what must be read. */
import { createScope } from '../scope.ts';
import { createToastList, type Toast } from './toast-list.ts';

let shown = $state.raw<readonly Toast[]>([]);

const list = createToastList(createScope(), (standing) => {
  shown = standing;
});

/** The toasts of this window. */
export const toasts = {
  ...list,
  get shown(): readonly Toast[] {
    return shown;
  },
};
