/** @file Bench. A file host in a process of its own: one file from memory under every name, as fast as it goes. `node throughput-host.ts FILE md5|opaque`; says its port. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const [path = '', etagKind = 'md5'] = process.argv.slice(2);
const bytes = readFileSync(path);
const md5 = createHash('md5').update(bytes).digest('hex');
const headers = {
  'content-type': 'video/webm',
  'content-length': String(bytes.length),
  'accept-ranges': 'bytes',
  'last-modified': 'Wed, 18 Nov 2026 09:49:02 GMT',
  // An object that was stored in pieces has an ETag that is no hash of it.
  etag: etagKind === 'md5' ? `"${md5}"` : `"${md5}-12"`,
};

const server = createServer((_request, response) => {
  response.writeHead(200, headers);
  response.end(bytes);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(port);
});
