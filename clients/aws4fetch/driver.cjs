// Driver of aws4fetch: signs and sends with the runtime's fetch.
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const rest = require('../shared/rest.cjs');

async function main() {
  const { AwsClient } = await import(pathToFileURL(path.join(rest.home(__dirname), 'node_modules/aws4fetch/dist/aws4fetch.esm.mjs')).href);
  const client = new AwsClient({ ...rest.credentials(), service: 'apigateway', region: rest.region() });
  await rest.loop(rest.perform(async ({ method, path: target, members }) => {
    const init = { method, headers: { accept: 'application/json' } };
    if (members) {
      init.headers['content-type'] = 'application/json';
      init.body = JSON.stringify(members);
    }
    const answer = await client.fetch(rest.endpoint() + target, init);
    return { status: answer.status, code: answer.headers.get('x-amzn-errortype'), output: await answer.json() };
  }));
}

if (process.argv[2] === '--version') console.log('aws4fetch', rest.version(__dirname, 'aws4fetch'));
else main();
