/** @file Tests. Loaded before the app: every socket to a host is refused, as on a machine without a network. */
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');

const attempts = [];
globalThis.refusedSockets = attempts;

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  const path = typeof first === 'string' ? first : first?.path;
  // A path is a socket of this machine, such as the session bus.
  if (typeof path === 'string' && Number.isNaN(Number(path))) return connect.apply(this, args);
  const refusal = Object.assign(new Error('connect ENETUNREACH'), { code: 'ENETUNREACH' });
  attempts.push(String(first?.host ?? first));
  process.nextTick(() => this.destroy(refusal));
  return this;
};

for (const [holder, name] of [
  [dns, 'lookup'],
  [dns.promises, 'lookup'],
]) {
  const refusal = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  holder[name] = (host, ...rest) => {
    attempts.push(String(host));
    const done = rest.at(-1);
    if (typeof done !== 'function') return Promise.reject(refusal);
    process.nextTick(done, refusal);
    return undefined;
  };
}
syncBuiltinESMExports();
