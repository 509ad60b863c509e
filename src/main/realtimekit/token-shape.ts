/** @file Main process. Tells by its looks what a token is, before anything is sent (contract 1, 14). */
import type { TokenFault } from './kit.ts';

export type TokenShape =
  | {
      readonly sound: true;
      readonly token: string;
      /** Who owns it, by its prefix; older tokens have none (contract 1). */
      readonly owner: 'user' | 'account' | 'unmarked';
    }
  | { readonly sound: false; readonly because: TokenFault };

/** Trims a token and looks for what would make the API refuse the header. Never judges by length. */
export function readTokenShape(text: string): TokenShape {
  const token = text.trim();
  const fault = faultOf(token);
  if (fault !== null) return { sound: false, because: fault };
  const owner = token.startsWith('cfut_')
    ? 'user'
    : token.startsWith('cfat_')
      ? 'account'
      : 'unmarked';
  return { sound: true, token, owner };
}

function faultOf(token: string): TokenFault | null {
  if (token === '') return 'empty';
  if (/[\r\n\u0085\u2028\u2029]/.test(token)) return 'line-break';
  // We write the word ourselves, so one in the token makes two.
  if (/^(authorization:\s*)?bearer\b/i.test(token)) return 'repeated-bearer';
  if (/\s/.test(token)) return 'spaces';
  if (/["'`\u2018-\u201f\u00ab\u00bb]/.test(token)) return 'quotes';
  if (!/^[\x21-\x7e]+$/.test(token)) return 'characters';
  if (token.startsWith('cfk_')) return 'global-key';
  return null;
}
