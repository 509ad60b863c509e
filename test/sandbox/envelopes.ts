/** @file Sandbox. The bodies of the API: success, and the four error shapes E1…E4 (contract 2). */

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface Paging {
  readonly total_count: number;
  readonly start_offset: number;
  readonly end_offset: number;
}

export interface GatewayError {
  readonly code: number;
  readonly message: string;
  readonly error_chain?: readonly GatewayError[];
}

export type ErrorShape = 'E1' | 'E2' | 'E3' | 'E4';

export function json(status: number, value: unknown): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}

/** E1: RealtimeKit's own; `code` repeats the status. */
export function refusal(status: number, message: string): Answer {
  return json(status, { success: false, error: { code: status, message } });
}

/** E2: Cloudflare's gateway. */
export function gatewayRefusal(status: number, ...errors: GatewayError[]): Answer {
  return json(status, { success: false, errors, messages: [], result: null });
}

/** E3: legacy, without `success`. */
export function bareRefusal(status: number, message: string): Answer {
  return json(status, { message });
}

/** E4: what proxies and the edge say. */
export function page(status: number, title: string): Answer {
  return {
    status,
    contentType: 'text/html; charset=UTF-8',
    body: `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
  };
}

/** An error in the shape asked for. */
export function refusalAs(
  shape: ErrorShape,
  status: number,
  code: number,
  message: string,
): Answer {
  switch (shape) {
    case 'E1':
      return refusal(status, message);
    case 'E2':
      return gatewayRefusal(status, { code, message });
    case 'E3':
      return bareRefusal(status, message);
    case 'E4':
      return page(status, `${status} ${message}`);
  }
}
