// Driver of the AWS SDK for JavaScript v3. Of the versions that are installed, GWTAPE_CLIENT_VERSION names one;
// without it newer Node.js uses the packages installed here, 16 to 19 those of node16/.
const path = require('node:path');
const rest = require('../shared/rest.cjs');

const major = Number(process.versions.node.split('.')[0]);
const folder = process.env.GWTAPE_CLIENT_VERSION || major >= 20 ? __dirname : path.join(__dirname, 'node16');

function failure(error) {
  const status = error.$metadata?.httpStatusCode ?? null;
  // Without an HTTP answer and without a system error code the SDK itself said no.
  const local = status === null && !error.code && !error.$metadata?.attempts;
  return { ok: false, error: { code: error.name, message: `${error.name}: ${error.message}`, status, local } };
}

async function perform(sdk, client, call) {
  const Command = sdk[`${call.operation}Command`];
  if (!Command) return { ok: false, unsupported: true };
  try {
    const { $metadata, ...output } = await client.send(new Command(call.input));
    return { ok: true, output };
  } catch (error) {
    return failure(error);
  }
}

if (process.argv[2] === '--version') {
  console.log('@aws-sdk/client-api-gateway', rest.version(folder, '@aws-sdk/client-api-gateway'));
} else {
  const sdk = rest.from(folder)('@aws-sdk/client-api-gateway');
  const client = new sdk.APIGatewayClient({ endpoint: process.env.GWTAPE_ENDPOINT, region: process.env.AWS_REGION });
  rest.loop((call) => perform(sdk, client, call)).then(() => client.destroy());
}
