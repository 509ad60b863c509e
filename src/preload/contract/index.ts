/** @file Contract. Everything the main process and the window may say to each other. */
export * from './calls.ts';
export * from './commands.ts';
export * from './coverage.ts';
export * from './deep-link.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './forecast.ts';
export * from './live.ts';
export * from './nouns.ts';
export * from './pull.ts';
export * from './recorder.ts';
export * from './review.ts';
export * from './settings.ts';
export * from './today.ts';
export * from './transfers.ts';
export { AccessCheck, ArchivePolicy, Workspace, WorkspaceForm } from './workspaces.ts';
export type { Bridge } from './bridge.ts';
