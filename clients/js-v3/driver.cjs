// Driver of the AWS SDK for JavaScript v3: one call per line of stdin, one answer per line of stdout
// (clients/README.md). Newer Node.js uses the packages installed here, 16 to 19 those of node16/.
const { createRequire } = require('node:module');
const path = require('node:path');
const readline = require('node:readline');

const major = Number(process.versions.node.split('.')[0]);
const home = major >= 20 ? __dirname : path.join(__dirname, 'node16');
const from = createRequire(path.join(home, 'package.json'));

function failure(error) {
  const status = error.$metadata?.httpStatusCode ?? null;
  // Without an HTTP answer and without a system error code the SDK itself said no.
  const local = status === null && !error.code && !error.$metadata?.attempts;
  return { ok: false, error: { code: error.name, message: `${error.name}: ${error.message}`, status, local } };
}

async function perform(sdk, client, call) {
  const Command = sdk[`${call.operation}Command`];
  if (!Command) return failure(new TypeError(`no operation ${call.operation}`));
  try {
    const { $metadata, ...output } = await client.send(new Command(call.input));
    return { ok: true, output };
  } catch (error) {
    return failure(error);
  }
}

async function main() {
  if (process.argv[2] === '--version') {
    console.log(`@aws-sdk/client-api-gateway ${from('@aws-sdk/client-api-gateway/package.json').version}`);
    return;
  }
  const sdk = from('@aws-sdk/client-api-gateway');
  const client = new sdk.APIGatewayClient({ endpoint: process.env.GWTAPE_ENDPOINT });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const call = JSON.parse(line);
    console.log(JSON.stringify({ id: call.id, ...await perform(sdk, client, call) }));
  }
  client.destroy();
}

main();
