/** @file Tests. Imported before the app: every socket to a host is refused, as on a machine without a network. */
import { Socket } from 'node:net';

/** @type {string[]} */
const refused = [];
Object.assign(globalThis, { refusedSockets: refused });

/**
 * @typedef {object} Aim
 * @property {string} [path] a socket of this machine, such as the session bus
 * @property {string} [host]
 */

const connect = /** @type {(this: Socket, ...args: unknown[]) => Socket} */ (
  Reflect.get(Socket.prototype, 'connect')
);

/**
 * @this {Socket}
 * @param {...unknown} args as `net.connect` takes them, or already put in order as one list
 */
function connectWithoutNetwork(...args) {
  const first = /** @type {unknown} */ (Array.isArray(args[0]) ? args[0][0] : args[0]);
  const aim = /** @type {Aim} */ (typeof first === 'object' ? first : {});
  if (typeof aim.path === 'string') return connect.apply(this, args);
  refused.push(aim.host ?? 'a port of this machine');
  process.nextTick(() => {
    this.destroy(Object.assign(new Error('connect ENETUNREACH'), { code: 'ENETUNREACH' }));
  });
  return this;
}

Object.assign(Socket.prototype, { connect: connectWithoutNetwork });
