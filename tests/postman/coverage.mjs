// Fails when the shop at the given address has an operation, by its own OpenAPI document, that no request of the Postman
// collection uses: `node coverage.mjs http://127.0.0.1:8080`.

import { readFileSync } from 'node:fs';

const collection = JSON.parse(readFileSync(new URL('../../docs/tradepost.postman_collection.json', import.meta.url)));
const openapi = await (await fetch(`${process.argv[2]}/openapi.json`)).json();

const requests = folder => folder.item.flatMap(item => (item.item ? requests(item) : item.request));
const calls = requests(collection).map(({ method, url }) => [method, url.raw.replace('{{baseUrl}}', '').split('?')[0]]);

// A parameter of a path stands for any one segment.
const pattern = path => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);
const called = (method, path) => calls.some(call => call[0] === method && pattern(path).test(call[1]));

const uncalled = Object.entries(openapi.paths)
  .flatMap(([path, item]) => Object.keys(item).map(method => [method.toUpperCase(), path]))
  .filter(([method, path]) => ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method) && !called(method, path));

if (uncalled.length > 0) {
  console.error('The Postman collection never calls:', ...uncalled.map(operation => `\n  ${operation.join(' ')}`));
  process.exit(1);
}
