// Driver of the AWS SDK for JavaScript v2. It does not know AWS_ENDPOINT_URL, so the endpoint is passed in.
process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1';
const rest = require('../shared/rest.cjs');

async function perform(client, call) {
  const method = call.operation[0].toLowerCase() + call.operation.slice(1);
  if (typeof client[method] !== 'function') return { ok: false, unsupported: true };
  try {
    return { ok: true, output: await client[method](call.input).promise() };
  } catch (error) {
    // Without an HTTP answer and without an error of the network the SDK itself said no.
    const status = error.statusCode ?? null;
    const local = status === null && !error.retryable && !error.errno;
    return { ok: false, error: { code: error.code, message: error.message, status, local } };
  }
}

if (process.argv[2] === '--version') {
  console.log('aws-sdk', rest.version(__dirname, 'aws-sdk'));
} else {
  const AWS = rest.from(__dirname)('aws-sdk');
  const client = new AWS.APIGateway({ endpoint: rest.endpoint(), region: rest.region() });
  rest.loop((call) => perform(client, call));
}
