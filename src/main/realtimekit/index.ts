/** @file Main process. TALKS: the vendor's API as typed functions; its spelling stops here. */
export * from './kit.ts';
export { Link } from './link.ts';
export * from './vendor.ts';
